// Histories as data that fast-check makes up, shortens and prints.

import fc from 'fast-check';

/** The code that comes along. `seen`: one that somebody typed before. `replaced`: of a secret that is not on any more. */
export const factors = ['none', 'right', 'next', 'earlier', 'seen', 'wrong', 'recovery', 'replaced'] as const;
export type Factor = (typeof factors)[number];

/** `session`, `nth` and the like count among those that there are. */
export type Call = { readonly keyed: boolean; readonly nth: number; readonly factor: Factor } & (
  | { readonly kind: 'log in'; readonly isRight: boolean }
  | { readonly kind: 'take the second step'; readonly passkey: Passkey }
  | { readonly kind: 'sign in by passkey'; readonly passkey: 'present' | 'verified' }
  | {
      readonly kind: 'reauthenticate';
      readonly isRight: boolean;
      readonly passkey: Passkey;
      readonly which: number;
    }
  | { readonly kind: 'remove a passkey'; readonly which: number }
  | { readonly kind: 'change the password'; readonly isRight: boolean; readonly chosen: number }
  | { readonly kind: 'reset'; readonly chosen: number }
  | {
      readonly kind:
        | 'enrol'
        | 'confirm'
        | 'renew'
        | 'remove TOTP'
        | 'add a passkey'
        | 'export'
        | 'delete'
        | 'ask for another address'
        | 'refresh'
        | 'log out everywhere'
        | 'undo';
    }
);
type Passkey = 'none' | 'present' | 'verified';

export type Step =
  /** `times`: the answer was lost, and the call is sent again, at once or after a while. */
  | { kind: 'owner'; call: Call; times: number; after: number }
  | { kind: 'thief'; call: Call }
  | { kind: 'again'; back: number }
  | { kind: 'at once'; calls: Call[]; copies: number }
  | { kind: 'steal'; nth: number }
  /** One more wrong code, and no more are looked at. */
  | { kind: 'many failures'; door: 'log in' | 'reauthenticate' }
  /** Wrong codes for one sign-in, and then the right one. */
  | { kind: 'guess'; times: number }
  | { kind: 'purge' }
  | { kind: 'pass'; seconds: number };

/** What the thief has; never the second factor. */
export type Loot = { password: boolean; token: boolean; mailbox: boolean; seen: boolean; asked: boolean };

export type History = { readonly loot: Loot; readonly start: Start; readonly steps: Step[] };
/** How it begins: somebody has signed in, and turned on what there is. */
export type Start = { readonly totp: boolean; readonly passkeys: number };

const nth = fc.nat({ max: 3 });
const keyed = fc.boolean();
const factor = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<Factor[]>('right', 'recovery') },
  { weight: 3, arbitrary: fc.constant<Factor>('none') },
  { weight: 4, arbitrary: fc.constantFrom<Factor[]>(...factors) },
);
const isRight = fc.nat({ max: 5 }).map((one) => one > 0);
const chosen = fc.nat({ max: 2 });
const base = { keyed, nth, factor };
const passkey = fc.constantFrom<Passkey[]>('none', 'none', 'present', 'verified');
const verified = fc.constantFrom<('present' | 'verified')[]>('present', 'verified');

type Kind = Call['kind'];
const plain = (...kinds: Kind[]) =>
  fc.record({ kind: fc.constantFrom(...kinds), ...base }) as fc.Arbitrary<Call>;
const logIn = fc.record({ kind: fc.constant('log in' as const), ...base, isRight });
const secondStep = fc.record({ kind: fc.constant('take the second step' as const), ...base, passkey });
const byPasskey = fc.record({ kind: fc.constant('sign in by passkey' as const), ...base, passkey: verified });
const reauthenticate = fc.record({
  ...{ kind: fc.constant('reauthenticate' as const), ...base, isRight, passkey, which: nth },
});
const removePasskey = fc.record({ kind: fc.constant('remove a passkey' as const), ...base, which: nth });
const changePassword = fc.record({
  ...{ kind: fc.constant('change the password' as const), ...base, isRight, chosen },
});
const reset = fc.record({ kind: fc.constant('reset' as const), ...base, chosen });

const racing: fc.Arbitrary<Call> = fc.oneof(
  { weight: 6, arbitrary: logIn },
  { weight: 6, arbitrary: secondStep },
  { weight: 3, arbitrary: byPasskey },
  { weight: 3, arbitrary: reauthenticate },
  { weight: 2, arbitrary: removePasskey },
  { weight: 1, arbitrary: plain('remove TOTP') },
  { weight: 2, arbitrary: plain('renew', 'confirm') },
  { weight: 1, arbitrary: plain('undo') },
  { weight: 1, arbitrary: reset },
  { weight: 1, arbitrary: changePassword },
);
const owners: fc.Arbitrary<Call> = fc.oneof(
  { weight: 14, arbitrary: racing },
  { weight: 3, arbitrary: plain('enrol') },
  { weight: 3, arbitrary: plain('confirm') },
  { weight: 4, arbitrary: plain('add a passkey', 'refresh') },
  { weight: 1, arbitrary: plain('export', 'log out everywhere') },
);
const thiefs: fc.Arbitrary<Call> = fc.oneof(
  { weight: 4, arbitrary: logIn },
  { weight: 3, arbitrary: secondStep },
  { weight: 2, arbitrary: reauthenticate },
  { weight: 1, arbitrary: changePassword },
  { weight: 2, arbitrary: reset },
  { weight: 1, arbitrary: removePasskey },
  { weight: 3, arbitrary: plain('undo') },
  {
    weight: 4,
    arbitrary: plain(
      'export',
      'delete',
      'ask for another address',
      'remove TOTP',
      'renew',
      'enrol',
      'confirm',
    ),
  },
  { weight: 2, arbitrary: plain('add a passkey', 'refresh') },
);

const waits = fc.constantFrom(1, 5, 29, 30, 30, 31, 31, 61, 61, 299, 300, 301, 599, 601, 901);
const days = fc.constantFrom(3600, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600, 8 * 24 * 3600 + 1);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.record({
      kind: fc.constant('owner' as const),
      call: owners,
      times: fc.constantFrom(1, 1, 1, 1, 2, 3),
      after: fc.constantFrom(0, 0, 31, 590, 601),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('thief' as const), call: thiefs }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const), back: fc.nat({ max: 5 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('at once' as const),
      calls: fc.array(racing, { minLength: 1, maxLength: 2 }),
      copies: fc.constantFrom(0, 0, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('steal' as const), nth }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'purge' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('many failures' as const),
      door: fc.constantFrom<('log in' | 'reauthenticate')[]>('log in', 'reauthenticate'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('guess' as const), times: fc.integer({ min: 3, max: 5 }) }),
  },
  { weight: 6, arbitrary: waits.map((seconds) => ({ kind: 'pass' as const, seconds })) },
  { weight: 1, arbitrary: days.map((seconds) => ({ kind: 'pass' as const, seconds })) },
);

const often = fc.nat({ max: 2 }).map((one) => one > 0);

export const history: fc.Arbitrary<History> = fc.record({
  loot: fc.record({
    password: often,
    token: fc.boolean(),
    mailbox: fc.boolean(),
    seen: often,
    asked: fc.boolean(),
  }),
  start: fc.record({ totp: fc.nat({ max: 4 }).map((one) => one > 0), passkeys: fc.nat({ max: 2 }) }),
  steps: fc.array(step, { minLength: 6, maxLength: 28, size: 'max' }),
});
