// What can happen to the sessions of one user.

import { type Fault, faults } from './faulty-network.ts';
import type { Mode } from './session-model.ts';

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
  | {
      kind: 'refresh';
      session: number;
      back: number;
      key: Key;
      from: Place;
      proof: Proving;
      mode: Mode | undefined;
    }
  | { kind: 'change'; session: number; key: Key; from: Place; chosen: number; proof: Proving }
  | { kind: 'log out'; session: number; back: number }
  | { kind: 'revoke'; session: number; by: number };

export type Step =
  /** Bound to a key from the beginning, where a mode is said. */
  | { kind: 'log in'; mode: Mode | undefined }
  /** A client that follows the protocol refreshes, or changes the password; `lost` is the answer on its way to it. */
  | ({ kind: 'use' } & Use)
  | ({ kind: 'change the password' } & Use)
  /** Two of its processes refresh at once: one store, one key. */
  | ({ kind: 'use twice' } & Use)
  | { kind: 'call'; call: Single; plan: Plan }
  | { kind: 'log out everywhere'; by: number; plan: Plan }
  | { kind: 'at once'; calls: Single[] }
  | { kind: 'pass'; seconds: number }
  | { kind: 'purge' }
  | { kind: 'back up' }
  | { kind: 'restore' }
  /** Somebody copies all that a client keeps but its device's key; and uses one of the copies. */
  | { kind: 'steal'; client: number }
  | { kind: 'thieve'; copy: number; from: Place; proof: Proving; keyed: boolean };

/** A client that `binds` has a device's key from then on, and shows it with every refresh. Its clock is off by seconds. */
export type Use = {
  client: number;
  keyed: boolean;
  binds: boolean;
  mode: Mode | undefined;
  clock: number;
  lost: boolean;
  plan: Plan;
  from: Place;
};

/** The proof of a call. `bound`: by the key that the session is bound to. `token`: by the one that the token names. */
export type Proving = {
  by: 'nobody' | 'bound' | 'token' | 'another' | 'replayed' | 'garbage';
  clock: number;
  nonce: 'none' | 'fresh' | 'seen' | 'made up';
};
