import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type StoredSession, webStore } from '../../src/client/client.ts';
import { type Service, startService } from '../service.ts';
import { newOwner, type Owner, revoke, startedSession } from './started-session.ts';
import { createDevice, createWorld, type Device, type Process, startProcess, type World } from './world.ts';

const minutes = 60_000;

let service: Service;
let owner: Owner;
let world: World;
let device: Device;
let app: Process;
let started: StoredSession;

beforeAll(async () => {
  service = await startService();
  owner = await newOwner(service);
});

beforeEach(async () => {
  service.transport = (input, init) => fetch(input, init);
  started = await startedSession(service, owner);
  device = createDevice(started);
  world = createWorld(service);
  app = startProcess(world, device);
});

const refreshes = () => world.sent.filter(({ path }) => path === '/api/auth/refresh');
const keys = () => new Set(refreshes().map(({ headers }) => headers.get('Idempotency-Key')));
const databaseIsAway = () => {
  service.transport = async () => {
    throw new TypeError('no database');
  };
};

test('while the access token is good, calls are calls and nothing else', async () => {
  await world.until(app.client.me());
  await world.pass(13 * minutes);
  expect(await world.until(app.client.me())).toMatchObject({ email: owner.email });
  expect(world.sent.map(({ path }) => path)).toEqual(['/api/users/me', '/api/users/me']);
});

test('shortly before it expires it is refreshed, and nobody waits for that', async () => {
  await world.pass(14.5 * minutes);
  world.fateOf = ({ path }) => ({ out: path === '/api/auth/refresh' ? 5_000 : 0, back: 0 });
  const before = world.now;
  await world.until(app.client.me());
  expect(world.now).toBe(before);
  await world.pass(5_000);
  expect(refreshes()).toHaveLength(1);
  expect(device.read()).toMatchObject({ refreshes: 1, sessionId: started.sessionId });
});

test('a refresh in the background that fails disturbs nobody', async () => {
  await world.pass(14.5 * minutes);
  world.fateOf = ({ path }) => ({
    out: 0,
    back: 0,
    ...(path === '/api/auth/refresh' && { lost: 'refused' }),
  });
  await world.until(app.client.me());
  await world.pass(20_000);
  await world.until(app.client.me());
  expect([app.signedOut, device.read()]).toEqual([[], started]);
});

test('however many calls wait, one refresh is sent', async () => {
  await world.pass(60 * minutes);
  const calls = [app.client.me(), app.client.sessions(), app.client.getAccessToken(), app.client.me()];
  await world.until(Promise.all(calls));
  expect(refreshes()).toHaveLength(1);
});

test('however many calls wait, a refresh that fails is tried four times and no more', async () => {
  await world.pass(60 * minutes);
  world.fateOf = () => ({ out: 0, back: 0, lost: 'refused' });
  const calls = [app.client.me(), app.client.sessions(), app.client.getAccessToken(), app.client.me()];
  const ended = await world.until(Promise.allSettled(calls));
  for (const call of ended) expect(call).toMatchObject({ reason: { name: 'NetworkError' } });
  expect(refreshes()).toHaveLength(4);
});

test('an access token that an API refuses is refreshed once, and the call is sent once more', async () => {
  await world.pass(5 * minutes);
  let isRefused = true;
  world.answerOf = ({ path }) => {
    if (path !== '/reports' || !isRefused) return undefined;
    isRefused = false;
    return new Response('', { status: 401 });
  };
  const answer = await world.until(app.client.fetch('/reports', { method: 'POST', body: 'x' }));
  // The service has no such path.
  expect(answer.status).toBe(404);
  expect(world.sent.map(({ path }) => path)).toEqual(['/reports', '/api/auth/refresh', '/reports']);
  expect(world.sent.map(({ headers }) => headers.get('Authorization'))).toEqual([
    `Bearer ${started.accessToken}`,
    null,
    `Bearer ${device.read()?.accessToken}`,
  ]);
});

test('an API that refuses every token causes no storm of refreshes', async () => {
  await world.pass(5 * minutes);
  world.answerOf = ({ path }) => (path === '/reports' ? new Response('', { status: 401 }) : undefined);
  for (let call = 0; call < 10; call += 1) {
    expect((await world.until(app.client.fetch('/reports'))).status).toBe(401);
  }
  expect(refreshes()).toHaveLength(1);
  expect(app.signedOut).toEqual([]);
});

test('a wrong password is not taken for a bad token', async () => {
  await world.pass(5 * minutes);
  const change = { current_password: 'no', new_password: 'velvet sparrow tunnel mint' };
  await expect(world.until(app.client.changePassword(change))).rejects.toMatchObject({
    kind: 'invalid-credentials',
  });
  expect(refreshes()).toEqual([]);
});

test('every retry of one refresh has the same key, and the next refresh another', async () => {
  await world.pass(60 * minutes);
  const fates = ['refused', 'answer', 'request'] as const;
  world.fateOf = () => ({
    out: 0,
    back: 0,
    ...(fates[refreshes().length - 1] && { lost: fates[refreshes().length - 1] as 'answer' }),
  });
  await world.until(app.client.getAccessToken());
  expect([refreshes().length, keys().size]).toEqual([4, 1]);
  await world.pass(60 * minutes);
  await world.until(app.client.getAccessToken());
  expect([refreshes().length, keys().size]).toEqual([5, 2]);
});

