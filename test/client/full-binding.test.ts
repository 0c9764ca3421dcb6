import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { beforeEach, expect, test } from 'vitest';
import { memoryStore } from '../../src/client/client.ts';
import { digestOf } from '../../src/encoding.ts';
import { issuer, password } from '../service.ts';
import { clientOf } from './client-of.ts';
import { keysOf } from './keystore.ts';
import { type Process, startProcess } from './process.ts';
import { device, minutes, owner, refreshes, service, started, useScene, world } from './scene.ts';

// `dpopMode: 'full'`: the access token is bound as well, and every call carries a proof of it (RFC 9449, section 7).

useScene();

const api = 'https://api.example.test';
let app: Process;

beforeEach(async () => {
  app = startProcess(world, device, { hasKey: true, dpopMode: 'full' });
  await world.pass(60 * minutes);
});

const me = () => world.until(app.client.me());
const calls = () => world.sent.filter(({ path }) => path === '/api/users/me');
const proofOf = (headers?: Headers) => decodeJwt(headers?.get('DPoP') ?? '');

test('each call says whose token it is, of a session that was bound in place', async () => {
  expect(await me()).toMatchObject({ email: owner.email });
  expect(await me()).toMatchObject({ email: owner.email });
  expect(device.read()).toMatchObject({ tokenType: 'DPoP', sessionId: started.sessionId });
  expect(refreshes()).toHaveLength(1);
  const ids = [];
  for (const { headers } of calls()) {
    const [scheme, token = ''] = headers.get('Authorization')?.split(' ') ?? [];
    const { ath, htm, htu, jti } = proofOf(headers);
    expect([scheme, ath, htm, htu]).toEqual(['DPoP', await digestOf(token), 'GET', `${issuer}/api/users/me`]);
    ids.push(jti);
  }
  expect([ids.length, new Set(ids).size]).toEqual([2, 2]);
  expect(decodeJwt(device.read()?.accessToken ?? '')['cnf']).toEqual({ jkt: expect.any(String) });
});

test('a session stays in the mode that it has, for an app that asks for none', async () => {
  await me();
  app.kill();
  app = startProcess(world, device, { hasKey: true });
  await world.pass(60 * minutes);
  expect(await me()).toMatchObject({ email: owner.email });
  expect(device.read()?.tokenType).toBe('DPoP');
  app.kill();
  app = startProcess(world, device, { hasKey: true, dpopMode: 'refresh' });
  await world.pass(60 * minutes);
  expect(await me()).toMatchObject({ email: owner.email });
  expect(device.read()?.tokenType).toBeUndefined();
});

test('a repeated call has a proof of its own', async () => {
  await me();
  world.sent.length = 0;
  const lost = ['answer', 'request'] as const;
  let sent = 0;
  world.fateOf = () => {
    const fate = lost[sent++];
    return { out: 0, back: 0, ...(fate && { lost: fate }) };
  };
  expect(await me()).toMatchObject({ email: owner.email });
  const ids = calls().map(({ headers }) => proofOf(headers).jti);
  expect([ids.length, new Set(ids).size]).toEqual([3, 3]);
});

test('a clock that is off costs one more request, and no refresh', async () => {
  device.skew = -26 * 60 * minutes;
  await me();
  world.sent.length = 0;
  // The nonce of the refresh is too old by then.
  await world.pass(5 * minutes);
  expect(await me()).toMatchObject({ email: owner.email });
  expect([calls().length, refreshes().length]).toEqual([2, 0]);
});

test('a token that expired is refreshed, and the call repeated', async () => {
  await me();
  await world.pass(50 * minutes);
  device.skew = -50 * minutes;
  expect(await me()).toMatchObject({ email: owner.email });
});

test('a key store that fails makes the call fail, and nothing else', async () => {
  await me();
  const before = device.read();
  device.keystore.fault = 'locked';
  await expect(me()).rejects.toMatchObject({ name: 'DeviceKeyError' });
  expect([app.signedOut, device.read()]).toEqual([[], before]);
  device.keystore.fault = 'none';
  expect(await me()).toMatchObject({ email: owner.email });
});

