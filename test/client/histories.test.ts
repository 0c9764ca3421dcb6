import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Service } from '../service.ts';
import { rowOf, startQuietService, times } from '../sessions/driver.ts';
import { newOwner, revoke, startedSession } from './started-session.ts';
import { createDevice, createWorld, type Fate, type Process, startProcess } from './world.ts';

// Two processes of one app share a store. Requests are refused, lost, late and doubled, answers are lost, the database goes
// away, processes are killed between any two of their steps, the clock is set. Nobody is signed out by any of that.
//
// The bounds are the contract's own: a request comes no later than a minute after it was sent, an app that was killed in
// the middle of a refresh is started again within a day, and the clock is not set while requests are under way: what is
// two refreshes late is theft to the service.

const minutes = 60_000;

const delay = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 15_000 }) },
);
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ out: delay, back: delay }) },
  {
    weight: 3,
    arbitrary: fc.record({
      out: delay,
      back: delay,
      lost: fc.constantFrom('refused' as const, 'request' as const, 'answer' as const, 'answer' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ out: delay, back: delay, again: fc.integer({ min: 0, max: 15_000 }) }),
  },
);

const which = fc.nat({ max: 1 });
const step = <const Does extends string, Rest>(
  does: Does,
  rest: { [Key in keyof Rest]: fc.Arbitrary<Rest[Key]> },
) => fc.record({ does: fc.constant(does), ...rest }) as fc.Arbitrary<{ does: Does } & Rest>;

const harmless = [
  { weight: 8, arbitrary: step('call', { which }) },
  { weight: 4, arbitrary: step('pass', { time: fc.nat({ max: 400 }) }) },
  { weight: 3, arbitrary: step('pass', { time: fc.nat({ max: 40_000 }) }) },
  // The app is opened again after a while.
  {
    weight: 8,
    arbitrary: step('return', { which, time: fc.integer({ min: 13 * minutes, max: 60 * minutes }) }),
  },
  { weight: 4, arbitrary: step('restart', { which }) },
  {
    weight: 2,
    arbitrary: step('database', { fault: fc.constantFrom('none', 'before', 'after', 'sometimes') }),
  },
  {
    weight: 1,
    arbitrary: step('set the clock', { by: fc.integer({ min: -1_000 * minutes, max: 1_000 * minutes }) }),
  },
];
const endings = [
  { weight: 1, arbitrary: step('log out', { which }) },
  { weight: 1, arbitrary: step('revoke', {}) },
  { weight: 5, arbitrary: step('steal', {}) },
];

const common = {
  hasLock: fc.boolean(),
  seed: fc.integer(),
  fates: fc.array(fate, { maxLength: 60, size: 'max' }),
};
/** Of at most 60 minutes each: all within the day that a key is good for. */
const length = { minLength: 4, maxLength: 20, size: 'max' } as const;
const peaceful = fc.record({ ...common, steps: fc.array(fc.oneof(...harmless), length) });
const eventful = fc.record({
  ...common,
  steps: fc.array(fc.oneof(...harmless, ...endings), length),
});

type History = typeof eventful extends fc.Arbitrary<infer T> ? T : never;

/** Marsaglia's xorshift32: the same history is the same twice. */
function randomFrom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Lives through a history, then a calm hour, and tells what was left. */
async function live(service: Service, history: History) {
  service.transport = (input, init) => fetch(input, init);
  const owner = await newOwner(service);
  const started = await startedSession(service, owner);
  const device = createDevice(started);
  const random = randomFrom(history.seed);
  const world = createWorld(service, random);
  const fates = history.fates.values();
  world.fateOf = () => fates.next().value ?? { out: 50, back: 50 };
  const start = () => startProcess(world, device, { hasLock: history.hasLock, slowest: 50 });
  const living = [start(), start()];
  const all = [...living];
  const answered = new Set<Process>();
  const waiting = new Map<Promise<unknown>, Process>();
  const unforeseen: unknown[] = [];
  let stolen: string | undefined;
  let isEnded = false;

  function follow(process: Process, call: Promise<unknown>) {
    waiting.set(call, process);
    call
      .then(
        (user) => user && answered.add(process),
        ({ name, message }) => {
          if (!/^(ProblemError|NetworkError|AbortError)$/.test(name)) unforeseen.push(`${name} ${message}`);
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
        if (stolen === undefined) stolen = device.read()?.refreshToken;
        else {
          isEnded = true;
          const answer = await service.call('POST', '/api/auth/refresh', { json: { refresh_token: stolen } });
          stolen = answer.body?.refresh_token ?? stolen;
        }
    }
  }

  world.fateOf = () => ({ out: 50, back: 50 });
  service.transport = (input, init) => fetch(input, init);
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
    last,
    endReason: end_reason,
  };
}

test(
  'thousands of such histories end with nobody signed out, unless somebody ended the session',
  async () => {
    const service = await startQuietService();
    const seen = { histories: 0, requests: 0, refreshes: 0, processes: 0, ended: 0, theft: 0 };
    const seed = Math.floor(Math.random() * 2 ** 31);

    async function check(history: History) {
      const { all, living, last, answered, endReason, ...end } = await live(service, history);
      seen.histories += 1;
      seen.requests += end.world.sent.length;
      seen.refreshes += end.world.sent.filter(({ path }) => path.endsWith('/refresh')).length;
      seen.processes += all.length;
      if (endReason) seen.ended += 1;
      if (endReason === 'reuse') seen.theft += 1;

      expect(end.unforeseen).toEqual([]);
      expect(end.stuck).toBe(0);
      for (const { signedOut } of all) expect(signedOut.length).toBeLessThanOrEqual(1);
      if (!end.isEnded) {
        expect(endReason).toBeNull();
        expect(all.flatMap(({ signedOut }) => signedOut)).toEqual([]);
        expect(last).toEqual(['answered', 'answered']);
      }
      if (endReason) {
        expect(last).not.toContain('answered');
        expect(end.device.read()).toBeNull();
        for (const process of living) if (answered.has(process)) expect(process.signedOut).toHaveLength(1);
      }
    }

    for (const [kind, runs] of [
      [peaceful, times(80, 3_000)],
      [eventful, times(50, 2_000)],
    ] as const) {
      await fc.assert(fc.asyncProperty(kind as fc.Arbitrary<History>, check), { numRuns: runs, seed });
    }
    console.log(`seed ${seed}: ${JSON.stringify(seen)}`);
    expect(seen.theft).toBeGreaterThan(0);
    expect(seen.ended).toBeGreaterThan(seen.theft);
  },
  times(120_000, 3_600_000),
);