test('an app that was killed before the answer came gets it with the same key a day later', async () => {
  await world.pass(60 * minutes);
  world.fateOf = () => ({ out: 0, back: 0, lost: 'answer' });
  app.client.me().catch(() => {});
  await world.pass(1_000);
  app.kill();
  await world.pass(23 * 60 * minutes);
  world.fateOf = () => ({ out: 0, back: 0 });
  const again = startProcess(world, device);
  expect(await world.until(again.client.me())).toMatchObject({ email: owner.email });
  expect([refreshes().length, keys().size]).toEqual([2, 1]);
});

test.for([
  ['a database that is away', databaseIsAway],
  [
    'a network that is away',
    () => {
      world.fateOf = () => ({ out: 0, back: 0, lost: 'refused' });
    },
  ],
  [
    'a network that swallows all',
    () => {
      world.fateOf = () => ({ out: 0, back: 0, lost: 'request' });
    },
  ],
  [
    "a proxy's 401",
    () => {
      world.answerOf = () => new Response('<p>Log in to the hotel</p>', { status: 401 });
    },
  ],
  [
    "a proxy's 200",
    () => {
      world.answerOf = () => new Response('<p>Welcome to the hotel</p>');
    },
  ],
  [
    'a 500 without a word',
    () => {
      world.answerOf = () => new Response(null, { status: 500 });
    },
  ],
  [
    'a 404',
    () => {
      world.answerOf = () => new Response(null, { status: 404 });
    },
  ],
  [
    'JSON of somebody else',
    () => {
      world.answerOf = () => Response.json({ discard_credentials: true }, { status: 401 });
    },
  ],
  [
    'a key that the service does not have',
    () => {
      world.answerOf = () =>
        problem({
          type: 'x/problems/invalid-refresh-token',
          status: 401,
          retryable: true,
          discard_credentials: false,
        });
    },
  ],
] as const)('%s signs nobody out, and all is well afterwards', async ([, break_]) => {
  await world.pass(60 * minutes);
  break_();
  const failed = await world.until(app.client.me().catch((error: Error) => error));
  expect(['NetworkError', 'ProblemError']).toContain((failed as Error).name);
  expect([app.signedOut, device.read()]).toEqual([[], started]);
  service.transport = (input, init) => fetch(input, init);
  world.fateOf = () => ({ out: 0, back: 0 });
  world.answerOf = () => undefined;
  await world.pass(1_000);
  await world.until(app.client.me());
  expect(app.signedOut).toEqual([]);
});

function problem(document: object, headers: Record<string, string> = {}): Response {
  const { status } = { status: 503, ...document };
  return new Response(JSON.stringify({ title: 'No.', status, ...document }), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });
}

test('Retry-After is waited for, in seconds or as a date', async () => {
  await world.pass(60 * minutes);
  const date = new Date(2020, 1, 1);
  const answers = [
    problem({ retryable: true }, { 'Retry-After': '7' }),
    problem(
      { retryable: true },
      { Date: date.toUTCString(), 'Retry-After': new Date(date.getTime() + 9_000).toUTCString() },
    ),
  ];
  world.answerOf = () => answers.shift();
  const before = world.now;
  await world.until(app.client.getAccessToken());
  expect(world.now - before).toBeGreaterThanOrEqual(16_000);
  expect(world.now - before).toBeLessThan(18_000);
});

test('what is not retryable is not tried again, and what asks for more patience than a call has is told at once', async () => {
  await world.pass(60 * minutes);
  for (const [answer, headers] of [
    [{ retryable: false }, {}],
    [{ retryable: true }, { 'Retry-After': '60' }],
  ] as const) {
    const [before, sent] = [world.now, refreshes().length];
    world.answerOf = () => problem(answer, headers);
    await expect(world.until(app.client.getAccessToken())).rejects.toMatchObject({ name: 'ProblemError' });
    expect([world.now - before, refreshes().length - sent]).toEqual([0, 1]);
  }
});

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

test.for([-3, 3, -300, 300])('a clock that is wrong by %i hours costs nothing', async (hours) => {
  const wrongDevice = createDevice({ ...started, askedAt: world.now + hours * 60 * minutes });
  wrongDevice.skew = hours * 60 * minutes;
  const wrong = startProcess(world, wrongDevice);
  await world.until(wrong.client.me());
  await world.pass(13 * minutes);
  await world.until(wrong.client.me());
  expect(refreshes()).toEqual([]);
  await world.pass(2 * minutes);
  await world.until(wrong.client.me());
  expect(refreshes()).toHaveLength(1);
});

test.for([-3, 3])('a clock that is set by %i hours costs one refresh', async (hours) => {
  await world.until(app.client.me());
  await world.pass(5 * minutes);
  device.skew = hours * 60 * minutes;
  for (let call = 0; call < 3; call += 1) {
    await world.until(app.client.me());
    await world.pass(1_000);
  }
  expect(refreshes()).toHaveLength(1);
  await world.pass(20 * minutes);
  await world.until(app.client.me());
  expect(app.signedOut).toEqual([]);
});

test('a store that cannot save costs nobody a session', async () => {
  const save = app.store.save;
  app.store.save = async () => {
    throw new Error('The keychain is locked');
  };
  for (let hour = 0; hour < 3; hour += 1) {
    await world.pass(60 * minutes);
    await expect(world.until(app.client.me())).rejects.toThrow('The keychain is locked');
  }
  app.store.save = save;
  await world.pass(60 * minutes);
  await world.until(app.client.me());
  expect([app.signedOut, device.read()?.refreshes]).toEqual([[], 4]);
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
