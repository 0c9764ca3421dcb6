// What an import keeps of a user beside address and password: the id, that they are disabled, and what an application keeps with them.

import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type Counts, importUsers } from '../../src/cli/import/import-users.ts';
import { whyNotKept } from '../../src/cli/import/json-object.ts';
import { newTestDatabase } from '../stack/test-database.ts';

const password_hash = '$2b$04$VRPDlm7dsL0ccOTlpW2Rne4ZRYRMb.hqE2ejXn1X1sZF2DkUazJ/S';

let client: pg.Client;
beforeAll(async () => {
  client = new pg.Client(await newTestDatabase(inject('databaseUrl')));
  await client.connect();
});
beforeEach(() => client.query('truncate users, security_events, outbox cascade'));
afterAll(() => client.end());

async function run(users: readonly object[], { update = false } = {}) {
  const counts: Counts = { line: 0, imported: 0, updated: 0, existing: 0, refused: 0, secondFactors: 0 };
  const refused: [number, string][] = [];
  const text = users.map((user) => `${JSON.stringify({ password_hash, ...user })}\n`).join('');
  await importUsers(Readable.from([Buffer.from(text)]), counts, {
    client,
    update,
    withoutPassword: false,
    mapping: undefined,
    refuse: async (line, reason) => void refused.push([line, reason]),
    isInterrupted: () => false,
    afterBatch: () => {},
  });
  const { imported, updated, existing } = counts;
  expect(counts.refused).toBe(refused.length);
  expect(imported + updated + existing + counts.refused).toBe(users.length);
  return { imported, updated, existing, refused };
}

const kept = async () => (await client.query('select * from users order by email')).rows;
const of = (name: string, more: object = {}) => ({ email: `${name}@example.test`, ...more });

test('an id is kept where it is a UUID that nobody has; else it is the external id', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  const users = [
    of('a', { id: first.toUpperCase() }),
    of('b', { id: 'auth0|17' }),
    of('c', { id: 4711 }),
    of('d', { id: second, external_id: 'legacy-4' }),
    of('e', { id: first }),
    of('f'),
    of('g', { external_id: 'legacy-7' }),
  ];
  expect(await run(users)).toEqual({ imported: 7, updated: 0, existing: 0, refused: [] });
  const rows = await kept();
  expect(rows.map(({ external_id }) => external_id)).toEqual([
    null,
    'auth0|17',
    '4711',
    'legacy-4',
    first,
    null,
    'legacy-7',
  ]);
  expect([rows[0].id, rows[3].id]).toEqual([first, second]);
  expect(rows[4].id).not.toBe(first);
  for (const { id } of [rows[1], rows[5]]) expect(id).toMatch(/^.{14}7/);
  // Again, as after an interruption.
  expect(await run(users)).toEqual({ imported: 0, updated: 0, existing: 7, refused: [] });
  expect(await run(users, { update: true })).toEqual({ imported: 0, updated: 0, existing: 7, refused: [] });
  expect(await kept()).toEqual(rows);
});

test('an external id is one user’s: the line of a second one is named, and everybody else comes in', async () => {
  const taken = expect.stringContaining('is the external_id of another user');
  expect(await run([of('a', { external_id: 'x' }), of('b', { id: 'x' }), of('c')])).toEqual({
    imported: 2,
    updated: 0,
    existing: 0,
    refused: [[2, taken]],
  });
  expect(await run([of('c', { external_id: 'x' }), of('d', { external_id: 'x' })], { update: true })).toEqual(
    {
      imported: 0,
      updated: 0,
      existing: 0,
      refused: [
        [1, taken],
        [2, taken],
      ],
    },
  );
  // Who is there stays as they are.
  expect(await run([of('c', { external_id: 'x' })])).toMatchObject({ existing: 1, refused: [] });
  expect((await kept()).map(({ external_id }) => external_id)).toEqual(['x', null]);
});

test('who is disabled there is disabled here, with a reason, and other systems are told of one user', async () => {
  await run([of('a', { disabled: true }), of('b', { disabled: false })]);
  expect(await kept()).toMatchObject([
    { disabled_at: expect.any(Date), disabled_reason: 'imported as disabled' },
    { disabled_at: null, disabled_reason: null },
  ]);
  expect((await client.query('select type from outbox')).rows).toEqual(
    Array(2).fill({ type: 'user.created' }),
  );
});

