// Histories of clients that follow the protocol, alone and beside a thief.

import fc from 'fast-check';
import { backup, changeThePassword, clock, from, logIn, nth, use, useTwice } from './histories.ts';
import type { Proving, Step, Use } from './steps.ts';

const day = 24 * 60 * 60;

const soon = fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 3600 }) });

/** By a client that keeps to section 12: a key for each refresh. */
const keyed = <Used extends Use>(uses: fc.Arbitrary<Used>) => uses.map((step) => ({ ...step, keyed: true }));

/** Clients that follow the protocol, a network that does its worst, and time that passes within what the rule allows. */
const keyedHistory: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: logIn },
    { weight: 8, arbitrary: keyed(use) },
    { weight: 2, arbitrary: keyed(changeThePassword) },
    { weight: 1, arbitrary: keyed(useTwice) },
    { weight: 1, arbitrary: backup },
    { weight: 2, arbitrary: soon },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'purge' }) },
  ),
  { minLength: 3, maxLength: 22 },
);

const bound = <Used extends Use>(uses: fc.Arbitrary<Used>) => uses.map((step) => ({ ...step, binds: true }));

/** Clients of a library that knows proofs and no Idempotency-Key. Lost answers may be weeks old. */
const boundHistory: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: logIn },
    { weight: 8, arbitrary: bound(use) },
    { weight: 1, arbitrary: bound(useTwice) },
    { weight: 2, arbitrary: backup },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        seconds: fc.constantFrom(31, day, day + 1),
      }),
    },
  ),
  { minLength: 3, maxLength: 22 },
);

export const honestHistory = fc.oneof({ weight: 2, arbitrary: keyedHistory }, boundHistory);

const thieve = fc.record({
  kind: fc.constant('thieve' as const),
  copy: fc.nat({ max: 5 }),
  from,
  proof: fc.record<Proving>({
    by: fc.constantFrom<Proving['by'][]>('nobody', 'another', 'replayed', 'replayed', 'garbage'),
    clock,
    nonce: fc.constantFrom<Proving['nonce'][]>('none', 'fresh', 'seen'),
  }),
  keyed: fc.boolean(),
});

/** Such clients, and a thief who copies what they keep, at any moment, and brings it with whatever proof. */
export const robbedHistory: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: logIn },
    { weight: 8, arbitrary: keyed(use) },
    { weight: 1, arbitrary: keyed(changeThePassword) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('steal' as const), client: nth }) },
    { weight: 6, arbitrary: thieve },
    { weight: 2, arbitrary: soon },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.constantFrom(1, 31, 61) }),
    },
  ),
  { minLength: 8, maxLength: 22 },
);
