// The function is replaced while sessions are refreshed: each answer is of one version whole, or a fault, and every chain goes on.

import { expect, test } from 'vitest';
import { startService } from '../service.ts';
import { newOwner, start } from '../sessions/driver.ts';
import { claimsIn, define, says } from './function.ts';

const version = (name: string) => `jsonb_build_object('org', '${name}', 'row', '${name}')`;

test('refreshes beside a function that is replaced', async () => {
  const service = await startService();
  await says(service, version('first'));
  const sessions = await Promise.all(
    Array.from({ length: 8 }, async () => start(service, await newOwner(service))),
  );
  let isOver = false;
  const replacing = (async () => {
    for (let time = 0; time < 12; time += 1) {
      await says(service, version(time % 2 === 0 ? 'second' : 'first'));
      if (time % 3 === 0) await define(service, `begin raise 'between two versions'; end`, 'plpgsql');
    }
    await says(service, version('second'));
    isOver = true;
  })();
  const seen = { first: 0, second: 0, failed: 0 };
  const refreshing = sessions.map(async ({ refreshToken }) => {
    let token = refreshToken;
    let key = crypto.randomUUID();
    for (let wasOver = false; !wasOver; ) {
      wasOver = isOver;
      const answer = await service.call('POST', '/api/auth/refresh', {
        json: { refresh_token: token },
        headers: { 'Idempotency-Key': key },
      });
      if (answer.status === 503) {
        seen.failed += 1;
        wasOver = false;
        continue;
      }
      expect(answer.status, answer.text).toBe(200);
      const { org, row } = claimsIn(answer) as { org: 'first' | 'second'; row: unknown };
      expect(row).toBe(org);
      seen[org] += 1;
      token = answer.body.refresh_token;
      key = crypto.randomUUID();
    }
  });
  await Promise.all([replacing, ...refreshing]);
  expect(seen.first).toBeGreaterThan(0);
  expect(seen.second).toBeGreaterThan(0);
  expect(seen.failed).toBeGreaterThan(0);
});

test('calls of one token with one key at once, which the function fails for some: one chain', async () => {
  const service = await startService();
  await says(service, version('first'));
  const { refreshToken } = await start(service, await newOwner(service));
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const call = () =>
    service.call('POST', '/api/auth/refresh', { json: { refresh_token: refreshToken }, headers });
  const [, ...answers] = await Promise.all([
    define(service, `begin raise 'for a moment'; end`, 'plpgsql').then(() =>
      says(service, version('second')),
    ),
    ...Array.from({ length: 12 }, call),
  ]);
  const issued = [...answers, await call()].filter(({ status }) => status === 200);
  expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
  expect(new Set(issued.map(({ body }) => body.refresh_token)).size).toBe(1);
  expect(issued.map((answer) => (claimsIn(answer) as { org: string }).org)).not.toContain(undefined);
});
