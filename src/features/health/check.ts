// GET /api/healthchecker: liveness. GET /api/readiness: the database can be reached and is migrated.

import { readinessCacheMilliseconds } from '../../bounds.ts';
import type { Dependencies } from '../../context.ts';
import { coalesced } from '../../http/coalesced.ts';
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
    const assertReady = readiness(dependencies);
    return async ({ context }) => {
      await assertReady();
      context.header('Cache-Control', 'no-store');
      return context.json({ status: 'ready' });
    };
  },
);

/** Readiness, good or bad, holds for a second, so that the database is asked once a second however many calls come. */
function readiness({
  database,
  newestMigration,
  now,
}: Pick<Dependencies, 'database' | 'newestMigration' | 'now'>): () => Promise<void> {
  return coalesced(async () => {
    if ((await newestMigrationApplied(database)) < newestMigration)
      throw new Problem('service-unavailable', { detail: 'The database misses migrations.' });
    return { value: undefined, until: now().getTime() + readinessCacheMilliseconds };
  }, now);
}
