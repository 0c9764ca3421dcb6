import { expect, test } from 'vitest';
import { webStore } from '../../src/client/client.ts';
import { refresh } from '../sessions/driver.ts';
import { startProcess } from './process.ts';
import { app, device, keys, minutes, owner, refreshes, service, started, useScene, world } from './scene.ts';
import { revoke, startedSession } from './started-session.ts';

useScene();

test('what another process refreshed is used, and not refreshed again', async () => {
  const other = startProcess(world, device);
  await world.until(Promise.all([app.client.me(), other.client.me()]));
  await world.pass(60 * minutes);
  await world.until(app.client.me());
  await world.until(other.client.me());
  expect(refreshes()).toHaveLength(1);
});

test.for([true, false])(
  'two processes that refresh at once stay signed in (with a lock: %s)',
  async (hasLock) => {
    const two = [startProcess(world, device, { hasLock }), startProcess(world, device, { hasLock })];
    world.fateOf = () => ({ out: 1_000, back: 1_000 });
    for (let hour = 0; hour < 3; hour += 1) {
      await world.pass(60 * minutes);
      await world.until(Promise.all(two.map(({ client }) => client.me())));
    }
    expect([refreshes().length, keys().size]).toEqual([hasLock ? 3 : 6, 3]);
    expect(two.flatMap(({ signedOut }) => signedOut)).toEqual([]);
  },
);

test('a refusal is not believed when the store has newer tokens by then', async () => {
  await world.pass(60 * minutes);
  // Somebody signs in anew while this process learns that its session is over.
  await revoke(service, owner, started.sessionId);
  const next = { ...(await startedSession(service, owner)), askedAt: world.now };
  world.fateOf = () => ({ out: 0, back: 1_000 });
  const call = app.client.me();
  await world.pass(500);
  device.write(next);
  expect(await world.until(call)).toMatchObject({ email: owner.email });
  expect([app.signedOut, device.read()]).toEqual([[], next]);
});

const superseded = () =>
  new Response(JSON.stringify({ type: 'x/problems/refresh-superseded', status: 409, retryable: true }), {
    status: 409,
    headers: { 'Content-Type': 'application/problem+json' },
  });

test('a refresh that another one overtook takes what that one has stored', async () => {
  await world.pass(60 * minutes);
  world.answerOf = ({ path }) => (path === '/api/auth/refresh' ? superseded() : undefined);
  world.fateOf = () => ({ out: 0, back: 1_000 });
  const call = app.client.me();
  await world.pass(500);
  const answer = await refresh(service, started.refreshToken, started.refreshKey);
  const { access_token: accessToken, refresh_token: refreshToken } = answer.body;
  const next = {
    ...started,
    accessToken,
    refreshToken,
    askedAt: world.now,
    refreshes: 1,
    refreshKey: 'other',
  };
  device.write(next);
  const before = world.now;
  expect(await world.until(call)).toMatchObject({ email: owner.email });
  expect([refreshes().length, app.signedOut, device.read()]).toEqual([1, [], next]);
  // The rest of the answer's way and the call's own: it paused for nothing.
  expect(world.now - before).toBe(500 + 1_000);
});

test('a refresh that another one overtook waits for what that one will store, and forgets nothing', async () => {
  await world.pass(60 * minutes);
  world.answerOf = ({ path }) => (path === '/api/auth/refresh' ? superseded() : undefined);
  await expect(world.until(app.client.me())).rejects.toMatchObject({ kind: 'refresh-superseded' });
  expect([refreshes().length, app.signedOut, device.read()]).toEqual([4, [], started]);
  const call = app.client.me();
  await world.pass(100);
  world.answerOf = () => undefined;
  expect(await world.until(call)).toMatchObject({ email: owner.email });
  expect([app.signedOut, device.read()?.refreshes]).toEqual([[], 1]);
});

test('nothing is sent again for somebody who signed in meanwhile', async () => {
  await world.until(app.client.me());
  await revoke(service, owner, started.sessionId);
  device.write({ ...(await startedSession(service, owner)), askedAt: world.now });
  await expect(world.until(app.client.updateMe({ name: 'Grace' }))).rejects.toMatchObject({
    kind: 'session-ended',
  });
  expect(app.signedOut).toEqual([]);
  expect(await world.until(app.client.me())).toMatchObject({ name: 'Ada' });
});

test('a token of another process that is as old is refreshed in turn', async () => {
  const other = startProcess(world, device);
  await world.until(Promise.all([app.client.me(), other.client.me()]));
  await world.pass(60 * minutes);
  await world.until(other.client.me());
  await world.pass(50 * minutes);
  device.skew = -110 * minutes;
  expect(await world.until(app.client.me())).toMatchObject({ email: owner.email });
  expect(refreshes()).toHaveLength(2);
});

test('tabs share a store of the browser', async () => {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  const locked: string[] = [];
  const locks = {
    request<T>(name: string, work: () => Promise<T>) {
      locked.push(name);
      return work();
    },
  };
  const store = webStore({ storage, locks });
  expect(await store.load()).toBeNull();
  await store.save(started);
  expect(await webStore({ storage }).load()).toEqual(started);
  expect(await store.lock?.(async () => 7)).toBe(7);
  await store.clear();
  expect([await store.load(), locked]).toEqual([null, ['latchkey']]);
});
