import { expect, test } from 'vitest';
import { startProcess } from './process.ts';
import { app, device, minutes, refreshes, service, started, useScene, world } from './scene.ts';

useScene();

const databaseIsAway = () => {
  service.transport = async () => {
    throw new TypeError('no database');
  };
};

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
    'a 200 of somebody else',
    () => {
      world.answerOf = () => Response.json({ ok: true, expires_in: 900 });
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

test('a store that cannot save costs nobody a session, not even when the app is killed', async () => {
  const save = app.store.save;
  app.store.save = async () => {
    throw new Error('The keychain is locked');
  };
  for (let hour = 0; hour < 3; hour += 1) {
    await world.pass(60 * minutes);
    await expect(world.until(app.client.me())).rejects.toThrow('The keychain is locked');
  }
  // A token whose key is not kept is not spent: nobody could find out what became of it.
  expect([refreshes().length, device.read()]).toEqual([1, started]);
  app.kill();
  const again = startProcess(world, device);
  await world.until(again.client.me());
  app.store.save = save;
  expect([again.signedOut, device.read()?.refreshes]).toEqual([[], 1]);
});

test('what a store failed to save is saved before the next refresh', async () => {
  const save = app.store.save;
  app.store.save = async () => {
    throw new Error('The keychain is locked');
  };
  await world.pass(60 * minutes);
  await expect(world.until(app.client.me())).rejects.toThrow('The keychain is locked');
  app.store.save = save;
  await world.pass(60 * minutes);
  await world.until(app.client.me());
  expect([app.signedOut, device.read()?.refreshes, refreshes().length]).toEqual([[], 2, 2]);
});
