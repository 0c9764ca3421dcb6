import { expect, test } from 'vitest';
import { NetworkError } from '../../src/client/client.ts';
import { startService } from '../service.ts';
import { clientOf, counting, instantly } from './client-of.ts';

test.for([
  ['GET', {}, 4],
  ['PUT', {}, 4],
  ['POST', {}, 1],
  ['PATCH', {}, 1],
  ['POST', { 'Idempotency-Key': 'a' }, 4],
] as const)(
  '%s with the headers %o is sent %i times where the network fails',
  async ([method, headers, times]) => {
    const service = await startService();
    for (const [answer, outcome] of [
      [() => Promise.reject(new TypeError('offline')), 'NetworkError'],
      [() => new Response('', { status: 503 }), 503],
    ] as const) {
      const { urls, fetch } = counting(answer);
      const { client } = clientOf(service, { fetch, sleep: instantly });
      const ended = client.fetch('/x', { method, headers }).then(
        ({ status }) => status,
        ({ name }) => name,
      );
      expect([await ended, urls.length]).toEqual([outcome, times]);
    }
  },
);

test('a call that its caller aborts ends at once with the reason, while it is sent and while it pauses', async () => {
  const service = await startService();
  for (const fetch of [
    () => new Promise<Response>(() => {}),
    () => Promise.reject(new TypeError('offline')),
  ]) {
    const { client } = clientOf(service, { fetch, sleep: () => new Promise(() => {}) });
    const controller = new AbortController();
    const call = client.me({ signal: controller.signal });
    controller.abort(new Error('The page was left'));
    await expect(call).rejects.toThrow('The page was left');
    await expect(client.me({ signal: controller.signal })).rejects.toThrow('The page was left');
  }
});

test('a `sleep` that rejects when it is aborted, as that of node:timers/promises, leaves no rejection behind', async () => {
  const service = await startService();
  const aborted: string[] = [];
  const { client } = clientOf(service, {
    fetch: async () => Response.json({ posts: [] }),
    sleep: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push('aborted');
          reject(signal.reason);
        });
      }),
  });
  expect((await client.fetch('/x')).status).toBe(200);
  expect(aborted).toHaveLength(2);
});

test('silence ends an attempt after twelve seconds, which is longer than the service takes, and a call after thirty', async () => {
  const service = await startService();
  const waits: { milliseconds: number; over: () => void }[] = [];
  const { urls, fetch } = counting(() => new Promise<Response>(() => {}));
  const { client } = clientOf(service, {
    fetch,
    sleep: (milliseconds) => new Promise((over) => waits.push({ milliseconds, over })),
  });
  const call = client.me().catch((error) => error);
  const isWaiting = (milliseconds: number) => () => waits.find((wait) => wait.milliseconds === milliseconds);
  await expect.poll(isWaiting(12_000)).toBeDefined();
  isWaiting(12_000)()?.over();
  await expect.poll(() => waits.length).toBe(3);
  isWaiting(30_000)()?.over();
  waits.at(-1)?.over();
  expect(await call).toBeInstanceOf(NetworkError);
  expect(urls).toHaveLength(1);
});
