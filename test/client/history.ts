// Histories of two processes of one app, as they are drawn at random.

import fc from 'fast-check';
import type { Fate } from './world.ts';

export const minutes = 60_000;

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
  // Of a device that has one.
  {
    weight: 3,
    arbitrary: step('key store', { fault: fc.constantFrom('none', 'locked', 'signing', 'hangs') }),
  },
  {
    weight: 1,
    arbitrary: step('set the clock', { by: fc.integer({ min: -1_000 * minutes, max: 1_000 * minutes }) }),
  },
];
const endings = [
  { weight: 1, arbitrary: step('log out', { which }) },
  { weight: 1, arbitrary: step('revoke', {}) },
  // A thief has a copy of the store, and a key of their own.
  { weight: 5, arbitrary: step('steal', { hasIdempotencyKey: fc.boolean(), proves: fc.boolean() }) },
  { weight: 1, arbitrary: step('lose the key', {}) },
];

const common = {
  hasLock: fc.boolean(),
  /** `from now on`: the session is of a version that bound none. */
  key: fc.constantFrom('none', 'from now on', 'from the start'),
  seed: fc.integer(),
  fates: fc.array(fate, { maxLength: 60, size: 'max' }),
};
/** Of at most 60 minutes each: all within the day that a key is good for. */
const length = { minLength: 4, maxLength: 20, size: 'max' } as const;
/** With nothing in it that may end a session. */
export const peaceful = fc.record({ ...common, steps: fc.array(fc.oneof(...harmless), length) });
export const eventful = fc.record({
  ...common,
  steps: fc.array(fc.oneof(...harmless, ...endings), length),
});

export type History = typeof eventful extends fc.Arbitrary<infer T> ? T : never;
