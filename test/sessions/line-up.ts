// Calls that wait in PostgreSQL for one row, in a known order: a race without chance.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Service } from '../service.ts';

const isHolding = sql`wait_event = 'PgSleep'`;
const isWaiting = sql`wait_event_type = 'Lock'`;

/**
 * Locks rows from a connection of its own until they are released.
 *
 * @param rows what follows `select from`, up to the lock.
 */
export async function hold(service: Service, rows: SQL): Promise<{ release(): Promise<void> }> {
  const { database } = service.dependencies;
  const held = database
    .query(
      sql`with held as materialized (select from ${rows} for update) select pg_sleep(60) from (select count(*) from held) counted`,
      {
        repeatable: false,
      },
    )
    .catch(() => {});
  await reaches(service, isHolding, 1);
  return {
    async release() {
      await database.query(
        sql`select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and ${isHolding}`,
        { repeatable: true },
      );
      await held;
    },
  };
}

/**
 * Holds a row, starts the calls one after the other, each once the one before waits in the database, and lets go. They get
 * the row in that order, each on a connection of its own, and each with a view of the database from before the others.
 *
 * Every call that waits in the database is counted: nothing else may run against it meanwhile.
 */
export async function lineUp<Results extends readonly unknown[]>(
  service: Service,
  row: {
    readonly table: 'sessions' | 'users' | 'known_devices' | 'auth_sessions' | 'identities';
    readonly id: string;
  },
  calls: readonly [...{ [Index in keyof Results]: () => Promise<Results[Index]> }],
): Promise<Results> {
  const { release } = await hold(service, sql`${sql.identifier(row.table)} where id = ${row.id}`);
  const running: Promise<unknown>[] = [];
  for (const call of calls) {
    running.push(call());
    await waiting(service, running.length);
  }
  await release();
  return (await Promise.all(running)) as unknown as Results;
}

/** Until so many calls wait for a row. */
export const waiting = (service: Service, count: number): Promise<void> => reaches(service, isWaiting, count);

async function reaches({ dependencies: { database } }: Service, state: SQL, wanted: number): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const [row] = await database.query<{ count: number }>(
      sql`select count(*)::int as count from pg_stat_activity where datname = current_database() and ${state}`,
      { repeatable: true },
    );
    if ((row?.count ?? 0) >= wanted) return;
  }
  throw new Error(`Not ${wanted} connections are as they should be`);
}
