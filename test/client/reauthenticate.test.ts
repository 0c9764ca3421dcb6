// A call that takes a recent sign-in reaches the app as that problem, and the password makes the session recent in place.

import { beforeEach, expect, test } from 'vitest';
import { newUser, password, type Service, startService } from '../service.ts';
import { createDevice, type Device } from './device.ts';
import { type Process, startProcess } from './process.ts';
import { createWorld, type World } from './world.ts';

const minutes = 60_000;

let service: Service;
let world: World;
let device: Device;
let app: Process;

beforeEach(async () => {
  service = await startService();
  world = createWorld(service);
  device = createDevice(null);
  app = startProcess(world, device);
  const { email } = await newUser(service);
  await world.until(app.client.login({ email, password }));
  await world.pass(11 * minutes);
});

const sentTo = (path: string) => world.sent.filter((sent) => sent.path === path).length;

const refused = {
  kind: 'recent-sign-in-required',
  problem: { max_age: 600, methods: ['password'], discard_credentials: false },
};

test('the app is told so, and nothing is refreshed for it', async () => {
  await expect(world.until(app.client.exportMe())).rejects.toMatchObject(refused);
  await expect(world.until(app.client.deleteMe())).rejects.toMatchObject(refused);
  expect([sentTo('/api/users/me/export'), sentTo('/api/auth/refresh')]).toEqual([1, 0]);
  expect(app.signedOut).toEqual([]);
});

test('after the password the same call is accepted, also when the app was closed meanwhile', async () => {
  const before = device.read();
  await world.until(app.client.reauthenticate({ password }));
  const { accessToken, askedAt, ...kept } = device.read() ?? {};
  expect(before).toMatchObject(kept);
  expect(accessToken).not.toBe(before?.accessToken);
  expect(askedAt).toBeGreaterThan(before?.askedAt ?? 0);
  expect(await world.until(app.client.exportMe())).toMatchObject({ user: expect.anything() });
  const reopened = startProcess(world, device);
  expect(await world.until(reopened.client.exportMe())).toMatchObject({ user: expect.anything() });
  // The session goes on by the refresh token that it had, and stays recent.
  await world.pass(9 * minutes);
  expect(sentTo('/api/auth/refresh')).toBe(0);
  await world.pass(60 * minutes);
  expect(await world.until(reopened.client.me())).toMatchObject({ name: 'Ada' });
  expect(sentTo('/api/auth/refresh')).toBe(1);
  expect([app.signedOut, reopened.signedOut]).toEqual([[], []]);
});

test('a wrong password changes nothing that is stored', async () => {
  const before = device.read();
  await expect(world.until(app.client.reauthenticate({ password: 'wrong horse' }))).rejects.toMatchObject({
    kind: 'invalid-credentials',
  });
  expect(device.read()).toEqual(before);
  expect([sentTo('/api/auth/refresh'), app.signedOut]).toEqual([0, []]);
});

test('a lost answer costs nothing', async () => {
  let lost = 1;
  world.fateOf = ({ path }) => ({
    out: 100,
    back: 100,
    ...(path === '/api/auth/reauthenticate' && lost-- > 0 && { lost: 'answer' as const }),
  });
  await world.until(app.client.reauthenticate({ password }));
  expect(sentTo('/api/auth/reauthenticate')).toBe(2);
  expect(await world.until(app.client.exportMe())).toMatchObject({ user: expect.anything() });
});
