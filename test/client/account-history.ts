// Histories of one account on one device, from its registration on, as they are drawn at random.

import fc from 'fast-check';
import type { Fate } from './world.ts';

const delay = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 15_000 }) },
);

/** Of a request that an app sends: most of them meet something. */
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ out: delay, back: delay }) },
  {
    weight: 4,
    arbitrary: fc.record({
      out: delay,
      back: delay,
      lost: fc.constantFrom('refused' as const, 'request' as const, 'answer' as const, 'answer' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ out: delay, back: delay, again: fc.integer({ min: 0, max: 15_000 }) }),
  },
);

/** What a person does, the commoner things more often. */
export const acts = [
  'register',
  'mistype the code',
  'verify by code',
  'send it again',
  'log in',
  'change the password',
  'look',
  'forget the password',
  'reset it by code',
  'log out',
  'verify by link',
  'change the password',
  'change the address',
  'confirm it by code',
  'look',
  'mistype the present password',
  'log out everywhere',
  'log in',
  'verify by code',
  'change the password',
  'forget the password',
  'reset it by link',
  'change the address',
  'confirm it by link',
  'undo that',
  'mistype the password',
  'look',
  'delete the account',
] as const;

export type Act = (typeof acts)[number];

const step = fc.record({
  /** The first of `acts` from here on that is possible at the time. */
  from: fc.nat({ max: acts.length - 1 }),
  which: fc.nat({ max: 1 }),
  /** For the first requests of the act; those after them meet nothing. */
  fates: fc.array(fate, { maxLength: 3 }),
  /** The app is killed in the midst of it, and started again. */
  killedAfter: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.nat({ max: 20_000 }) },
  ),
  pause: fc.oneof(fc.nat({ max: 60_000 }), fc.nat({ max: 30 * 60_000 })),
});

export const accountHistory = fc.record({
  hasLock: fc.boolean(),
  /** Sessions are bound to a key of the device, their access tokens as well where it is `full`. */
  key: fc.constantFrom('none', 'refresh', 'full'),
  seed: fc.integer(),
  steps: fc.array(step, { minLength: 8, maxLength: 20, size: 'max' }),
});

export type AccountHistory = typeof accountHistory extends fc.Arbitrary<infer T> ? T : never;