test('--update disables and never enables, and replaces what the file says of whoever is untouched', async () => {
  await run([
    of('a', { disabled: true, metadata: { a: 1 }, app_metadata: { plan: 'free' }, locale: 'de_CH' }),
    of('b', { metadata: { b: 1 } }),
  ]);
  const corrected = [
    of('a', { disabled: false, app_metadata: { plan: 'gold' } }),
    of('b', { disabled: true, metadata: { c: 1 }, id: 'legacy-2', locale: 'ja' }),
  ];
  expect(await run(corrected, { update: true })).toMatchObject({ updated: 2 });
  const rows = await kept();
  expect(rows).toMatchObject([
    {
      disabled_reason: 'imported as disabled',
      metadata: { a: 1 },
      app_metadata: { plan: 'gold' },
      locale: 'de-CH',
    },
    {
      disabled_reason: 'imported as disabled',
      metadata: { c: 1 },
      app_metadata: {},
      external_id: 'legacy-2',
      locale: 'ja',
    },
  ]);
  expect(await run(corrected, { update: true })).toMatchObject({ updated: 0, existing: 2 });
  expect(await kept()).toEqual(rows);
});

test('--update gives whoever an earlier version imported the id of the file as external id', async () => {
  const id = randomUUID();
  await run([of('a')]);
  const [{ id: ours }] = await kept();
  expect(await run([of('a', { id })], { update: true })).toMatchObject({ updated: 1 });
  expect(await kept()).toMatchObject([{ id: ours, external_id: id }]);
});

test.for(['account-enabled', 'account-disabled', 'app-metadata-changed'])(
  'whom an operator has touched stays as they are: %s',
  async (kind) => {
    await run([of('a', { disabled: true, app_metadata: { plan: 'free' } })]);
    await client.query('update users set disabled_at = null, disabled_reason = null');
    await client.query(
      'insert into security_events (id, kind, user_id, created_at) select gen_random_uuid(), $1, id, now() from users',
      [kind],
    );
    const before = await kept();
    expect(
      await run([of('a', { disabled: true, app_metadata: { plan: 'gold' } })], { update: true }),
    ).toMatchObject({
      updated: 0,
      existing: 1,
    });
    expect(await kept()).toEqual(before);
  },
);

/** An object that PostgreSQL writes with so many bytes. */
const objectOf = (bytes: number) => ({ a: 'é'.repeat((bytes - 10) / 2) });

test('metadata is what the table takes, to the byte; else the line and the field are named', async () => {
  const invalid = 'must have no character NUL, no half of a character and no more than 100 levels';
  const cases: [object, string][] = [
    [{ metadata: objectOf(4_098) }, '/metadata must have at most 4096 bytes'],
    [{ app_metadata: { n: Array(14).fill(1e300) } }, '/app_metadata must have at most 4096 bytes'],
    [{ metadata: { a: '\0' } }, `/metadata ${invalid}`],
    [{ metadata: { '\ud800': 1 } }, `/metadata ${invalid}`],
    [{ metadata: JSON.parse(`{"a": ${'['.repeat(101)}${']'.repeat(101)}}`) }, `/metadata ${invalid}`],
    [{ metadata: [] }, '/metadata must be a JSON object'],
    [{ locale: 'German' }, '/locale must be a language tag (BCP 47), such as "de" or "pt-BR"'],
    [{ app_metadata: 'gold' }, '/app_metadata must be a JSON object'],
    [{ app_metadata: 7 }, '/app_metadata must be a JSON object'],
    [{ disabled: 'no' }, '/disabled must be of type boolean'],
    [{ id: {} }, '/id '],
    [{ id: 'a\nb' }, '/id '],
    [{ id: 'a', external_id: 'b' }, '/id is no UUID'],
  ];
  const users = cases.map(([more], index) => of(`p${index}`, more));
  expect(
    await run([...users, of('good', { metadata: objectOf(4_096), app_metadata: '{"from": "CSV"}' })]),
  ).toEqual({
    imported: 1,
    updated: 0,
    existing: 0,
    refused: cases.map(([, reason], index) => [index + 1, expect.stringContaining(reason)]),
  });
  expect(await kept()).toMatchObject([{ metadata: objectOf(4_096), app_metadata: { from: 'CSV' } }]);
});

test('bytes are counted as PostgreSQL counts them, whatever the JSON', async () => {
  const values = [
    {},
    {
      a: [1, 2.5, -3e-7, 1e21, 1.5e300, -0, 5e-324, 1e-7, 123456789012345680000],
      b: null,
      c: true,
      ' ': { d: [] },
    },
    {
      text: 'quote " back \\ slash / tab \t bell \u0007 del \u007f line \u2028 é 日本 👩‍👩‍👧',
      '"\n"': [[], {}, [{}]],
    },
  ];
  for (const value of values) {
    const { rows } = await client.query('select octet_length($1::jsonb::text) as bytes', [
      JSON.stringify(value),
    ]);
    expect(whyNotKept(value, rows[0].bytes)).toBeUndefined();
    expect(whyNotKept(value, rows[0].bytes - 1)).toContain('at most');
  }
});