test('a key that is gone is found out by the next call', async () => {
  await me();
  world.sent.length = 0;
  device.keystore.fault = 'gone';
  await expect(me()).rejects.toMatchObject({ name: 'KeyGoneError' });
  expect([app.signedOut, device.read(), world.sent]).toEqual([['device-key-gone'], null, []]);
});

test('a stored session has at most 220 bytes more than one that is bound to no key', async () => {
  await me();
  expect(new TextEncoder().encode(device.content).length).toBeLessThan(2_048 + 220);
});

test('an API of the app is answered with its own nonce, once', async () => {
  await me();
  const store = memoryStore();
  await store.save(device.read() as typeof started);
  const asked: [nonce: unknown, url: unknown, method: unknown][] = [];
  let isContent = true;
  const { client } = clientOf(service, {
    store,
    now: () => world.now,
    sleep: () => new Promise(() => {}),
    apiOrigins: [api],
    deviceKey: keysOf({
      device,
      access: async (work) => work(),
      alive: (sent) => sent,
      working: world.working,
    }),
    fetch: async (to, { headers, method }) => {
      const proof = proofOf(new Headers(headers));
      asked.push([proof['nonce'], proof['htu'], method]);
      if (to.startsWith(issuer)) return new Response('{}', { headers: { 'DPoP-Nonce': 'of the service' } });
      if (isContent && proof['nonce'] === 'first') return new Response('done');
      const challenge = 'DPoP error="use_dpop_nonce", error_description="Resource server requires nonce"';
      return new Response(null, {
        status: 401,
        headers: { 'WWW-Authenticate': challenge, 'DPoP-Nonce': 'first' },
      });
    },
  });
  const url = `${api}/reports`;
  const post = () => client.fetch(`${url}?page=2`, { method: 'POST', body: 'x' });
  await client.me();
  expect((await post()).status).toBe(200);
  await client.me();
  const profile = `${issuer}/api/users/me`;
  expect(asked).toEqual([
    [undefined, profile, 'GET'],
    [undefined, url, 'POST'],
    ['first', url, 'POST'],
    ['of the service', profile, 'GET'],
  ]);
  asked.length = 0;
  expect((await post()).status).toBe(200);
  expect(asked).toHaveLength(1);
  // One that is never content is asked twice, and its refusal is the answer.
  isContent = false;
  asked.length = 0;
  expect([(await post()).status, asked.length]).toEqual([401, 2]);
});

test('`full` needs SHA-256 when the client is made, and not at the first call', () => {
  const { subtle } = crypto;
  Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
  try {
    const deviceKey = { load: () => Promise.reject(), loadOrCreate: () => Promise.reject() };
    expect(() => clientOf(service, { deviceKey, dpopMode: 'full' })).toThrow('sha256');
    clientOf(service, { deviceKey, dpopMode: 'full', sha256: async (input) => input });
    clientOf(service, { deviceKey });
  } finally {
    Object.defineProperty(crypto, 'subtle', { value: subtle, configurable: true });
  }
});

test('a session that reauthenticates stays bound, and the new token comes with a proof', async () => {
  await service.dependencies.database.query(
    sql`update users set password_hash = ${await service.dependencies.passwords.hash(password)} where id = ${owner.userId}`,
    { repeatable: false },
  );
  await me();
  const before = device.read();
  await world.until(app.client.reauthenticate({ password }));
  const { accessToken, askedAt, ...kept } = device.read() ?? {};
  expect(before).toMatchObject(kept);
  expect(kept).toMatchObject({ tokenType: 'DPoP', deviceKey: expect.any(String) });
  expect(decodeJwt(accessToken ?? '')['cnf']).toEqual({ jkt: expect.any(String) });
  expect(await world.until(app.client.exportMe())).toMatchObject({ user: { email: owner.email } });
});
