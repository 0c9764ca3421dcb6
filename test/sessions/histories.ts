// What can happen to the sessions of one user, as data that fast-check makes up, shortens and prints.

import fc from 'fast-check';
import { type Fault, faults } from './faulty-network.ts';

/** What becomes of each request to the database, one after the other; a whole network where nothing is said. */
export type Plan = readonly string[];

/** The faults that a history knows, and whether the statement runs in spite of one. */
export const modelled: Readonly<Record<string, { readonly fault: Fault; readonly runs: boolean }>> = {
  refused: { fault: faults['a refused connection'], runs: false },
  lost: { fault: faults['an answer lost after the commit'], runs: true },
  hang: { fault: faults['a hang before the statement ran'], runs: false },
  'hang after': { fault: faults['a hang after the statement ran'], runs: true },
  '502': { fault: faults['a 502 in HTML'], runs: false },
  '503 after': { fault: faults['a 503 after the commit'], runs: true },
  '57P01': { fault: faults['a server that shuts down'], runs: false },
  '40P01': { fault: faults['a deadlock'], runs: false },
};

export type Key = 'none' | 'that of the spending call' | 'that of the change' | 'another';

/** From where a call comes: one of two places. */
export const places = ['198.51.100.1', '203.0.113.1'] as const;
export type Place = 0 | 1;

/** `session` and `by` count among the sessions that there are, `back` from the newest token that anybody saw. */
export type Single =
  | { kind: 'refresh'; session: number; back: number; key: Key; from: Place }
  | { kind: 'change'; session: number; key: Key; from: Place; chosen: number }
  | { kind: 'log out'; session: number; back: number }
  | { kind: 'revoke'; session: number; by: number };

export type Step =
  | { kind: 'log in' }
  /** A client that follows the protocol refreshes, or changes the password; `lost` is the answer on its way to it. */
  | ({ kind: 'use' } & Use)
  | ({ kind: 'change the password' } & Use)
  | { kind: 'call'; call: Single; plan: Plan }
  | { kind: 'log out everywhere'; by: number; plan: Plan }
  | { kind: 'at once'; calls: Single[] }
  | { kind: 'pass'; seconds: number }
  | { kind: 'purge' };

export type Use = { client: number; keyed: boolean; lost: boolean; plan: Plan; from: Place };

const nth = fc.nat({ max: 3 });
const back = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1) }, fc.nat({ max: 6 }));

const plan: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  fc.array(fc.constantFrom(...Object.keys(modelled)), { minLength: 1, maxLength: 2 }),
);

/** Of several statements, each of which may meet faults; `whole` is none. */
const longPlan: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  fc.array(fc.constantFrom('whole', ...Object.keys(modelled)), { minLength: 1, maxLength: 4 }),
);

const from = fc.constantFrom<Place[]>(0, 0, 0, 1);
const key = fc.constantFrom<Key[]>('none', 'that of the spending call', 'that of the change', 'another');

const refresh = fc.record({
  kind: fc.constant('refresh' as const),
  session: nth,
  back,
  key,
  from,
});
const change = fc.record({
  kind: fc.constant('change' as const),
  session: nth,
  key,
  from,
  chosen: fc.nat({ max: 2 }),
});
const logOut = fc.record({ kind: fc.constant('log out' as const), session: nth, back });
const revoke = fc.record({ kind: fc.constant('revoke' as const), session: nth, by: nth });

const day = 24 * 60 * 60;
const pass = fc.constantFrom(
  0.5,
  1,
  29,
  30,
  31,
  600,
  day - 1,
  day,
  day + 1,
  7 * day,
  29 * day,
  31 * day,
  90 * day,
);

const use = fc.record({
  kind: fc.constant('use' as const),
  client: nth,
  keyed: fc.boolean(),
  lost: fc.boolean(),
  plan: longPlan,
  from,
});
const changeThePassword = use.map((step) => ({ ...step, kind: 'change the password' as const }));

/** Anything: clients, thieves, endings, faults, months. */
export const history: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'log in' }) },
    { weight: 8, arbitrary: use },
    { weight: 1, arbitrary: changeThePassword },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('call' as const), call: refresh, plan: longPlan }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('call' as const), call: change, plan: longPlan }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('call' as const), call: logOut, plan }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('call' as const), call: revoke, plan }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('at once' as const),
        // One revocation at most, and none beside a change of the password: of two that end each other, both may have
        // looked first.
        calls: fc
          .tuple(
            fc.array(fc.oneof({ weight: 4, arbitrary: refresh }, logOut, change), {
              minLength: 1,
              maxLength: 3,
            }),
            fc.option(revoke),
          )
          .map(([calls, last]) =>
            last && calls.every(({ kind }) => kind !== 'change') ? [...calls, last] : calls,
          ),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('log out everywhere' as const), by: nth, plan }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: pass }) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'purge' }) },
  ),
  { minLength: 3, maxLength: 24 },
);

/** Clients that follow the protocol, a network that does its worst, and time that passes within what the rule allows. */
export const honestHistory: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: use.map((step) => ({ ...step, keyed: true })) },
    { weight: 2, arbitrary: changeThePassword.map((step) => ({ ...step, keyed: true })) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        seconds: fc.integer({ min: 1, max: 3600 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'purge' }) },
  ),
  { minLength: 3, maxLength: 22 },
);
