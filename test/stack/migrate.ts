// Brings a database to the newest schema, with the migrations that production gets.
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

/** Applies what is missing of the migrations in `migrationsFolder` (the project's `drizzle/`). */
export async function migrate(databaseUrl: string, migrationsFolder = projectMigrations()): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    await applyMigrations(drizzle(client), { migrationsFolder });
  } finally {
    await client.end();
  }
}

const projectMigrations = () => fileURLToPath(new URL('../../drizzle', import.meta.url));
