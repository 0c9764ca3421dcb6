// Lives through one history, and tells what was left.

import type { Service } from '../service.ts';
import { rowOf } from '../sessions/driver.ts';
import { createDevice } from './device.ts';
import { type History, minutes } from './history.ts';
import { type Process, startProcess } from './process.ts';
import { randomFrom } from './random.ts';
import { isBound, newOwner, revoke, startedSession } from './started-session.ts';
import { createThief } from './thief.ts';
import { createWorld } from './world.ts';

/** Lives through a history, then a calm hour, and tells what was left. */
export async function live(service: Service, history: History) {
  service.transport = (input, init) => fetch(input, init);
  const owner = await newOwner(service);
  const started = await startedSession(service, owner);
  const device = createDevice(started);
  const random = randomFrom(history.seed);
  const world = createWorld(service, random);
  const { hasLock, key } = history;
  const hasKey = key !== 'none';
  if (key === 'from the start') {
    const first = startProcess(world, device, { hasKey });
    await world.pass(60 * minutes);
    await world.until(first.client.me());
    first.kill();
  }
  const fates = history.fates.values();
  world.fateOf = () => fates.next().value ?? { out: 50, back: 50 };
  const start = () => startProcess(world, device, { hasLock, hasKey, slowest: 50 });
  const living = [start(), start()];
  const all = [...living];
  const answered = new Set<Process>();
  const waiting = new Map<Promise<unknown>, Process>();
  const unforeseen: unknown[] = [];
  const thief = createThief(service);
  let isEnded = false;
  let isKeyLost = false;

  function follow(process: Process, call: Promise<unknown>) {
    waiting.set(call, process);
    call
      .then(
        (user) => user && answered.add(process),
        ({ name, message }) => {
          const isKeyFault = hasKey && (name === 'DeviceKeyError' || (isKeyLost && name === 'KeyGoneError'));
          if (!isKeyFault && !/^(ProblemError|NetworkError|AbortError)$/.test(name))
            unforeseen.push(`${name} ${message}`);
        },
      )
      .finally(() => waiting.delete(call));
  }

  for (const step of history.steps) {
    const process = living['which' in step ? step.which : 0] as Process;
    switch (step.does) {
      case 'call':
        follow(process, process.client.me());
        break;
      case 'pass':
        await world.pass(step.time);
        break;
      case 'return':
        await world.pass(step.time);
        follow(process, process.client.me());
        break;
      case 'restart': {
        process.kill();
        const next = start();
        living[step.which] = next;
        all.push(next);
        break;
      }
      case 'database':
        service.transport = async (input, init) => {
          const fault = step.fault === 'sometimes' ? (random() < 0.6 ? 'after' : 'none') : step.fault;
          if (fault === 'before') throw new TypeError('fault of the test');
          const answer = await fetch(input, init);
          if (fault === 'after') throw new TypeError('fault of the test');
          return answer;
        };
        break;
      case 'key store':
        // Where a fault is seen by one process and not by the other, only the lock keeps them from doing both.
        if (hasLock) device.keystore.fault = step.fault;
        break;
      case 'lose the key':
        isKeyLost ||= device.keystore.kept !== undefined;
        isEnded ||= isKeyLost;
        device.keystore.kept = undefined;
        break;
      case 'set the clock':
        await world.quiet();
        device.skew += step.by;
        break;
      case 'log out':
        isEnded = true;
        follow(process, process.client.logout());
        break;
      case 'revoke':
        isEnded = true;
        service.transport = (input, init) => fetch(input, init);
        await revoke(service, owner, started.sessionId);
        break;
      case 'steal':
        // The first time there is something to take; after that it is used, and what comes of that is kept.
        if (!thief.copy) thief.copy = device.read();
        // What was bound when it was taken is of no use, and ends nothing.
        else if (!(await thief.use(thief.copy, step))) isEnded = true;
    }
  }

  world.fateOf = () => ({ out: 50, back: 50 });
  service.transport = (input, init) => fetch(input, init);
  device.keystore.fault = 'none';
  await world.quiet();
  await world.pass(minutes);
  const stuck = [...waiting.values()].filter(({ isAlive }) => isAlive).length;
  await world.pass(60 * minutes);
  const calls = living.map((process) =>
    process.client.me().then(
      () => 'answered',
      ({ kind, name }) => kind ?? name,
    ),
  );
  const last = await world.until(Promise.all(calls));
  const { end_reason } = await rowOf(service, started.sessionId);
  return {
    world,
    device,
    living,
    all,
    answered,
    unforeseen,
    stuck,
    isEnded,
    isBound: await isBound(service, started.sessionId),
    thief,
    last,
    endReason: end_reason,
  };
}
