import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { newUser, password } from '../service.ts';
import { rowOf } from '../sessions/driver.ts';
import { createDevice } from './device.ts';
import { type Process, startProcess } from './process.ts';
import { device, minutes, owner, refreshes, service, started, useScene, world } from './scene.ts';
import { isBound, startedSession } from './started-session.ts';
import type { Sent } from './world.ts';

// Sessions that are bound to a key of the device (RFC 9449), and key stores that are away, or have lost the key.

useScene();

let app: Process;
/** With a password. */
let email: string;
let [current, next] = [password, 'velvet sparrow tunnel mint'];

beforeAll(async () => {
  email = (await newUser(service)).email;
});

beforeEach(() => {
  app = startProcess(world, device, { hasKey: true });
});

const me = (process = app) => world.until(process.client.me());
const proofs = (sent: readonly Sent[] = world.sent) =>
  sent.flatMap(({ headers }) => headers.get('DPoP') ?? []);
const bound = () => isBound(service, device.read()?.sessionId ?? '');
/** To another password, and at the next time back. */
function change() {
  [current, next] = [next, current];
  return { current_password: next, new_password: current };
}

const sentTo = (path: string) => world.sent.filter((sent) => sent.path === path);

/** The session is bound by its first refresh. */
async function bind(): Promise<void> {
  await world.pass(60 * minutes);
  expect(await me()).toMatchObject({ email: owner.email });
  expect(await bound()).toBe(true);
  world.sent.length = 0;
}

/** Neither told that it is over, nor without its tokens. */
function isSignedIn(): void {
  expect(app.signedOut).toEqual([]);
  expect(device.read()?.refreshToken).toEqual(expect.any(String));
}

test('a session of an earlier version binds itself with its next refresh, in place', async () => {
  await me();
  expect([proofs(), device.keystore.made]).toEqual([[], 0]);
  await bind();
  expect(device.read()).toMatchObject({
    sessionId: started.sessionId,
    refreshes: 1,
    deviceKey: expect.any(String),
  });
  await world.pass(60 * minutes);
  await me();
  expect([refreshes().length, proofs().length, device.keystore.made]).toEqual([1, 1, 1]);
  isSignedIn();
});

test('what binds a session is stored before it is sent, the key first', async () => {
  const atSending: unknown[] = [];
  world.answerOf = ({ path, headers }) => {
    const { refreshKey, deviceKey } = device.read() ?? {};
    const { kept } = device.keystore;
    if (path === '/api/auth/refresh')
      atSending.push([
        refreshKey === headers.get('Idempotency-Key'),
        deviceKey,
        kept?.publicJwk.x.slice(0, 16),
      ]);
    return undefined;
  };
  await bind();
  const name = device.keystore.kept?.publicJwk.x.slice(0, 16);
  expect(atSending).toEqual([[true, name, name]]);
});

test('a sign-in binds its session', async () => {
  const keys: boolean[] = [];
  world.answerOf = () => {
    keys.push(device.keystore.kept !== undefined);
    return undefined;
  };
  await world.until(app.client.login({ email, password: current }));
  expect([await bound(), keys, proofs().length]).toEqual([true, [true], 1]);
  await world.pass(60 * minutes);
  expect(await me()).toMatchObject({ email });
});

test.for(['locked', 'signing', 'hangs'] as const)(
  'a key store that fails (%s) leaves a bound session as it is, and is asked again',
  async (fault) => {
    await bind();
    await world.pass(60 * minutes);
    const before = device.read();
    device.keystore.fault = fault;
    await expect(me()).rejects.toMatchObject({ name: 'DeviceKeyError' });
    // Neither a request without a proof, nor a new key, nor a sign-out.
    expect([world.sent, device.keystore.made, device.read()]).toEqual([[], 1, before]);
    const restarted = startProcess(world, device, { hasKey: true });
    await expect(me(restarted)).rejects.toMatchObject({ name: 'DeviceKeyError' });
    expect([world.sent, restarted.signedOut]).toEqual([[], []]);
    isSignedIn();
    device.keystore.fault = 'none';
    expect(await me()).toMatchObject({ email: owner.email });
    expect([refreshes().length, proofs().length]).toEqual([1, 1]);
  },
);

