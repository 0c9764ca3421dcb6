// GET /api/healthchecker: this isolate runs. GET /api/readiness: it can serve, since the database is there and migrated.

import type { Dependencies } from '../../context.ts';
import { endpoint } from '../../http/endpoint.ts';
import { readinessCacheMilliseconds } from '../../lifetimes.ts';
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

/** What an answer still to come looks for. */
const lookMilliseconds = 10;

type Fault = { readonly reason: unknown };

/**
 * Whether the service can serve, asked of the database once a second at most, however many want to know: a fault is kept as
 * long. Requests share the answer and never the question, since workerd ends a request's I/O with the request and lets no
 * other wait for it: who comes while another asks looks again in a moment, and asks when a second has brought no answer.
 */
function readiness({
  database,
  newestMigration,
  now,
}: Pick<Dependencies, 'database' | 'newestMigration' | 'now'>): () => Promise<Fault | undefined> {
  /** When the database was asked last, or answered. */
  let at = Number.NEGATIVE_INFINITY;
  let answer: { readonly fault: Fault | undefined } | undefined;

  return async () => {
    for (;;) {
      const age = now().getTime() - at;
      // A clock that was put back makes nothing last longer.
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
