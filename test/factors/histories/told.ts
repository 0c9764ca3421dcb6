// Histories that come first: what chance brings about seldom.

import type { Call, History, Loot, Step } from './steps.ts';

const nothing: Loot = { password: false, token: false, mailbox: false, seen: false, asked: false };
const owner = (call: Call, times = 1): Step => ({ kind: 'owner', call, times, after: 0 });
const right = { keyed: true, nth: 0, factor: 'right' } as const;

export const told: History[] = [
  // Nothing but a passkey is left; it stays.
  { loot: nothing, start: { totp: false, passkeys: 2 }, steps: [owner({ ...right, kind: 'undo' })] },
  {
    loot: nothing,
    start: { totp: true, passkeys: 0 },
    steps: [owner({ ...right, kind: 'log in', isRight: true }, 2), owner({ ...right, kind: 'confirm' })],
  },
  // A call that made a session is repeated once a second factor is owed.
  {
    loot: nothing,
    start: { totp: false, passkeys: 0 },
    steps: [
      owner({ ...right, kind: 'log in', factor: 'none', isRight: true }),
      owner({ ...right, kind: 'confirm', keyed: false }),
      { kind: 'again', back: 2 },
      { kind: 'again', back: 3 },
      { kind: 'again', back: 4 },
    ],
  },
  // A code that was used is used, whichever recovery codes come with its secret.
  {
    loot: nothing,
    start: { totp: true, passkeys: 0 },
    steps: [
      owner({ ...right, kind: 'renew' }),
      owner({ ...right, kind: 'log in', isRight: true }),
      owner({ ...right, kind: 'undo' }),
      { kind: 'pass', seconds: 31 },
      owner({ ...right, kind: 'undo', keyed: false }),
    ],
  },
  // A secret that was replaced comes back, by its own code.
  {
    loot: nothing,
    start: { totp: true, passkeys: 0 },
    steps: [
      owner({ ...right, kind: 'confirm' }),
      { kind: 'pass', seconds: 61 },
      owner({ ...right, kind: 'undo', nth: 0, factor: 'recovery' }),
    ],
  },
  // What a passkey has signed is good for a while.
  {
    loot: nothing,
    start: { totp: false, passkeys: 1 },
    steps: [
      owner({ ...right, kind: 'sign in by passkey', passkey: 'verified' }),
      { kind: 'pass', seconds: 1_000 },
      { kind: 'again', back: 0 },
      { kind: 'again', back: 1 },
    ],
  },
];