test.for(['locked', 'signing', 'hangs'] as const)(
  'a key store that fails (%s) keeps no unbound session from going on, nor anybody from signing in',
  async (fault) => {
    device.keystore.fault = fault;
    await world.pass(60 * minutes);
    expect(await me()).toMatchObject({ email: owner.email });
    expect([refreshes().length, proofs(), await bound()]).toEqual([1, [], false]);
    await world.until(app.client.login({ email, password: current }));
    expect([await me(), await bound()]).toMatchObject([{ email }, false]);
    device.keystore.fault = 'none';
    await world.pass(60 * minutes);
    expect([await me(), await bound()]).toMatchObject([{ email }, true]);
    isSignedIn();
  },
);

test('tokens that were sent without a proof are sent again without one: the late first request would look like theft', async () => {
  await world.pass(60 * minutes);
  device.keystore.fault = 'locked';
  const fates = [{ out: 20_000, back: 0 }];
  world.fateOf = () => fates.shift() ?? { out: 0, back: 0 };
  app.client.me().catch(() => {});
  await world.pass(5_000);
  app.kill();
  device.keystore.fault = 'none';
  app = startProcess(world, device, { hasKey: true });
  expect(await me()).toMatchObject({ email: owner.email });
  await world.pass(minutes);
  expect([refreshes().length, proofs()]).toEqual([2, []]);
  // The next ones are.
  await world.pass(60 * minutes);
  await me();
  expect([await bound(), proofs().length]).toEqual([true, 1]);
  isSignedIn();
});

test('once binding has begun there is no refresh without a proof, whatever became of the first', async () => {
  await world.pass(60 * minutes);
  world.fateOf = () => ({ out: 0, back: 0, lost: 'answer' });
  app.client.me().catch(() => {});
  await world.pass(1_000);
  app.kill();
  world.fateOf = () => ({ out: 0, back: 0 });
  device.keystore.fault = 'locked';
  app = startProcess(world, device, { hasKey: true });
  await expect(me()).rejects.toMatchObject({ name: 'DeviceKeyError' });
  await world.pass(25 * 60 * minutes);
  device.keystore.fault = 'none';
  expect(await me()).toMatchObject({ email: owner.email });
  expect(proofs()).toHaveLength(refreshes().length);
  expect(device.keystore.made).toBe(1);
  isSignedIn();
});

test.for<[string, () => void]>([
  [
    'the system says that it is invalid for good',
    () => void Object.assign(device.keystore, { fault: 'gone' }),
  ],
  ['the store opened, and it is not there', () => void Object.assign(device.keystore, { kept: undefined })],
])('a key that is gone (%s) ends the session here, and nowhere else', async ([, lose]) => {
  await bind();
  const other = startProcess(world, device, { hasKey: true });
  await me(other);
  await world.pass(60 * minutes);
  const before = device.read();
  world.sent.length = 0;
  lose();
  app = startProcess(world, device, { hasKey: true });
  await expect(me()).rejects.toMatchObject({ name: 'KeyGoneError' });
  expect([app.signedOut, device.read(), device.keystore.made]).toEqual([['device-key-gone'], null, 1]);
  // The old phone, or a backup of this one, may go on.
  expect([world.sent, (await rowOf(service, before?.sessionId ?? '')).end_reason]).toEqual([[], null]);
  await me(other).catch(() => {});
  expect(other.signedOut).toEqual(['elsewhere']);
  await world.until(app.client.login({ email, password: current }));
  await world.pass(60 * minutes);
  expect([await me(), await bound(), device.keystore.made]).toMatchObject([{ email }, true, 2]);
  expect(app.signedOut).toEqual(['device-key-gone']);
});

test('another key in its place is not used for old tokens', async () => {
  await bind();
  const other = createDevice(null);
  const elsewhere = startProcess(world, other, { hasKey: true });
  await world.until(elsewhere.client.login({ email, password: current }));
  device.keystore.kept = other.keystore.kept;
  await world.pass(60 * minutes);
  app = startProcess(world, device, { hasKey: true });
  world.sent.length = 0;
  await expect(me()).rejects.toMatchObject({ name: 'KeyGoneError' });
  expect([world.sent, app.signedOut]).toEqual([[], ['device-key-gone']]);
});

