// The endpoint answers Neon's own driver the way PostgreSQL answers a client that speaks to it directly.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NeonHttp, startNeonHttp } from '../../src/local/neon-http.ts';
import { freePort } from '../../src/local/ports.ts';
import { type Postgres, startPostgres } from '../../src/local/postgres.ts';

let directory: string;
let port: number;
let postgres: Postgres;
let endpoint: NeonHttp;
let sql: NeonQueryFunction<false, false>;

const startServer = () =>
  startPostgres({ dataDirectory: join(directory, 'postgres'), port, settings: { fsync: 'off' } });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-endpoint-'));
  port = await freePort();
  postgres = await startServer();
  endpoint = await startNeonHttp({ postgresUrl: postgres.url, port: 0 });
  neonConfig.fetchEndpoint = endpoint.endpoint;
  sql = neon(postgres.url);
  await sql`create table notes (id int primary key, body text not null check (body <> ''))`;
});

afterAll(async () => {
  await endpoint.stop();
  await postgres.stop();
  await rm(directory, { recursive: true });
});

/** The same statement through PostgreSQL's own protocol, which is what every answer is compared with. */
async function direct(text: string, values: unknown[] = [], rowMode?: 'array') {
  const client = new pg.Client(postgres.url);
  await client.connect();
  try {
    const query = { text, values, queryMode: 'extended', ...(rowMode && { rowMode }) };
    return await client.query(query);
  } finally {
    await client.end();
  }
}

/** The error of a rejected promise. */
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it was expected to fail'),
    (error: Record<string, unknown>) => error,
  );

const literals: Record<string, string> = {
  booleans: 'true, false, null::bool',
  integers: '1::int2, 2147483647, 9223372036854775807::int8',
  'exact and inexact numbers': "1.10::numeric, 0.1::float8, 'NaN'::float8, '-Infinity'::float4",
  text: `'', 'ä€𝄞', E'tab\\t quote" backslash\\\\ newline\\n', 'NULL', null::text`,
  bytes: String.raw`'\x00ff5c'::bytea, ''::bytea`,
  json: `'{"a":[1,null,"ä"]}'::jsonb, 'null'::jsonb, '[]'::json`,
  times:
    "'2026-11-23 10:00:00.123+02'::timestamptz, '2026-01-02'::date, '1 day 2 hours'::interval, 'infinity'::timestamptz",
  identifiers: "'0199c5f0-0000-7000-8000-000000000000'::uuid, '10.0.0.1'::inet",
  arrays: `array[1,2,null], array['a','b"c',''], array[]::text[], array[true,false], array[[1,2],[3,4]]`,
  'a row and a range': "row(1,'a'), int4range(1,5)",
};

for (const [kind, literal] of Object.entries(literals)) {
  test(`${kind} come back as they do from PostgreSQL itself`, async () => {
    const query = `select ${literal}`;
    const viaEndpoint = await sql.query(query, [], { arrayMode: true, fullResults: true });
    const { rows, fields } = await direct(query, [], 'array');
    expect(viaEndpoint.rows).toEqual(rows);
    expect(viaEndpoint.fields).toEqual(fields.map((field) => ({ ...field })));
  });
}

const parameters: [cast: string, value: unknown][] = [
  ['text', 'ä€𝄞 \' " \\ \n'],
  ['text', ''],
  ['text', null],
  ['int', 42],
  ['bigint', '9223372036854775807'],
  ['boolean', false],
  ['float8', 1.5e-7],
  ['bytea', Buffer.from([0, 255, 92, 39])],
  ['jsonb', { a: [1, null, 'ä"\\'], b: { c: true } }],
  ['jsonb', JSON.stringify([1, 'zwei'])],
  ['timestamptz', new Date('2026-11-23T08:00:00.123Z')],
  ['int[]', [1, 2, null]],
  ['text[]', ['a', 'b"c\\', '', null, 'NULL', '{x,y}', 'ä']],
  ['text[]', []],
  [
    'int[]',
    [
      [1, 2],
      [3, 4],
    ],
  ],
];

for (const [cast, value] of parameters) {
  test(`the ${cast} parameter ${JSON.stringify(value)} arrives as it does at PostgreSQL itself`, async () => {
    const query = `select $1::${cast} as value, $1::${cast}::text as text`;
    expect(await sql.query(query, [value])).toEqual((await direct(query, [value])).rows);
  });
}

