import { expect, test } from 'vitest';
import { createDevice } from './device.ts';
import { startProcess } from './process.ts';
import { app, device, minutes, owner, refreshes, started, useScene, world } from './scene.ts';

useScene();

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

test('a token that is old but looks new, as the clock was set back, is refreshed when it is refused', async () => {
  await world.pass(60 * minutes);
  await world.until(app.client.me());
  await world.pass(50 * minutes);
  device.skew = -50 * minutes + 1_000;
  for (const process of [app, startProcess(world, device)]) {
    expect(await world.until(process.client.me())).toMatchObject({ email: owner.email });
    // What it got is as old again for the next process.
    await world.pass(50 * minutes);
    device.skew -= 50 * minutes;
  }
  expect(refreshes()).toHaveLength(3);
});