test('a key that is found gone during another sign-in takes nothing from that one', async () => {
  await bind();
  await world.pass(60 * minutes);
  world.random = () => 1;
  app = startProcess(world, device, { hasKey: true, slowest: 200 });
  device.keystore.fault = 'gone';
  const call = app.client.me().catch((error) => error.name);
  // The store was read twice, and the key is being looked for.
  await world.pass(900);
  const next = { ...(await startedSession(service, owner)), askedAt: world.now };
  device.write(next);
  expect(await world.until(call)).toMatchObject({ email: owner.email });
  expect([app.signedOut, device.read()]).toEqual([[], next]);
});

test.for(['device-key-required', 'device-key-mismatch', 'invalid-dpop-proof'])(
  '`%s` clears nothing',
  async (kind) => {
    await bind();
    await world.pass(60 * minutes);
    const before = device.read();
    world.answerOf = ({ path }) => (path === '/api/auth/refresh' ? problem(400, kind) : undefined);
    await expect(me()).rejects.toMatchObject({ kind });
    expect([device.read(), refreshes().length]).toEqual([before, 1]);
    isSignedIn();
    world.answerOf = () => undefined;
    expect(await me()).toMatchObject({ email: owner.email });
  },
);

test.for([-25, 25])('a clock that is %i hours off is cured by a nonce, at once', async (hours) => {
  device.skew = hours * 60 * minutes;
  await world.until(app.client.login({ email, password: current }));
  expect(sentTo('/api/auth/login')).toHaveLength(2);
  const [first, second] = proofs().map((proof) => decodeJwt(proof));
  expect([first?.['nonce'], second?.['nonce']]).toEqual([undefined, expect.any(String)]);
  expect(first?.jti).not.toBe(second?.jti);
  const [key, same] = proofs().map((proof) => decodeProtectedHeader(proof).jwk);
  expect(key).toEqual(same);
  // Its password was looked at once: a refusal of the proof comes before that.
  expect(sentTo('/api/auth/login').map(({ headers }) => headers.get('Idempotency-Key'))[1]).toBe(
    sentTo('/api/auth/login')[0]?.headers.get('Idempotency-Key'),
  );
  await world.pass(60 * minutes);
  expect(await me()).toMatchObject({ email });
  expect(refreshes()).toHaveLength(2);
  // The newest is remembered while it is good.
  await world.pass(15 * minutes);
  device.write({ ...(device.read() as typeof started), askedAt: 0 });
  await world.until(startProcess(world, device, { hasKey: true }).client.me());
  isSignedIn();
});

test('the nonce of a token response is in the next proof, which then is not asked for another', async () => {
  // The clock is right at the sign-in, and nothing asks for a nonce.
  await world.until(app.client.login({ email, password: current }));
  expect(world.sent).toHaveLength(1);
  device.skew = 25 * 60 * minutes;
  await world.until(app.client.changePassword(change()));
  const paths = ['/api/auth/login', '/api/auth/refresh', '/api/auth/change-password'];
  expect(world.sent.map(({ path }) => path)).toEqual(paths);
});

test('a service that asks for nonces again and again is not obeyed for ever', async () => {
  await bind();
  await world.pass(60 * minutes);
  world.answerOf = ({ path }) =>
    path === '/api/auth/refresh'
      ? problem(400, 'use-dpop-nonce', { 'DPoP-Nonce': crypto.randomUUID() })
      : undefined;
  await expect(me()).rejects.toMatchObject({ kind: 'use-dpop-nonce' });
  expect(refreshes()).toHaveLength(2);
  isSignedIn();
});

test('each attempt has a proof of its own, by the same key', async () => {
  await bind();
  await world.pass(60 * minutes);
  const fates = ['answer', 'request', 'refused'] as const;
  let sent = 0;
  world.fateOf = ({ path }) => {
    const lost = path === '/api/auth/refresh' ? fates[sent++] : undefined;
    return { out: 10, back: 10, ...(lost && { lost }) };
  };
  expect(await me()).toMatchObject({ email: owner.email });
  const ids = proofs(refreshes()).map((proof) => decodeJwt(proof).jti);
  expect([ids.length, new Set(ids).size, device.keystore.made]).toEqual([4, 4, 1]);
});

test('processes that share the store share the key', async () => {
  await world.pass(60 * minutes);
  const both = [app, startProcess(world, device, { hasKey: true })];
  const [first, second] = await world.until(Promise.all(both.map(({ client }) => client.me())));
  expect([first, second, device.keystore.made]).toMatchObject([
    { email: owner.email },
    { email: owner.email },
    1,
  ]);
  expect(both.flatMap(({ signedOut }) => signedOut)).toEqual([]);
});

