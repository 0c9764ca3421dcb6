import { afterEach, expect, test } from 'vitest';
import { memoryStore, type StoredSession, webStore } from '../../src/client/client.ts';
import { refresh } from '../sessions/driver.ts';
import { clientOf } from './client-of.ts';
import { startProcess } from './process.ts';
import { app, device, keys, minutes, owner, refreshes, service, started, useScene, world } from './scene.ts';

useScene();

/** What 0.1.0 stored: one random text for all keys of a login, and no name of the login. */
function storedBy010(refreshes: number): StoredSession {
  const { login: _, ...rest } = started;
  return { ...rest, refreshes } as StoredSession;
}

test('who was signed in with 0.1.0 stays so: the next refresh has its key, those after it fresh ones', async () => {
  device.write(storedBy010(3));
  const [first, second] = [app, startProcess(world, device)];
  for (let hour = 0; hour < 3; hour += 1) {
    await world.pass(60 * minutes);
    await world.until(Promise.all([first, second].map(({ client }) => client.me())));
  }
  const [old, ...fresh] = [...keys()];
  expect(old).toBe(`${started.refreshKey}.3`);
  expect(fresh).toHaveLength(2);
  for (const key of fresh) expect(key).not.toContain(started.refreshKey);
  expect([device.read()?.refreshes, first.signedOut, second.signedOut]).toEqual([6, [], []]);
});

test('a refresh that 0.1.0 sent before it was killed is found out with its own key', async () => {
  device.write(storedBy010(3));
  await world.pass(60 * minutes);
  await refresh(service, started.refreshToken, `${started.refreshKey}.3`);
  await world.pass(20 * 60 * minutes);
  expect(await world.until(app.client.me())).toMatchObject({ email: owner.email });
  expect([...keys()]).toEqual([`${started.refreshKey}.3`]);
});

test('a stored session is shorter than 2,048 bytes', async () => {
  await world.pass(60 * minutes);
  await world.until(app.client.me());
  expect(new TextEncoder().encode(device.content).length).toBeLessThan(2_048);
});

test.for(['', '{"accessToken":', 'null', '7', '[]', '{}', '{"refreshToken":7}'])(
  '%j in the store is nobody signed in, and a login is kept over it',
  async (text) => {
    device.content = text;
    expect(await world.until(app.client.getAccessToken())).toBeNull();
    expect(await world.until(app.client.logout())).toBeUndefined();
    expect(refreshes()).toEqual([]);

    const items = new Map([['latchkey', text]]);
    const store = webStore({
      storage: {
        getItem: (key) => items.get(key) ?? null,
        setItem: (key, value) => void items.set(key, value),
        removeItem: (key) => void items.delete(key),
      },
    });
    await store.save(started);
    expect(await store.load()).toEqual(started);
  },
);

test('text that is no JSON signs out who was signed in, once', async () => {
  await world.until(app.client.me());
  device.content = 'x';
  await world.pass(60 * minutes);
  await world.until(app.client.getAccessToken());
  expect([await world.until(app.client.getAccessToken()), app.signedOut]).toEqual([null, ['elsewhere']]);
});

const engine = globalThis as { performance?: unknown };
const { performance } = engine;
afterEach(() => void Object.assign(engine, { performance }));

test('an engine without `performance` is good enough', async () => {
  const store = memoryStore();
  await store.save({ ...started, askedAt: 0 });
  engine.performance = undefined;
  const { client } = clientOf(service, { store });
  expect(await client.me()).toMatchObject({ email: owner.email });
  expect((await store.load())?.refreshes).toBe(1);
});