test('rows are objects or arrays, as asked, with the count and the command', async () => {
  expect(await sql`select 1 as a, 'x' as b`).toEqual([{ a: 1, b: 'x' }]);
  expect(await sql.query("select 1 as a, 'x' as a", [], { arrayMode: true })).toEqual([[1, 'x']]);
  const inserted = await sql.query("insert into notes select i, 'n' from generate_series(100, 104) i", [], {
    fullResults: true,
  });
  expect(inserted).toMatchObject({ command: 'INSERT', rowCount: 5, rows: [], fields: [] });
  const created = await sql.query('create temporary table t ()', [], { fullResults: true });
  expect(created).toMatchObject({ command: 'CREATE', rowCount: null });
});

test('without the array-mode header the rows in the answer are objects of text', async () => {
  const response = await fetch(endpoint.endpoint, {
    method: 'POST',
    headers: { 'Neon-Connection-String': postgres.url, 'Neon-Raw-Text-Output': 'true' },
    body: JSON.stringify({ query: 'select $1::int as a, null as b', params: [7] }),
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    rows: [{ a: '7', b: null }],
    rowAsArray: false,
    rowCount: 1,
  });
});

test('parameters that are JSON values, which the driver does not send, are taken as Neon takes them', async () => {
  const response = await fetch(endpoint.endpoint, {
    method: 'POST',
    headers: {
      'Neon-Connection-String': postgres.url,
      'Neon-Raw-Text-Output': 'true',
      'Neon-Array-Mode': 'true',
    },
    body: JSON.stringify({
      query: 'select $1::int, $2::bool, $3::jsonb, $4::text[], $5::int[], $6::jsonb[]',
      params: [7, true, { a: 'ä' }, ['x', null, 'NULL', 'b"\\,'], [[1], [2]], [{ a: 1 }]],
    }),
  });
  const { rows } = (await response.json()) as { rows: unknown };
  const text = String.raw`{x,NULL,"NULL","b\"\\,"}`;
  expect(rows).toEqual([['7', 't', '{"a": "ä"}', text, '{{1},{2}}', '{"{\\"a\\": 1}"}']]);
});

const faults: [what: string, query: string][] = [
  ['a unique violation', "insert into notes values (100, 'again')"],
  ['a check violation', "insert into notes values (1, '')"],
  ['a null violation', 'insert into notes values (1, null)'],
  ['a syntax error', 'selekt 1'],
  ['an unknown column with a hint', 'select bdy from notes'],
  ['an error inside a function', `do $$ begin execute 'selekt 1'; end $$`],
  ['text with a zero byte', String.raw`select E'\x00'`],
  ['two statements in one string', 'select 1; select 2'],
];

const errorFields =
  'message severity code detail hint position internalPosition internalQuery where schema table column dataType constraint file line routine';

for (const [what, query] of faults) {
  test(`${what} carries every field that PostgreSQL sent`, async () => {
    const expected = await failure(direct(query));
    const actual = await failure(sql.query(query));
    expect(expected['code']).toMatch(/^[0-9A-Z]{5}$/);
    for (const field of errorFields.split(' '))
      expect([field, actual[field]]).toEqual([field, expected[field]]);
  });
}

test('a statement that fails leaves the connections usable', async () => {
  for (let i = 0; i < 40; i++) await failure(sql.query('select 1/0'));
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
});

test('a transaction that a single statement opens is not handed to the next request', async () => {
  await sql.query('begin');
  await sql.query("insert into notes values (50, 'x')");
  const observer = await direct('select from notes where id = 50');
  expect(observer.rowCount).toBe(1);
});

test('a batch is one transaction: all of it or nothing', async () => {
  await sql.transaction([sql`insert into notes values (1, 'a')`, sql`insert into notes values (2, 'b')`]);
  expect(await sql`select id from notes where id < 10 order by id`).toEqual([{ id: 1 }, { id: 2 }]);
  const error = await failure(
    sql.transaction([sql`insert into notes values (3, 'c')`, sql`insert into notes values (1, 'again')`]),
  );
  expect(error).toMatchObject({ code: '23505', constraint: 'notes_pkey', table: 'notes' });
  expect(await sql`select id from notes where id = 3`).toEqual([]);
});

test('every part of a batch sees the same moment', async () => {
  const [first, second] = await sql.transaction([sql`select now() as at`, sql`select now() as at`]);
  expect(first).toEqual(second);
});

