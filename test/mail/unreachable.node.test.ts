import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePort } from '../../src/local/ports.ts';
import { type ServedWorker, startServedWorker } from '../../src/local/served-worker.ts';
import { servedBindings } from '../stack/served-bindings.ts';
import { newTestDatabase } from '../stack/test-database.ts';

// A mail server that is not there, and what the log says of it: the production runtime tells a stream's reader only that it
// was cancelled.

let worker: ServedWorker;
beforeAll(async () => {
  const databaseUrl = await newTestDatabase(inject('databaseUrl'));
  worker = await startServedWorker({
    ...servedBindings(databaseUrl),
    SMTP_URL: `smtp://user:password@127.0.0.1:${await freePort()}`,
  });
});
afterAll(() => worker?.stop());

test('why the mail server cannot be reached is in the log', async () => {
  const response = await fetch(`${worker.origin}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.test', password: 'tide lamp orbit cello nine', name: 'Ada' }),
  });
  expect(response.status).toBe(202);
  await expect.poll(() => worker.logged(), { timeout: 20_000 }).toContain('"mail-postponed"');
  expect(worker.logged()).toMatch(/mail server cannot be reached: .*connect/);
  expect(worker.logged()).not.toContain('cancelled');
});
