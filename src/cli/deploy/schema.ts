// Lists and applies the database's migrations, which drizzle-kit generates and records in the database.

import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import journal from '../../../drizzle/meta/_journal.json' with { type: 'json' };
import { projectFolder } from '../project-folder.ts';

const migrationsFolder = fileURLToPath(new URL('drizzle', projectFolder));

/** Names of the migrations that have not been applied, in order. */
export async function pendingMigrations(databaseUrl: string): Promise<string[]> {
  const newest = await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query(
      `select to_regclass('drizzle.__drizzle_migrations') is not null as is_there`,
    );
    if (!rows[0]?.is_there) return 0;
    const applied = await client.query('select max(created_at) as newest from drizzle.__drizzle_migrations');
    return Number(applied.rows[0]?.newest ?? 0);
  });
  return journal.entries.filter(({ when }) => when > newest).map(({ tag }) => tag);
}

/** Applies pending migrations of a folder. Atomic: drizzle runs them in one transaction. */
export async function applyMigrations(databaseUrl: string, folder = migrationsFolder): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    // The limit of the service's role is for what people wait for.
    await client.query('set statement_timeout = 0');
    await migrate(drizzle(client), { migrationsFolder: folder });
  });
}

/** The application has its own function for claims, and nothing stops a slow one. */
export async function hasUnlimitedClaims(databaseUrl: string): Promise<boolean> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query(
      `select current_setting('statement_timeout') = '0' and exists (
        select from pg_proc where proname = 'latchkey_claims' and pronamespace = 'public'::regnamespace
          and coalesce(btrim(prosrc), '') <> 'SELECT ''{}''::jsonb'
      ) as is_so`,
    );
    return rows[0].is_so;
  });
}

/** How many passkeys there are for each domain, most first. */
export async function passkeysByDomain(
  databaseUrl: string,
): Promise<{ readonly domain: string; readonly count: number }[]> {
  return withClient(databaseUrl, async (client) => {
    const { rows: tables } = await client.query(`select to_regclass('passkeys') is not null as is_there`);
    if (!tables[0]?.is_there) return [];
    const { rows } = await client.query(
      `select rp_id as domain, count(*)::int as count from passkeys where removed_at is null
      group by rp_id order by count desc, rp_id`,
    );
    return rows;
  });
}

async function withClient<Result>(
  databaseUrl: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
