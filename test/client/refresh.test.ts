import { expect, test } from 'vitest';
import { startService } from '../service.ts';
import { createDevice } from './device.ts';
import { startProcess } from './process.ts';
import { app, device, keys, minutes, owner, refreshes, started, useScene, world } from './scene.ts';
import { newOwner, startedSession } from './started-session.ts';
import { createWorld } from './world.ts';

useScene();

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
    return refusal();
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

/** RFC 6750, section 3.1. */
function refusal(error = 'invalid_token'): Response {
  return new Response('', { status: 401, headers: { 'WWW-Authenticate': `Bearer error="${error}"` } });
}

test('a refusal that a new token would not change is told, and nothing is refreshed', async () => {
  await world.pass(5 * minutes);
  for (const answer of [() => new Response('', { status: 401 }), () => refusal('insufficient_scope')]) {
    world.answerOf = answer;
    expect((await world.until(app.client.fetch('/reports'))).status).toBe(401);
  }
  expect(world.sent).toHaveLength(2);
});

test.for([
  ['its token', () => refusal()],
  [
    'its session',
    () =>
      new Response('{"type":"x/problems/session-ended","status":401}', {
        status: 401,
        headers: { 'Content-Type': 'application/problem+json' },
      }),
  ],
] as const)('a call that is refused for %s once more is not sent a third time', async ([, answer]) => {
  await world.pass(5 * minutes);
  world.answerOf = ({ path }) => (path === '/reports' ? answer() : undefined);
  await world.until(app.client.fetch('/reports'));
  expect(world.sent.map(({ path }) => path)).toEqual(['/reports', '/api/auth/refresh', '/reports']);
});

test('an API that refuses every token causes no storm of refreshes', async () => {
  await world.pass(5 * minutes);
  world.answerOf = ({ path }) => (path === '/reports' ? refusal() : undefined);
  for (let call = 0; call < 10; call += 1) {
    expect((await world.until(app.client.fetch('/reports'))).status).toBe(401);
  }
  expect(refreshes()).toHaveLength(1);
  expect(app.signedOut).toEqual([]);
});

test('a call that outlives a token of a few seconds goes on with the next one', async () => {
  const brief = await startService({ ACCESS_TOKEN_TTL: '8' });
  const briefWorld = createWorld(brief);
  const { client } = startProcess(
    briefWorld,
    createDevice(await startedSession(brief, await newOwner(brief))),
  );
  await briefWorld.pass(9_000);
  await briefWorld.until(client.me());
  await briefWorld.pass(7_000);
  // Meanwhile the refresh in the background fails for good.
  let isAway = true;
  briefWorld.fateOf = ({ path }) => {
    if (path === '/api/auth/refresh') return { out: 0, back: 0, ...(isAway && { lost: 'refused' }) };
    const out = isAway ? 9_000 : 0;
    return { out, back: 0 };
  };
  const call = client.me();
  await briefWorld.pass(8_000);
  isAway = false;
  expect(await briefWorld.until(call)).toMatchObject({ email_verified: true });
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

test('who copies the store learns no key of a later refresh', async () => {
  const copied = device.read()?.refreshKey ?? '';
  for (let hour = 0; hour < 5; hour += 1) {
    await world.pass(60 * minutes);
    await world.until(app.client.me());
  }
  const [first, ...later] = [...keys()];
  expect([first, later.length]).toEqual([copied, 4]);
  for (const key of later) expect(key).not.toContain(copied);
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
