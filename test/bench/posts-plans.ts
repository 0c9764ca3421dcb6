// Shows what the statements about posts cost on a million rows, by Postgres's own plans: `tsx test/bench/posts-plans.ts`.
// Fills a database of its own, on the server of DATABASE_URL or on one that it starts, and removes it again.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Database } from '../../src/database/client.ts';
import {
  changePost,
  createPost,
  listPosts,
  readPost,
  removePost,
} from '../../src/features/posts/statements.ts';
import { migrate } from '../stack/migrate.ts';
import { freePort } from '../stack/ports.ts';
import { startPostgres } from '../stack/postgres.ts';

const rows = 1_000_000;
const people = 10_000;
const name = 'latchkey_posts_plans';

// UUIDv7s, one second apart.
const firstMillisecond = 1_700_000_000_000;
const hex = (number: number) => number.toString(16).padStart(12, '0');
const idOf = (n: number) => `${hex(firstMillisecond + n * 1000)}70008000${hex(n)}`;

const userId = idOf(0);
const caller = { userId, sessionId: userId, now: new Date() };

/** A table `made` of UUIDv7s as above, with their numbers. */
const ids = (from: number, to: number) => `
  from generate_series(${from}, ${to}::bigint) n cross join lateral (
    select (lpad(to_hex(${firstMillisecond} + n * 1000), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid
  ) made (id)`;

const fill = `
  insert into users (id, email, email_verified_at, password_hash, name, created_at, updated_at)
  select id, 'person-' || n || '@example.test', now(), '', 'Ada', now(), now() ${ids(0, people - 1)};

  insert into sessions (id, user_id, rotated_at, expires_at, absolute_expires_at, created_at)
  select id, id, now(), now() + interval '1 day', now() + interval '1 day', now() from users;

  insert into posts (id, author_id, title, content, creation_key_hash, created_at, updated_at)
  select made.id, users.id, 'Post number ' || n, repeat('Every light keeps its own rhythm. ', 6), made.id, now(), now()
  ${ids(1, rows)} join users on users.email = 'person-' || n % ${people} || '@example.test'`;

const draft = { title: 'A new post', content: 'Text.', image: null };
const middle = { ...caller, id: idOf(rows / 2), ifMatch: ['1'] };
const page = (before: string) => (database: Database) =>
  listPosts(database, { ...caller, before, limit: 11 });

const statements: Record<string, (database: Database) => Promise<unknown>> = {
  'list, first page': page('f'.repeat(32)),
  'list, page in the middle': page(idOf(rows / 2)),
  'list, last page': page(idOf(11)),
  show: (database) => readPost(database, middle),
  create: (database) => createPost(database, { ...caller, ...draft, id: idOf(rows + 1), keyHash: 'new' }),
  'create, a repeat': (database) =>
    createPost(database, {
      ...caller,
      title: `Post number ${rows / 2}`,
      content: 'Every light keeps its own rhythm. '.repeat(6),
      image: null,
      id: idOf(rows + 1),
      keyHash: idOf(rows / 2).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    }),
  change: (database) => changePost(database, { ...middle, ...draft }),
  remove: (database) => removePost(database, middle),
};

/** Runs the service's own statement, not a copy of it: once to warm the cache, once to measure. Nothing of it stays. */
async function planOf(client: pg.Client, run: (database: Database) => Promise<unknown>): Promise<string> {
  let plan = '';
  const database: Database = {
    async query(statement) {
      const { sql, params } = new PgDialect().sqlToQuery(statement);
      await client.query('begin');
      const { rows } = await client.query(`explain (analyze, buffers) ${sql}`, params);
      await client.query('rollback');
      plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      return [];
    },
  };
  await run(database);
  await run(database);
  return plan;
}

/** The first line about buffers is the outermost node's, which counts those below it. */
function costOf(plan: string) {
  const [, hit = '0', read = '0'] = /Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?/.exec(plan) ?? [];
  return {
    'pages touched': Number(hit) + Number(read),
    'execution, ms': Number(/Execution Time: ([\d.]+)/.exec(plan)?.[1]),
    'reads a whole table': /Seq Scan on (posts|users|sessions)/.test(plan),
  };
}

async function query(url: string, ...texts: string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const text of texts) await client.query(text);
  } finally {
    await client.end();
  }
}

async function show(url: string): Promise<void> {
  await migrate(url);
  await query(url, fill, 'vacuum analyze');
  const client = new pg.Client(url);
  await client.connect();
  const costs: Record<string, ReturnType<typeof costOf>> = {};
  for (const [title, run] of Object.entries(statements)) {
    const plan = await planOf(client, run);
    console.log(`\n## ${title}\n\n${plan}`);
    costs[title] = costOf(plan);
  }
  await client.end();
  console.log(`\n${rows.toLocaleString('en')} posts`);
  console.table(costs);
}

async function ownServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-'));
  const postgres = await startPostgres({
    dataDirectory: join(directory, 'postgres'),
    port: await freePort(),
  });
  return {
    url: postgres.url,
    async stop() {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const given = process.env['DATABASE_URL'];
const server = given ? { url: given, stop: async () => {} } : await ownServer();
try {
  await query(server.url, `drop database if exists ${name}`, `create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  await show(url.href);
  await query(server.url, `drop database ${name}`);
} finally {
  await server.stop();
}
