import { expect, test } from 'vitest';
import { memoryStore, type ProblemDocument } from '../../src/client/client.ts';
import { rowOf } from '../sessions/driver.ts';
import { clientOf } from './client-of.ts';
import { startProcess } from './process.ts';
import { app, device, minutes, owner, service, started, useScene, world } from './scene.ts';
import { revoke } from './started-session.ts';

useScene();

test('a session that was ended elsewhere signs out once, however many calls find out', async () => {
  await revoke(service, owner, started.sessionId);
  const calls = [app.client.me(), app.client.sessions(), app.client.me()];
  const found = await world.until(Promise.allSettled(calls));
  for (const call of found) expect(call).toMatchObject({ reason: { kind: 'session-ended' } });
  expect([app.signedOut, device.read()]).toEqual([['session-ended'], null]);
  expect(await world.until(app.client.getAccessToken())).toBeNull();
  expect(app.signedOut).toHaveLength(1);
});

test('a theft ends the session and says so', async () => {
  await world.pass(60 * minutes);
  await world.until(app.client.me());
  await world.pass(60 * minutes);
  await world.until(app.client.me());
  await service.call('POST', '/api/auth/refresh', { json: { refresh_token: started.refreshToken } });
  await expect(world.until(app.client.me())).rejects.toMatchObject({ kind: 'session-ended' });
  expect(app.signedOut).toEqual(['session-ended']);
});

test('a process signs out when another one did', async () => {
  const other = startProcess(world, device);
  await world.until(Promise.all([app.client.me(), other.client.me()]));
  await world.until(app.client.logout());
  await world.until(other.client.me().catch(() => {}));
  await world.until(other.client.me().catch(() => {}));
  expect([app.signedOut, other.signedOut]).toEqual([['logout'], ['elsewhere']]);
});

test.for([
  ['in the same process', true],
  ['in another one, without a lock', false],
] as const)('logging out %s during a refresh is final', async ([, hasLock]) => {
  const refreshing = startProcess(world, device, { hasLock });
  const leaving = hasLock ? refreshing : startProcess(world, device, { hasLock });
  await world.until(Promise.all([refreshing.client.me(), leaving.client.me()]));
  await world.pass(60 * minutes);
  world.fateOf = () => ({ out: 1_000, back: 4_000 });
  const call = refreshing.client.me().catch(() => {});
  await world.pass(2_000);
  const logout = leaving.client.logout();
  await world.pass(0);
  expect([device.read(), leaving.signedOut]).toEqual([null, ['logout']]);
  await world.until(Promise.all([call, logout]));
  expect(device.read()).toBeNull();
  expect(refreshing.signedOut).toEqual([hasLock ? 'logout' : 'elsewhere']);
});

test('two processes that log out one after the other both say so, once', async () => {
  const other = startProcess(world, device);
  await world.until(Promise.all([app.client.me(), other.client.me()]));
  for (const { client } of [app, other, app, other]) await world.until(client.logout());
  expect([app.signedOut, other.signedOut]).toEqual([['logout'], ['logout']]);
});

test('tokens that another process saves after the logout are not taken up again', async () => {
  await world.until(app.client.logout());
  device.write(started);
  expect(await world.until(app.client.getAccessToken())).toBeNull();
  expect([app.signedOut, device.read()]).toEqual([['logout'], null]);
});

test.for([
  ['once it was read', true],
  ['from the start', false],
] as const)('logging out clears and tells though the store cannot be read: %s', async ([, wasRead]) => {
  if (wasRead) await world.until(app.client.me());
  app.store.load = async () => {
    throw new Error('The keychain is locked');
  };
  const logout = world.until(app.client.logout().then(() => 'told', String));
  // What was never read cannot be told to the service: the app hears of it.
  expect(await logout).toBe(wasRead ? 'told' : 'Error: The keychain is locked');
  expect([device.read(), app.signedOut]).toEqual([null, ['logout']]);
  const { end_reason } = await rowOf(service, started.sessionId);
  expect(end_reason).toBe(wasRead ? 'logout' : null);
});

test('logging out tells the service though the store cannot be cleared', async () => {
  app.store.clear = async () => {
    throw new Error('The keychain is locked');
  };
  await expect(world.until(app.client.logout())).rejects.toThrow('The keychain is locked');
  expect(app.signedOut).toEqual(['logout']);
  expect((await rowOf(service, started.sessionId)).end_reason).toBe('logout');
});

test('logging out everywhere is done though its answer was lost', async () => {
  world.fateOf = ({ path }) => {
    const isLost = path === '/api/auth/logout-all' && world.sent.length === 1;
    return { out: 0, back: 0, ...(isLost && { lost: 'answer' }) };
  };
  await world.until(app.client.logoutAll());
  expect([device.read(), app.signedOut]).toEqual([null, [expect.any(String)]]);
});

test('logging out everywhere is done though the service lost the answer of its database', async () => {
  const { transport } = service;
  let cuts = 0;
  service.transport = async (input, init) => {
    const answer = await transport(input, init);
    if (cuts > 0 || !String(init?.body).includes('signed-out-everywhere')) return answer;
    cuts += 1;
    throw new TypeError('The connection was lost.');
  };
  await world.until(app.client.logoutAll()).finally(() => {
    service.transport = transport;
  });
  expect(cuts).toBe(1);
  expect([device.read(), app.signedOut]).toEqual([null, [expect.any(String)]]);
});

test('the app is told what the service says of an ending', async () => {
  const problems: (ProblemDocument | undefined)[] = [];
  const store = memoryStore();
  await store.save(started);
  const { client } = clientOf(service, { store, onSignedOut: (_, problem) => problems.push(problem) });
  await revoke(service, owner, started.sessionId);
  await expect(client.me()).rejects.toMatchObject({ kind: 'session-ended' });
  await expect(client.me()).rejects.toMatchObject({ kind: 'invalid-access-token' });
  expect(problems).toMatchObject([{ status: 401, discard_credentials: true }]);
});