test('two sign-ins at once ask for the key one after the other', async () => {
  let asking = 0;
  let most = 0;
  const loadOrCreate = async () => {
    most = Math.max(most, ++asking);
    await new Promise<void>((resolve) => world.at(100, resolve));
    asking -= 1;
    throw new Error('no key');
  };
  app = startProcess(world, device, { deviceKey: { load: loadOrCreate, loadOrCreate } });
  const credentials = { email, password: current };
  await world.until(Promise.all([app.client.login(credentials), app.client.login(credentials)]));
  expect(most).toBe(1);
});

test('a change of the password carries a proof, and its new session is bound', async () => {
  await world.until(app.client.login({ email, password: current }));
  const before = device.read();
  const lost = ['answer'] as const;
  let sent = 0;
  world.fateOf = () => ({ out: 0, back: 0, ...(lost[sent++] && { lost: 'answer' }) });
  await world.until(app.client.changePassword(change()));
  const changes = sentTo('/api/auth/change-password');
  expect([changes.length, new Set(proofs(changes)).size]).toEqual([2, 2]);
  expect(device.read()?.sessionId).not.toBe(before?.sessionId);
  expect([device.read()?.deviceKey, await bound()]).toEqual([before?.deviceKey, true]);
  await world.pass(60 * minutes);
  expect(await me()).toMatchObject({ email });
});

test('a change of the password whose answer never came is found out by a refresh with a proof', async () => {
  await world.until(app.client.login({ email, password: current }));
  world.fateOf = () => ({ out: 0, back: 0, lost: 'answer' });
  app.client.changePassword(change()).catch(() => {});
  await world.pass(100);
  app.kill();
  world.fateOf = () => ({ out: 0, back: 0 });
  app = startProcess(world, device, { hasKey: true });
  expect(await me()).toMatchObject({ email });
  await world.pass(60 * minutes);
  expect(await me()).toMatchObject({ email });
  expect(await bound()).toBe(true);
});

test.for([
  ['bound', bind],
  ['unbound', async () => {}],
] as const)(
  'a logout of a session that is %s needs no key, and does not wait for one',
  async ([, prepare]) => {
    await prepare();
    const { sessionId = '' } = device.read() ?? {};
    await world.pass(60 * minutes);
    device.keystore.fault = 'hangs';
    const call = app.client.me().catch(() => {});
    await world.pass(100);
    const before = world.now;
    await world.until(app.client.logout());
    await world.until(call);
    expect(world.now - before).toBeLessThan(1_000);
    expect([app.signedOut, (await rowOf(service, sessionId)).end_reason]).toEqual([['logout'], 'logout']);
  },
);

test('who copies the store without the key gets nothing, and signs nobody out', async () => {
  await bind();
  const copy = device.read();
  await world.pass(60 * minutes);
  await me();
  const thief = startProcess(world, createDevice(copy), { hasKey: false });
  const withKey = startProcess(world, createDevice({ ...(copy as typeof started), deviceKey: null }), {
    hasKey: true,
  });
  await expect(world.until(thief.client.me())).rejects.toMatchObject({ name: 'DeviceKeyError' });
  await expect(world.until(withKey.client.me())).rejects.toMatchObject({ kind: 'device-key-required' });
  const bare = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: copy?.refreshToken },
    headers: { 'Idempotency-Key': copy?.refreshKey ?? '' },
  });
  expect(bare.body).toMatchObject({ type: expect.stringContaining('device-key-required') });
  await world.pass(60 * minutes);
  expect(await me()).toMatchObject({ email: owner.email });
  isSignedIn();
});

test('`deviceKey: false` binds nothing', async () => {
  app = startProcess(world, device, { hasKey: true, deviceKey: false });
  await world.pass(60 * minutes);
  expect(await me()).toMatchObject({ email: owner.email });
  expect([proofs(), await bound(), device.keystore.made]).toEqual([[], false, 0]);
});

function problem(status: number, kind: string, headers: Record<string, string> = {}): Response {
  const document = {
    type: `x/problems/${kind}`,
    title: kind,
    status,
    retryable: false,
    discard_credentials: false,
  };
  const body = JSON.stringify(document);
  return new Response(body, { status, headers: { 'Content-Type': 'application/problem+json', ...headers } });
}