for (const [isolationLevel, shown] of [
  ['ReadUncommitted', 'read uncommitted'],
  ['ReadCommitted', 'read committed'],
  ['RepeatableRead', 'repeatable read'],
  ['Serializable', 'serializable'],
] as const) {
  test(`a batch runs ${shown} when asked to`, async () => {
    const [rows] = await sql.transaction([sql`show transaction_isolation`], { isolationLevel });
    expect(rows).toEqual([{ transaction_isolation: shown }]);
  });
}

test('a batch is read-only and deferrable when asked to, and neither otherwise', async () => {
  const modes = () => [sql`show transaction_read_only`, sql`show transaction_deferrable`];
  const [readOnly, deferrable] = await sql.transaction(modes(), {
    isolationLevel: 'Serializable',
    readOnly: true,
    deferrable: true,
  });
  expect([readOnly, deferrable]).toEqual([
    [{ transaction_read_only: 'on' }],
    [{ transaction_deferrable: 'on' }],
  ]);
  expect(await sql.transaction(modes())).toEqual([
    [{ transaction_read_only: 'off' }],
    [{ transaction_deferrable: 'off' }],
  ]);
  const write = sql.transaction([sql`insert into notes values (4, 'd')`], { readOnly: true });
  expect(await failure(write)).toMatchObject({ code: '25006' });
});

test('the connection string chooses the database, on the same server', async () => {
  await sql`create database "another one"`;
  const another = neon(postgres.url.replace(/latchkey$/, 'another%20one').replace('127.0.0.1', 'db.example'));
  expect(await another`select current_database() as name`).toEqual([{ name: 'another one' }]);
  expect(endpoint.statistics('another one')).toEqual({ requests: 1, statements: 1 });
});

test('a database that does not exist is a 500 that says so, as at Neon', async () => {
  const error = await failure(neon(postgres.url.replace(/latchkey$/, 'nowhere'))`select 1`);
  expect(error['message']).toMatch(/HTTP status 500.*database \\"nowhere\\" does not exist.*3D000/);
});

test('what is not a query is refused, and nothing of it counted', async () => {
  const before = endpoint.statistics();
  const headers = { 'Neon-Connection-String': postgres.url, 'Neon-Raw-Text-Output': 'true' };
  const post = async (body: string, more = {}) =>
    (await fetch(endpoint.endpoint, { method: 'POST', headers: { ...headers, ...more }, body })).status;
  expect(await post('')).toBe(400);
  expect(await post('null')).toBe(400);
  expect(await post('{"queries":[{}]}')).toBe(400);
  expect(await post('{"queries":[]}', { 'Neon-Batch-Isolation-Level': 'Chaos' })).toBe(400);
  expect(await post('{"query":"select 1"}', { 'Neon-Connection-String': 'nonsense' })).toBe(400);
  expect((await fetch(endpoint.endpoint)).status).toBe(404);
  expect(endpoint.statistics()).toEqual(before);
});

test('requests and the statements in them are counted', async () => {
  const read = async () => (await fetch(new URL('/statistics?database=latchkey', endpoint.endpoint))).json();
  const before = (await read()) as { requests: number; statements: number };
  await sql`select 1`;
  await sql.transaction([sql`select 1`, sql`select 2`]);
  expect(await read()).toEqual({ requests: before.requests + 2, statements: before.statements + 3 });
});

test('many concurrent queries each get their own answer', async () => {
  const numbers = Array.from({ length: 500 }, (_, i) => i);
  const answers = await Promise.all(numbers.map((i) => sql`select ${i}::int as i, pg_sleep(0.001)::text`));
  expect(answers.map(([row]) => row?.['i'])).toEqual(numbers);
});

test('an unreachable server is a 500, and after its restart queries work again', async () => {
  await postgres.stop();
  const error = await failure(sql`select 1`);
  expect(error['message']).toMatch(/HTTP status 500.*"message":/);
  postgres = await startServer();
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
});

test('a server that dies inside a batch fails that batch alone', async () => {
  const batch = failure(sql.transaction([sql`select 1`, sql`select pg_sleep(20)`]));
  const running = () =>
    direct("select from pg_stat_activity where query like 'select pg_sleep(20)%' and state = 'active'");
  await expect.poll(async () => (await running()).rowCount).toBe(1);
  await postgres.stop();
  expect((await batch)['message']).toMatch(/terminat/);
  postgres = await startServer();
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
});

test('a connection that is cut inside a query fails that query alone', async () => {
  const cut = failure(sql`select pg_terminate_backend(pg_backend_pid())`);
  expect(await cut).toMatchObject({ code: '57P01' });
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
});
