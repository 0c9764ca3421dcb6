// Histories that chance makes up too seldom, told for every run.

import type { Proving, Single, Step, Use } from './steps.ts';

const day = 24 * 60 * 60;

/** A client refreshes, and where it `binds` with its device's key. */
export const use = (changed: Partial<Use> = {}): Step => ({
  kind: 'use',
  client: 0,
  keyed: true,
  binds: false,
  mode: undefined,
  clock: 0,
  lost: false,
  plan: [],
  from: 0,
  ...changed,
});

const change = (changed: Partial<Use>): Step => ({ ...use(changed), kind: 'change the password' }) as Step;

const refresh = (back: number, by: Proving['by'], changed: Partial<Single> = {}): Step => ({
  kind: 'call',
  call: {
    kind: 'refresh',
    session: 0,
    back,
    key: 'none',
    from: 0,
    proof: { by, clock: 0, nonce: 'none' },
    mode: undefined,
    ...changed,
  } as Single,
  plan: [],
});

const changeBy = (by: Proving['by']): Step => ({
  kind: 'call',
  call: {
    kind: 'change',
    session: 0,
    key: 'none',
    from: 0,
    chosen: 1,
    proof: { by, clock: 0, nonce: 'none' },
  },
  plan: [],
});

const pass = (seconds: number): Step => ({ kind: 'pass', seconds });

/** Of two tokens of the same generation the older names no key, and the newer does. */
const twoChains: Step[] = [use(), pass(1), { kind: 'restore' }, refresh(1, 'bound')];

export const toldHistories: Step[][] = [
  // A spent token whose time is over, by the key while the newest lives, and without; then the newest is over, too.
  [
    use({ binds: true }),
    pass(20 * day),
    use(),
    pass(11 * day),
    refresh(1, 'bound'),
    refresh(1, 'nobody'),
    use(),
  ],
  [use({ binds: true }), pass(20 * day), use(), pass(31 * day), refresh(1, 'bound'), refresh(0, 'bound')],
  // A backup from before the binding: the owner binds again; or somebody with an older copy has come first.
  [use({ binds: true }), use(), { kind: 'restore' }, use(), use()],
  [use({ binds: true }), use(), { kind: 'restore' }, refresh(2, 'another'), use()],
  // A token without the key that is newest, its parent or older in a bound session: a backup has made two chains.
  [...twoChains, refresh(1, 'bound'), refresh(2, 'bound'), refresh(1, 'bound')],
  [...twoChains, refresh(1, 'nobody')],
  [
    use(),
    use(),
    pass(1),
    { kind: 'restore' },
    refresh(2, 'bound'),
    refresh(0, 'bound'),
    refresh(2, 'bound'),
    refresh(3, 'bound'),
  ],
  // When the password was changed, the key of the change alone brings no successor of a bound session.
  [
    ...twoChains,
    change({ binds: true }),
    refresh(1, 'nobody', { key: 'that of the change' }),
    refresh(1, 'another', { key: 'that of the change' }),
    refresh(1, 'bound', { key: 'that of the change' }),
  ],
  // A backup from before the tokens, and a change of the password whose answer was lost: the newest brings it.
  [use(), { kind: 'restore' }, change({ lost: true }), use(), use()],
  [use({ binds: true }), { kind: 'restore' }, change({ lost: true }), use(), use()],
  // Refused without a key that the session has no more, or not yet again, or after its end: nothing to tell.
  [use({ binds: true }), { kind: 'restore' }, refresh(0, 'nobody')],
  [use({ binds: true }), use(), { kind: 'restore' }, refresh(2, 'another'), refresh(0, 'nobody')],
  [use({ binds: true }), { kind: 'log out everywhere', by: 0, plan: [] }, refresh(0, 'nobody')],
  // A spent token with the key brings no mail; the newest does.
  [use({ binds: true }), use(), pass(1), refresh(0, 'nobody'), refresh(1, 'bound'), use()],
  [use({ binds: true, mode: 'full' }), changeBy('another'), changeBy('nobody'), changeBy('garbage'), use()],
  // Refused without the key: an event a day, and a mail when the key refreshes.
  [
    use({ binds: true }),
    pass(1),
    refresh(0, 'nobody'),
    refresh(0, 'another'),
    use(),
    refresh(0, 'nobody'),
    use(),
    pass(day),
    refresh(0, 'another'),
    use(),
    refresh(0, 'garbage'),
    changeBy('nobody'),
    changeBy('another'),
    use(),
  ],
];

const steal: Step = { kind: 'steal', client: 0 };

/** With the newest of the copies. */
const thieve = (by: Proving['by']): Step => ({
  kind: 'thieve',
  copy: 0,
  from: 1,
  proof: { by, clock: 0, nonce: 'none' },
  keyed: false,
});

export const toldThefts: Step[][] = [
  [steal, thieve('another'), change({ binds: true }), use(), thieve('another')],
  // Whoever binds first what they stole is found out at the owner's next refresh.
  [steal, thieve('another'), pass(3600), thieve('another'), use(), thieve('another')],
  [steal, thieve('another'), use({ binds: true }), thieve('another')],
  // A copy from before the binding ends the session, and brings nothing. One from after it does neither.
  [steal, use({ binds: true }), thieve('nobody'), use()],
  [steal, use({ binds: true }), thieve('another'), use()],
  [use({ binds: true }), steal, thieve('nobody'), thieve('another'), use(), thieve('nobody'), use()],
  // A proof of the owner's, in time and too late: its nonce was good for a minute and what was left of ten seconds.
  [
    use({ binds: true }),
    steal,
    use(),
    thieve('replayed'),
    pass(30),
    thieve('replayed'),
    pass(41),
    thieve('replayed'),
    use(),
  ],
  [use({ binds: true, mode: 'full' }), steal, use(), thieve('replayed'), use()],
];
