// What a page of plans is made with: a database of a million rows, the service's own statements, and Postgres's word for
// what each costs. Takes the server of DATABASE_URL or starts one, in a database of its own that it removes again.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { applyMigrations } from '../../src/cli/deploy/schema.ts';
import type { Database } from '../../src/database/client.ts';
import { freePort } from '../../src/local/ports.ts';
import { startPostgres } from '../../src/local/postgres.ts';

export type Statements = Record<string, (database: Database) => Promise<unknown>>;

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
    'reads a whole table': /Seq Scan on (posts|users|sessions|revoked_tokens)/.test(plan),
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

async function show(url: string, fill: string, statements: Statements): Promise<void> {
  await applyMigrations(url);
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

/** Fills, explains, prints; `after` may then look at what the statements leave behind when they run for good. */
export async function showPlans({
  name,
  fill,
  statements,
  after,
}: {
  readonly name: string;
  readonly fill: string;
  readonly statements: Statements;
  readonly after?: (client: pg.Client) => Promise<void>;
}): Promise<void> {
  const given = process.env['DATABASE_URL'];
  const server = given ? { url: given, stop: async () => {} } : await ownServer();
  try {
    await query(server.url, `drop database if exists ${name}`, `create database ${name}`);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    await show(url.href, fill, statements);
    if (after) {
      const client = new pg.Client(url.href);
      await client.connect();
      await after(client).finally(() => client.end());
    }
    await query(server.url, `drop database ${name}`);
  } finally {
    await server.stop();
  }
}

/** The service's connection to one client of `pg`, for statements that are to run for good. */
export function databaseOf(client: pg.Client): Database {
  return {
    async query<Row>(statement: Parameters<Database['query']>[0]) {
      const { sql, params } = new PgDialect().sqlToQuery(statement);
      return (await client.query(sql, params)).rows as Row[];
    },
  };
}
