// What the contract, sections 3 and 7, says of sessions, in plain TypeScript: no SQL, no signatures, no network. Times are
// milliseconds, but for those that a token or a proof says, which are seconds. Here is what a session is and how it ends.

export type Mode = 'refresh' | 'full';

export type ModelSession = {
  /** Of the newest token. */
  generation: number;
  rotatedAt: number;
  /** The Idempotency-Key of the call that spent the parent, the call itself, and where it came from. */
  key: string | undefined;
  call: string | undefined;
  network: string | undefined;
  /** Whether a key was ever used. */
  keyed: boolean;
  expiresAt: number;
  readonly absoluteEnd: number;
  /** The device's key that it is bound to, how, and when a token last came without it. */
  jkt?: string | undefined;
  mode?: Mode | undefined;
  refusedAt?: number | undefined;
  endReason?: string | undefined;
  endedAt?: number | undefined;
  /** What took its place when the password was changed, and the key of that change. */
  successor?: { id: string; key: string | undefined } | undefined;
  /** The entry in the revocation list. */
  listed?: { generation: number; reason: string; expiresAt: number } | undefined;
  /** The row is gone. */
  purged?: true;
};

/** What a refresh token says. */
export type Token = {
  readonly id: string;
  readonly generation: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly jkt?: string | undefined;
};

type MailKind = 'session-stopped' | 'password-changed' | 'device-key-refused';

/** The sessions of one user, by id. */
export type Model = {
  readonly sessions: Record<string, ModelSession>;
  password: string;
  /** How often it was changed. */
  changes: number;
  /** The security log: when each event was written, by session and kind and what else makes it one of its own. */
  readonly events: Record<string, number>;
  readonly mails: Record<MailKind, number>;
  /** How often something happened that the histories are there for. */
  readonly tally: Record<string, number>;
};

/** One run of a statement: what it does and answers, or the statement that follows. */
export type Run = (model: Model, now: number) => string | Run;

/** One call: what it answers where token and proof themselves show that, and else its statements. */
export type Operation = {
  readonly atOnce: (model: Model, now: number) => string | undefined;
  readonly run: Run;
};

export const second = 1000;
export const day = 24 * 60 * 60 * second;
const tolerance = 5;
const thirtyDays = 30 * day;

export function newModel(password: string): Model {
  const mails = { 'session-stopped': 0, 'password-changed': 0, 'device-key-refused': 0 };
  return { sessions: {}, password, changes: 0, events: {}, mails, tally: {} };
}

type Start = { absoluteEnd?: number; network?: string; jkt?: string | undefined; mode?: Mode | undefined };

export function newSession(
  now: number,
  { absoluteEnd = now + 180 * day, network, jkt, mode }: Start = {},
): ModelSession {
  return {
    generation: 0,
    rotatedAt: now,
    key: undefined,
    call: undefined,
    network,
    keyed: false,
    expiresAt: expiryOf(now, absoluteEnd),
    absoluteEnd,
    jkt,
    mode,
  };
}

export const expiryOf = (now: number, absoluteEnd: number) => Math.min(now + thirtyDays, absoluteEnd);

/** The tokens that an answer brings, in words: the refresh token's claims and the kind of the access token. */
export function newest(model: Model, id: string): string {
  const { generation, rotatedAt, expiresAt, jkt = '-', mode } = of(model, id);
  const [issued, expires] = [rotatedAt, expiresAt].map((time) => Math.floor(time / second));
  return `200 ${id} ${generation} ${issued} ${expires} ${jkt} ${mode === 'full' ? 'DPoP' : 'Bearer'}`;
}

/** Needs no proof. A bound token whose time is over still names its session. */
export function loggingOut(token: Token): Operation {
  return {
    atOnce: (_, now) => (hasExpired(token, now) && token.jkt === undefined ? '204' : undefined),
    run(model, now) {
      end(model, token.id, 'logout', now);
      return '204';
    },
  };
}

export function revoking(by: string, id: string): Operation {
  return {
    atOnce: () => undefined,
    run(model, now) {
      if (isOver(of(model, by), now)) return 'session-ended';
      if (of(model, id).purged) return 'not-found';
      end(model, id, 'revoked', now);
      return '204';
    },
  };
}

export function loggingOutEverywhere(by: string): Operation {
  return {
    atOnce: () => undefined,
    run(model, now) {
      if (isOver(of(model, by), now)) return 'session-ended';
      for (const id of Object.keys(model.sessions)) end(model, id, 'logout-all', now);
      return '204';
    },
  };
}

/** The cron trigger: what goes is of no use to anybody, since every token of it has expired. */
export function purge(model: Model, now: number): void {
  for (const session of Object.values(model.sessions)) {
    if (weekAfter(session.expiresAt) <= now) session.purged = true;
    if (session.listed && session.listed.expiresAt + tolerance * second <= now) delete session.listed;
  }
  for (const [event, time] of Object.entries(model.events))
    if (time + 90 * day <= now) delete model.events[event];
}

/** The database as a backup has it; what happened has happened all the same. */
export function restored(backup: Model, { sessions, tally }: Model): Model {
  const model = { ...structuredClone(backup), tally: structuredClone(tally) };
  for (const [id, session] of Object.entries(sessions)) {
    const { generation = 0, jkt } = model.sessions[id] ?? {};
    if (generation < session.generation) happened(model, 'restored behind the tokens');
    if (jkt !== session.jkt) happened(model, 'restored behind the binding');
    const { rotatedAt, expiresAt, absoluteEnd } = session;
    model.sessions[id] ??= {
      ...newSession(rotatedAt, { absoluteEnd }),
      expiresAt,
      purged: true,
    };
  }
  return model;
}

export function isOver(session: ModelSession, now: number): boolean {
  return Boolean(session.purged || session.endReason) || now >= session.absoluteEnd;
}

export function hasExpired({ expiresAt }: Token, now: number): boolean {
  return expiresAt <= Math.floor(now / second) - tolerance;
}

/** Once in each generation. */
export function notice(model: Model, id: string, kind: string, now: number): void {
  model.events[`${id} ${kind} ${of(model, id).generation}`] ??= now;
}

export function end(model: Model, id: string, reason: string, now: number): void {
  const session = of(model, id);
  if (session.endReason || session.purged) return;
  session.endReason = reason;
  session.endedAt = now;
  session.listed = { generation: session.generation, reason, expiresAt: session.expiresAt };
  happened(model, `ended: ${reason}`);
}

export function theft(model: Model, id: string, now: number): string {
  end(model, id, 'reuse', now);
  model.mails['session-stopped'] += 1;
  model.events[`${id} refresh-token-reused`] = now;
  return 'refresh-token-reused';
}

export function happened(model: Model, what: string): void {
  model.tally[what] = (model.tally[what] ?? 0) + 1;
}

/** The Monday after the week of a moment; 1970 began on a Thursday. */
function weekAfter(time: number): number {
  const days = Math.floor(time / day);
  return (days - ((days + 3) % 7) + 7) * day;
}

export function of(model: Model, id: string): ModelSession {
  const session = model.sessions[id];
  if (!session) throw new Error('No such session');
  return session;
}
