// What the contract, section 3, says of sessions, in plain TypeScript: no SQL, no tokens, no network. Times are milliseconds.

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
  /** When the token of each generation says that it expires, in seconds. */
  readonly expiries: number[];
  endReason?: string;
  endedAt?: number;
  /** What took its place when the password was changed, and the key of that change. */
  successor?: { id: string; key: string | undefined };
  /** The entry in the revocation list. */
  listed?: { generation: number; reason: string; expiresAt: number };
  /** The row is gone: nothing of the session could be used any more. */
  purged?: true;
};

/** The sessions of one user, by id. */
export type Model = {
  readonly sessions: Record<string, ModelSession>;
  password: string;
  /** How often it was changed. */
  changes: number;
  /** The security log: when each event was written, by session and kind and what else makes it one of its own. */
  readonly events: Record<string, number>;
};

/** One run of a statement: what it does and answers, or the statement that follows. */
export type Run = (model: Model, now: number) => string | Run;

/** One call: what it answers where the token itself shows that, and else its statements. */
export type Operation = {
  readonly byTheToken: (model: Model, now: number) => string | undefined;
  readonly run: Run;
};

const second = 1000;
export const day = 24 * 60 * 60 * second;
const tolerance = 5;
const thirtyDays = 30 * day;

export function newModel(password: string): Model {
  return { sessions: {}, password, changes: 0, events: {} };
}

export function newSession(now: number, absoluteEnd = now + 180 * day, network?: string): ModelSession {
  const expiresAt = Math.min(now + thirtyDays, absoluteEnd);
  return {
    generation: 0,
    rotatedAt: now,
    key: undefined,
    call: undefined,
    network,
    keyed: false,
    expiresAt,
    absoluteEnd,
    expiries: [Math.floor(expiresAt / second)],
  };
}

type Refresh = {
  readonly id: string;
  readonly generation: number;
  readonly key: string | undefined;
  readonly network: string;
};

export function refreshing({ id, generation, key, network }: Refresh): Operation {
  const call = crypto.randomUUID();
  return {
    byTheToken: (model, now) =>
      hasExpired(of(model, id), generation, now) ? 'invalid-refresh-token' : undefined,
    run(model, now) {
      const session = of(model, id);
      if (session.purged) return 'invalid-refresh-token';
      if (isOver(session, now)) {
        return isReplacedBy(session, key) && generation === session.generation
          ? succeeding(id, network, endOf(session))
          : endOf(session);
      }
      const newest = () => `200 ${id} ${session.generation}`;
      if (generation === session.generation) {
        session.generation += 1;
        session.rotatedAt = now;
        session.keyed ||= key !== undefined;
        Object.assign(session, { key, call, network });
        session.expiresAt = Math.min(now + thirtyDays, session.absoluteEnd);
        session.expiries.push(Math.floor(session.expiresAt / second));
        return newest();
      }
      const age = now - session.rotatedAt;
      if (generation === session.generation - 1) {
        // The statement itself once more is known by its mark, whether or not the call has a key.
        const isSame = key === undefined ? session.keyed && session.call === call : session.key === key;
        if ((isSame && age <= day) || (!session.keyed && key === undefined && age <= 30 * second)) {
          if (session.network !== network) notice(model, id, 'refreshed-from-another-network', now);
          return newest();
        }
        if (age <= 30 * second) {
          notice(model, id, 'refresh-superseded', now);
          return 'refresh-superseded';
        }
      }
      end(session, 'reuse', now);
      model.events[`${id} refresh-token-reused`] = now;
      return 'refresh-token-reused';
    },
  };
}

type Change = {
  readonly id: string;
  readonly key: string | undefined;
  readonly network: string;
  readonly current: string;
  readonly chosen: string;
};

/** A session that a change begins is `successor of <id>` until its true name is known. */
export const successorOf = (id: string) => `successor of ${id}`;

export function changing(change: Change): Operation {
  return { byTheToken: () => undefined, run: (model, now) => asking(change, model, now, 2) };
}

