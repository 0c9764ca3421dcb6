// What the contract, section 6, says of one account, in plain TypeScript: no SQL, no signatures, no network. Times are
// milliseconds. Here is what an account is; beside it, what each call does with it.

export const second = 1000;
export const minute = 60 * second;
export const day = 24 * 60 * minute;
export const most = 100;

export type Acr = 'aal1' | 'aal2';
export type Level = { readonly amr: readonly string[]; readonly acr: Acr; readonly authTime: number };

/** Which call did something last: its repetition within ten minutes has the same outcome. */
export type Spent = { readonly call: string; readonly at: number };

export type Secret = {
  /** Names of what the service showed: the secret for the app, and the ten codes. */
  readonly app: string;
  readonly codes: string;
  readonly session: string;
  readonly createdAt: number;
  confirmedAt?: number;
  removedAt?: number | undefined;
  lastStep: number;
  /** The recovery codes that were used, a bit each. */
  used: number;
  failures: number;
  spent?: Spent;
};

/** `row` is the name of its id. */
export type Passkey = { readonly row: string; readonly createdAt: number; removedAt?: number | undefined };

export type Session = {
  readonly epoch: number;
  level: Level;
  generation: number;
  rotatedAt: number;
  expiresAt: number;
  readonly absoluteEnd: number;
  ended?: string;
};

/** A sign-in that owes a second factor. */
export type AuthSession = {
  readonly of: string;
  readonly amr: readonly string[];
  readonly expiresAt: number;
  tries: number;
  lastCall?: string;
  spent?: Spent;
};

/** The link of the mail about a change. */
export type Undo = {
  readonly createdAt: number;
  readonly acr: Acr | undefined;
  spent?: Spent;
  lastTry?: string;
};

export type Reset = { readonly createdAt: number; readonly epoch: number; spent?: Spent };

export type Attempts = { count: number; until: number; expiresAt: number; lastCall: string | undefined };

export type Account = {
  password: string | undefined;
  passwordVersion: number;
  epoch: number;
  factorsVersion: number;
  failed: number;
  /** Which secret is on. */
  totp: string | undefined;
  grantEpoch: number;
  /** When a link last gave it another password. */
  resetAt?: number;
  readonly secrets: Record<string, Secret>;
  readonly passkeys: Record<string, Passkey>;
  readonly sessions: Record<string, Session>;
  readonly authSessions: Record<string, AuthSession>;
  readonly undos: Record<string, Undo>;
  readonly resets: Record<string, Reset>;
  /** Tries of a password, by what they are counted for: the address, or a session. */
  readonly attempts: Record<string, Attempts>;
  /** What calls with a key have made. */
  readonly made: Record<string, { readonly id: string; readonly at: number }>;
  /** The call that spent a challenge. */
  readonly challenges: Record<string, string>;
  /** What the service calls what the model names `#…`: ids, handles, secrets, codes. */
  readonly names: Record<string, string>;
  readonly tally: Record<string, number>;
};

export function newAccount(password: string): Account {
  const counters = { passwordVersion: 0, epoch: 0, factorsVersion: 0, failed: 0, grantEpoch: 0 };
  const records = { secrets: {}, passkeys: {}, sessions: {}, authSessions: {}, undos: {}, resets: {} };
  return {
    ...{ ...counters, ...records, password, totp: undefined },
    ...{ attempts: {}, made: {}, challenges: {}, names: {}, tally: {} },
  };
}

/** One run of a statement: what the call is answered, or the statement that follows. */
export type Run = (account: Account, now: number) => string | Run;

/** One sending of a request. */
export type Sending = {
  /** What it is known by when it is repeated, which without a key is nothing. */
  readonly call: string;
  readonly isKeyed: boolean;
  /** For what it makes. */
  readonly id: string;
};

/** Whose access token is presented, and what that says. */
export type Bearer = { readonly session: string; readonly level: Level; readonly expiresAt: number };

export function of<Item>(items: Record<string, Item>, id: string | undefined): Item {
  const item = id === undefined ? undefined : items[id];
  if (item === undefined) throw new Error(`No ${id}`);
  return item;
}

export function happened({ tally }: Account, what: string): void {
  tally[what] = (tally[what] ?? 0) + 1;
}

export const isRepeat = (spent: Spent | undefined, call: string, now: number): boolean =>
  spent !== undefined && spent.call === call && spent.at > now - 10 * minute;

export const hasMade = ({ made }: Account, { call, isKeyed }: Sending, now: number): boolean =>
  isKeyed && (made[call]?.at ?? Number.NEGATIVE_INFINITY) > now - 10 * minute;

/** The id of what a call makes, which its repetition finds. */
export function idOf({ made }: Account, { call, isKeyed, id }: Sending, now: number) {
  if (!isKeyed) return { id, isRepeated: false };
  const known = made[call];
  if (known && known.at > now - 10 * minute) return { id: known.id, isRepeated: true };
  made[call] = { id, at: now };
  return { id, isRepeated: false };
}

export const isActive = ({ sessions, epoch }: Account, id: string, now: number): boolean => {
  const session = sessions[id];
  return session !== undefined && !session.ended && session.epoch === epoch && session.absoluteEnd > now;
};

/** A session, in the words of an answer. */
export function told({ sessions }: Account, id: string): string {
  const { amr, acr, authTime } = of(sessions, id).level;
  return `200 #${id} ${acr} ${amr.join()} ${Math.floor(authTime / second)}`;
}

export function newSession(account: Account, id: string, level: Level, now: number, absoluteEnd?: number) {
  const end = absoluteEnd ?? now + 180 * day;
  account.sessions[id] = {
    ...{ epoch: account.epoch, level, generation: 0, rotatedAt: now },
    ...{ expiresAt: Math.min(now + 30 * day, end), absoluteEnd: end },
  };
}

export function endSessions({ sessions }: Account, reason: string): void {
  for (const session of Object.values(sessions)) session.ended ??= reason;
}

export const passkeysOn = ({ passkeys }: Account): string[] =>
  Object.keys(passkeys).filter((id) => passkeys[id]?.removedAt === undefined);

/** Whether a first factor that was shown still counts: nothing has changed since. */
export const stateOf = ({ passwordVersion, epoch, factorsVersion }: Account): string =>
  `${passwordVersion} ${epoch} ${factorsVersion}`;

/** A factor is added, removed or replaced; a mail tells of it. */
export function changedFactors(account: Account, id: string, { level }: Bearer, now: number): void {
  account.factorsVersion += 1;
  account.undos[id] = { createdAt: now, acr: level.acr };
}
