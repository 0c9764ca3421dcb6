// GET /api/healthchecker: liveness. GET /api/readiness: the database can be reached and is migrated.

import { readinessCacheMilliseconds } from '../../bounds.ts';
import type { Dependencies } from '../../context.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../problems.ts';
import { newestMigrationApplied } from './statements.ts';

export const health = endpoint(
  { route: 'GET /api/healthchecker', access: 'anybody', trips: 0 },
  ({ version }) =>
    ({ context }) => {
      context.header('Cache-Control', 'no-store');
      return context.json({ status: 'ok', version });
    },
);

export const ready = endpoint(
  { route: 'GET /api/readiness', access: 'anybody', limit: 'write', trips: 1 },
  (dependencies) => {
    const findFault = readiness(dependencies);
    return async ({ context }) => {
      const fault = await findFault();
      if (fault) throw fault.reason;
      context.header('Cache-Control', 'no-store');
      return context.json({ status: 'ready' });
    };
  },
);

/** How often to look whether another request has the answer. */
const lookMilliseconds = 10;

type Fault = { readonly reason: unknown };

/**
 * Caches readiness, good or bad, for a second, so that the database is asked once a second however many calls come.
 * Requests share the answer but not the promise: workerd cancels the I/O of a request that ends, and lets no other
 * request wait for it. So a request that comes while another asks polls for the answer, and asks itself after a
 * second without one.
 */
function readiness({
  database,
  newestMigration,
  now,
}: Pick<Dependencies, 'database' | 'newestMigration' | 'now'>): () => Promise<Fault | undefined> {
  /** When the database was last asked, or when it answered. */
  let at = Number.NEGATIVE_INFINITY;
  let answer: { readonly fault: Fault | undefined } | undefined;

  return async () => {
    for (;;) {
      const age = now().getTime() - at;
      // A clock that was set back does not prolong the cache.
      if (age < 0 || age >= readinessCacheMilliseconds) break;
      if (answer) return answer.fault;
      await scheduler.wait(lookMilliseconds);
    }
    at = now().getTime();
    answer = undefined;
    const fault = await faultOf(database, newestMigration);
    at = now().getTime();
    answer = { fault };
    return fault;
  };
}

async function faultOf(
  database: Dependencies['database'],
  newestMigration: number,
): Promise<Fault | undefined> {
  try {
    if ((await newestMigrationApplied(database)) >= newestMigration) return undefined;
    return { reason: new Problem('service-unavailable', { detail: 'The database misses migrations.' }) };
  } catch (reason) {
    return { reason };
  }
}
