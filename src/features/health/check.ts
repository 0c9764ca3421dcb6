// GET /api/healthchecker: this isolate runs. GET /api/readiness: it can serve, since the database is there and migrated.

import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { newestMigrationApplied } from './statements.ts';

export const check: Endpoint = (router, { database, version, newestMigration }) => {
  router.get('/api/healthchecker', (context) => {
    context.header('Cache-Control', 'no-store');
    return context.json({ status: 'ok', version });
  });

  router.get('/api/readiness', async (context) => {
    if ((await newestMigrationApplied(database)) < newestMigration) {
      throw new Problem('service-unavailable', { detail: 'The database misses migrations.' });
    }
    context.header('Cache-Control', 'no-store');
    return context.json({ status: 'ready' });
  });
};
