// Histories as data that fast-check makes up, shortens and prints.

import fc from 'fast-check';
import type { Mode } from './session-model.ts';
import { type Key, modelled, type Place, type Plan, type Proving, type Step } from './steps.ts';

export const nth = fc.nat({ max: 3 });
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

export const from = fc.constantFrom<Place[]>(0, 0, 0, 1);
const key = fc.constantFrom<Key[]>('none', 'that of the spending call', 'that of the change', 'another');

const mode = fc.constantFrom<(Mode | undefined)[]>(undefined, undefined, 'refresh', 'full');

/** How far a device's clock is off. */
export const clock = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  fc.constantFrom(-60, 60, -61, 61, -3600, 3600, -24 * 60 * 60, 24 * 60 * 60),
);

const proof = fc.record<Proving>({
  by: fc.constantFrom<Proving['by'][]>(
    'nobody',
    'nobody',
    'bound',
    'bound',
    'bound',
    'token',
    'another',
    'replayed',
    'garbage',
  ),
  clock,
  nonce: fc.constantFrom<Proving['nonce'][]>('none', 'none', 'fresh', 'seen', 'made up'),
});

const refresh = fc.record({
  kind: fc.constant('refresh' as const),
  session: nth,
  back,
  key,
  from,
  proof,
  mode,
});
const change = fc.record({
  kind: fc.constant('change' as const),
  session: nth,
  key,
  from,
  chosen: fc.nat({ max: 2 }),
  proof,
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

export const use = fc.record({
  kind: fc.constant('use' as const),
  client: nth,
  keyed: fc.boolean(),
  binds: fc.nat({ max: 3 }).map((one) => one === 0),
  mode,
  clock,
  lost: fc.boolean(),
  plan: longPlan,
  from,
});
export const changeThePassword = use.map((step) => ({ ...step, kind: 'change the password' as const }));
export const useTwice = use.map((step) => ({ ...step, kind: 'use twice' as const, plan: [] }));
export const logIn = fc.record({ kind: fc.constant('log in' as const), mode });
export const backup = fc.constantFrom<Step[]>({ kind: 'back up' }, { kind: 'restore' }, { kind: 'restore' });

/** Anything: clients, thieves, endings, faults, months. */
export const history: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: logIn },
    { weight: 8, arbitrary: use },
    { weight: 1, arbitrary: changeThePassword },
    { weight: 1, arbitrary: useTwice },
    { weight: 2, arbitrary: backup },
    {
      weight: 6,
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