function asking(change: Change, model: Model, now: number, rounds: number): string | Run {
  const { id, key, network, current, chosen } = change;
  const session = of(model, id);
  const isRepeat = isOver(session, now) && isReplacedBy(session, key) && now - (session.endedAt ?? 0) <= day;
  if (isOver(session, now) && !isRepeat) return 'session-ended';
  if ((isRepeat ? chosen : current) !== model.password) return 'invalid-credentials';
  if (isRepeat) return succeeding(id, network, 'session-ended');
  const { changes } = model;
  let begun: string | undefined;
  return (later) => {
    if (begun !== undefined) return begun;
    const caller = of(later, id);
    if (isOver(caller, now) || later.changes !== changes)
      return rounds > 1 ? (last) => asking(change, last, now, rounds - 1) : 'invalid-credentials';
    if (key !== undefined && caller.key === key) return 'refresh-superseded';
    for (const each of Object.values(later.sessions)) end(each, 'password-changed', now);
    caller.successor = { id: successorOf(id), key };
    later.sessions[successorOf(id)] = newSession(now, caller.absoluteEnd, network);
    later.password = chosen;
    later.changes += 1;
    later.events[`${id} password-changed`] = now;
    begun = `200 ${successorOf(id)} 0`;
    return begun;
  };
}

/** The session in the place of another, as long as nobody has used it. */
function succeeding(id: string, network: string, otherwise: string): Run {
  return (model, now) => {
    const { successor, endedAt = 0 } = of(model, id);
    const begun = model.sessions[successor?.id ?? ''];
    const isToBeHad =
      begun && now - endedAt <= day && begun.generation === 0 && !begun.purged && !begun.endReason;
    if (!isToBeHad || begun.expiresAt <= now) return otherwise;
    if (begun.network !== network) notice(model, successor?.id ?? '', 'refreshed-from-another-network', now);
    return `200 ${successor?.id} 0`;
  };
}

export function loggingOut(id: string, generation: number): Operation {
  return {
    byTheToken: (model, now) => (hasExpired(of(model, id), generation, now) ? '204' : undefined),
    run(model, now) {
      end(of(model, id), 'logout', now);
      return '204';
    },
  };
}

export function revoking(by: string, id: string): Operation {
  return {
    byTheToken: () => undefined,
    run(model, now) {
      if (isOver(of(model, by), now)) return 'session-ended';
      if (of(model, id).purged) return 'not-found';
      end(of(model, id), 'revoked', now);
      return '204';
    },
  };
}

export function loggingOutEverywhere(by: string): Operation {
  return {
    byTheToken: () => undefined,
    run(model, now) {
      if (isOver(of(model, by), now)) return 'session-ended';
      for (const session of Object.values(model.sessions)) end(session, 'logout-all', now);
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

export function isOver(session: ModelSession, now: number): boolean {
  return Boolean(session.purged || session.endReason) || now >= session.absoluteEnd;
}

export function hasExpired({ expiries }: ModelSession, generation: number, now: number): boolean {
  return (expiries[generation] ?? 0) <= Math.floor(now / second) - tolerance;
}

function isReplacedBy({ purged, successor }: ModelSession, key: string | undefined): boolean {
  return !purged && key !== undefined && successor?.key === key;
}

const reasons: Readonly<Record<string, string>> = {
  logout: 'signed-out',
  'logout-all': 'signed-out-everywhere',
  reuse: 'reused',
};

/** As a refresh says that it is over. */
function endOf({ endReason = 'expired' }: ModelSession): string {
  return `session-ended ${reasons[endReason] ?? endReason}`;
}

/** Once in each generation. */
function notice(model: Model, id: string, kind: string, now: number): void {
  model.events[`${id} ${kind} ${of(model, id).generation}`] ??= now;
}

function end(session: ModelSession, reason: string, now: number): void {
  if (session.endReason || session.purged) return;
  session.endReason = reason;
  session.endedAt = now;
  session.listed = { generation: session.generation, reason, expiresAt: session.expiresAt };
}

/** The Monday after the week of a moment; 1970 began on a Thursday. */
function weekAfter(time: number): number {
  const days = Math.floor(time / day);
  return (days - ((days + 3) % 7) + 7) * day;
}

function of(model: Model, id: string): ModelSession {
  const session = model.sessions[id];
  if (!session) throw new Error('No such session');
  return session;
}
