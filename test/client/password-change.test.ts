import { beforeEach, expect, test } from 'vitest';
import { newUser, password, type Service, startService } from '../service.ts';
import { createDevice, type Device } from './device.ts';
import { type Process, startProcess } from './process.ts';
import { createWorld, type Fate, type World } from './world.ts';

const chosen = 'velvet sparrow tunnel mint';
const change = { current_password: password, new_password: chosen };
const minutes = 60_000;

let service: Service;
let world: World;
let device: Device;
let app: Process;
let email: string;

beforeEach(async () => {
  service = await startService();
  world = createWorld(service);
  device = createDevice(null);
  app = startProcess(world, device);
  email = (await newUser(service)).email;
  await world.until(app.client.login({ email, password }));
});

/** The first requests for a change meet these; what comes after them, and any other, is well. */
function changesMeet(...fates: NonNullable<Fate['lost']>[]): void {
  world.fateOf = ({ path }) => {
    const lost = path === '/api/auth/change-password' ? fates.shift() : undefined;
    return { out: 100, back: 100, ...(lost && { lost }) };
  };
}

const sentTo = (path: string) => world.sent.filter((sent) => sent.path === path);

async function isStillSignedIn(process: Process): Promise<void> {
  expect(await world.until(process.client.me())).toMatchObject({ email });
  await world.pass(60 * minutes);
  expect(await world.until(process.client.me())).toMatchObject({ email });
  expect(process.signedOut).toEqual([]);
}

async function passwordIs(expected: string): Promise<void> {
  const other = startProcess(world, createDevice(null));
  await world.until(other.client.login({ email, password: expected }));
}

test('the new session takes the place of the old one: nobody is signed out, and a copy of the old tokens is worth nothing', async () => {
  const old = device.read();
  const other = startProcess(world, device);
  await world.until(other.client.me());
  await world.until(app.client.changePassword(change));
  const now = device.read();
  expect(now?.sessionId).not.toBe(old?.sessionId);
  expect([now?.login, now?.refreshes]).toEqual([old?.login, 1]);
  expect(now?.refreshKey).not.toBe(old?.refreshKey);
  const copied = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: old?.refreshToken },
  });
  expect([copied.status, copied.body.discard_credentials]).toEqual([401, true]);
  expect(sentTo('/api/auth/refresh')).toEqual([]);
  // The process that did not change it finds the new session in the store.
  await isStillSignedIn(other);
  await isStillSignedIn(app);
  await passwordIs(chosen);
});

test('a change whose answer was lost is asked for again, and is one change', async () => {
  changesMeet('answer', 'request');
  await world.until(app.client.changePassword(change));
  expect(sentTo('/api/auth/change-password')).toHaveLength(3);
  await isStillSignedIn(app);
  await passwordIs(chosen);
});

test('a change whose answer never came has its session with the next refresh, even after the app was killed', async () => {
  changesMeet('answer');
  const before = device.read();
  app.client.changePassword(change).catch(() => {});
  await world.pass(1_000);
  app.kill();
  const again = startProcess(world, device);
  expect(await world.until(again.client.me())).toMatchObject({ email });
  const [{ headers } = { headers: new Headers() }] = sentTo('/api/auth/refresh');
  expect(headers.get('Idempotency-Key')).toBe(before?.refreshKey);
  expect(device.read()?.sessionId).not.toBe(before?.sessionId);
  await isStillSignedIn(again);
  await passwordIs(chosen);
});

test.for([
  ['and not gone on with', 0],
  ['and gone on with', 20 * minutes],
])('a change that another process has found out %s is done, and not a wrong password', async ([, skew]) => {
  changesMeet('answer');
  const other = startProcess(world, device);
  await world.until(other.client.me());
  const call = app.client.changePassword(change);
  await world.pass(500);
  // With the old session's key it gets the new session, and stores it.
  await world.until(other.client.me());
  device.skew = Number(skew);
  await world.until(other.client.me());
  await world.until(call);
  expect(sentTo('/api/auth/refresh')).toHaveLength(skew === 0 ? 1 : 2);
  await isStillSignedIn(app);
  await isStillSignedIn(other);
  await passwordIs(chosen);
});

test('a change is done though the access token has expired before its answer came', async () => {
  await world.pass(15 * minutes - 10_000);
  device.skew = -5 * minutes;
  changesMeet('answer', 'answer');
  await world.until(app.client.changePassword(change));
  expect(sentTo('/api/auth/change-password')).toHaveLength(3);
  await isStillSignedIn(app);
  await passwordIs(chosen);
});

test('a process that has not heard of a change makes the next one', async () => {
  const other = startProcess(world, device);
  await world.until(other.client.me());
  await world.until(app.client.changePassword(change));
  const next = 'quartz meadow lantern drift';
  await world.until(other.client.changePassword({ current_password: chosen, new_password: next }));
  await isStillSignedIn(app);
  await isStillSignedIn(other);
  await passwordIs(next);
});

test('a wrong current password is sent once, and changes nothing', async () => {
  const before = device.read();
  const wrong = { ...change, current_password: 'wrong' };
  await expect(world.until(app.client.changePassword(wrong))).rejects.toMatchObject({
    kind: 'invalid-credentials',
  });
  expect(world.sent.map(({ path }) => path)).toEqual(['/api/auth/login', '/api/auth/change-password']);
  expect(device.read()).toEqual(before);
});

test('a logout during a change is a logout', async () => {
  world.fateOf = () => ({ out: 1_000, back: 3_000 });
  const call = app.client.changePassword(change).catch(() => {});
  await world.pass(2_000);
  await world.until(Promise.all([app.client.logout(), call]));
  expect([device.read(), app.signedOut]).toEqual([null, ['logout']]);
  expect(await world.until(app.client.getAccessToken())).toBeNull();
});
