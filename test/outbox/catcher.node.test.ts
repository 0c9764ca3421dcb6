// Deliveries over real sockets: to the catcher of `npm run dev`, and to servers that do not behave.

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Event } from '../../src/features/outbox/event.ts';
import { send } from '../../src/features/outbox/send.ts';
import { type DeveloperServer, startDeveloperServer } from '../../src/local/developer-server.ts';

let server: DeveloperServer;
let catcher: DeveloperServer['webhook'];
beforeAll(async () => {
  server = await startDeveloperServer({ port: 0 });
  catcher = server.webhook;
});
afterAll(() => server.stop());

const bytesOf = (secret: string) => new Uint8Array(Buffer.from(secret.slice('whsec_'.length), 'base64'));
const parts = { fetch: (input: string, init: RequestInit) => fetch(input, init), version: 'test' };
const event = (name: string): Event => ({
  id: crypto.randomUUID(),
  type: 'user.updated',
  timestamp: '2026-03-01T09:30:00.000Z',
  data: { user: { id: crypto.randomUUID(), version: 1, name } },
});
const deliver = (url: string, sent: Event, secret = catcher.secret, now = () => new Date()) =>
  send(sent, { url, secrets: [bytesOf(secret)] }, { ...parts, now });

type Caught = { id: string; verified: boolean; event: Event };
const caught = async () => (await (await fetch(`${server.eventsUrl}/events`)).json()) as Caught[];

test('the catcher takes what is signed and shows it, as a page and as JSON', async () => {
  const sent = event('<script>alert(1)</script>');
  expect(await deliver(catcher.url, sent)).toBeUndefined();
  expect((await caught())[0]).toMatchObject({ id: sent.id, verified: true, event: sent });
  const page = await (await fetch(server.eventsUrl)).text();
  expect(page).toContain('user.updated');
  expect(page).not.toContain('<script>alert');
});

test('it refuses what is not signed, or was a while ago, and shows that as well', async () => {
  const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  expect(await deliver(catcher.url, event('other'), other)).toMatchObject({ error: 'answered 401' });
  const old = () => new Date(Date.now() - 6 * 60_000);
  expect(await deliver(catcher.url, event('old'), catcher.secret, old)).toMatchObject({
    error: 'answered 401',
  });
  expect((await caught()).slice(0, 2).map(({ verified }) => verified)).toEqual([false, false]);
  expect(await (await fetch(server.eventsUrl)).text()).toContain('not signed with the secret');
});

test('it keeps the last 200', async () => {
  for (let count = 0; count < 205; count += 1) await deliver(catcher.url, event(`${count}`));
  const all = await caught();
  expect(all).toHaveLength(200);
  expect(all[0]?.event.data.user).toMatchObject({ name: '204' });
});

async function misbehaving(listener: RequestListener) {
  const started = createServer(listener).listen(0, '127.0.0.1');
  await once(started, 'listening');
  const stop = () => {
    started.closeAllConnections();
    started.close();
  };
  return { url: `http://127.0.0.1:${(started.address() as AddressInfo).port}/`, stop };
}

test.for([
  ['takes no connection', undefined, 'could not be reached'],
  ['resets', (request) => request.socket.resetAndDestroy(), 'could not be reached'],
  ['never answers', () => {}, 'no answer within 10 s'],
  ['redirects', (_, response) => response.writeHead(307, { location: catcher.url }).end(), 'answered 307'],
] as [string, RequestListener | undefined, string][])('a server that %s', async ([, listener, error]) => {
  const started = await misbehaving(listener ?? (() => {}));
  if (!listener) started.stop();
  const before = (await caught())[0]?.id;
  expect(await deliver(started.url, event('Ada'))).toMatchObject({ error });
  // A redirect is not followed.
  expect((await caught())[0]?.id).toBe(before);
  started.stop();
});

test('a body that never ends is not read', async () => {
  let isClosed = false;
  const started = await misbehaving((_, response) => {
    response.writeHead(200);
    const flood = setInterval(() => response.write('x'.repeat(100_000)), 1);
    response.on('close', () => {
      clearInterval(flood);
      isClosed = true;
    });
  });
  const begin = Date.now();
  expect(await deliver(started.url, event('Ada'))).toBeUndefined();
  expect(Date.now() - begin).toBeLessThan(5_000);
  await expect.poll(() => isClosed, { timeout: 5_000 }).toBe(true);
  started.stop();
});
