// What the contract, section 3, says of sessions, in plain TypeScript: no SQL, no tokens, no network. Times are milliseconds.

export type ModelSession = {
  /** Of the newest token. */
  generation: number;
  rotatedAt: number;
  /** The Idempotency-Key of the call that spent the parent. */
  key: string | undefined;
  expiresAt: number;
  readonly absoluteEnd: number;
  /** When the token of each generation says that it expires, in seconds. */
  readonly expiries: number[];
  endReason?: string;
  /** The entry in the revocation list. */
  listed?: { generation: number; reason: string; expiresAt: number };
  /** The row is gone: nothing of the session could be used any more. */
  purged?: true;
};

/** The sessions of one user, by id. */
export type Model = Record<string, ModelSession>;

/** One call: what it answers where the token itself shows that, and else what one run of its statement does and answers. */
export type Operation = {
  readonly byTheToken: (model: Model, now: number) => string | undefined;
  readonly run: (model: Model, now: number) => string;
};

const second = 1000;
const day = 24 * 60 * 60 * second;
const tolerance = 5;
const thirtyDays = 30 * day;

export function newSession(now: number): ModelSession {
  const expiresAt = now + thirtyDays;
  return {
    generation: 0,
    rotatedAt: now,
    key: undefined,
    expiresAt,
    absoluteEnd: now + 180 * day,
    expiries: [Math.floor(expiresAt / second)],
  };
}

export function refreshing(id: string, generation: number, key: string | undefined): Operation {
  return {
    byTheToken: (model, now) =>
      hasExpired(of(model, id), generation, now) ? 'invalid-refresh-token' : undefined,
    run(model, now) {
      const session = of(model, id);
      if (session.purged) return 'invalid-refresh-token';
      if (isOver(session, now)) return 'session-ended';
      if (generation === session.generation) {
        session.generation += 1;
        session.rotatedAt = now;
        session.key = key;
        session.expiresAt = Math.min(now + thirtyDays, session.absoluteEnd);
        session.expiries.push(Math.floor(session.expiresAt / second));
        return `200 ${session.generation}`;
      }
      const age = now - session.rotatedAt;
      const isRetry = age <= 30 * second || (key !== undefined && key === session.key && age <= day);
      if (generation === session.generation - 1 && isRetry) return `200 ${session.generation}`;
      end(session, 'reuse');
      return 'refresh-token-reused';
    },
  };
}

export function loggingOut(id: string, generation: number): Operation {
  return {
    byTheToken: (model, now) => (hasExpired(of(model, id), generation, now) ? '204' : undefined),
    run(model) {
      end(of(model, id), 'logout');
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
      end(of(model, id), 'revoked');
      return '204';
    },
  };
}

export function loggingOutEverywhere(by: string): Operation {
  return {
    byTheToken: () => undefined,
    run(model, now) {
      if (isOver(of(model, by), now)) return 'session-ended';
      for (const session of Object.values(model)) end(session, 'logout-all');
      return '204';
    },
  };
}

/** The cron trigger: what goes is of no use to anybody, since every token of it has expired. */
export function purge(model: Model, now: number): void {
  for (const session of Object.values(model)) {
    if (weekAfter(session.expiresAt) <= now) session.purged = true;
    if (session.listed && session.listed.expiresAt + tolerance * second <= now) delete session.listed;
  }
}

export function isOver(session: ModelSession, now: number): boolean {
  return Boolean(session.purged || session.endReason) || now >= session.absoluteEnd;
}

export function hasExpired({ expiries }: ModelSession, generation: number, now: number): boolean {
  return (expiries[generation] ?? 0) <= Math.floor(now / second) - tolerance;
}

function end(session: ModelSession, reason: string): void {
  if (session.endReason || session.purged) return;
  session.endReason = reason;
  session.listed = { generation: session.generation, reason, expiresAt: session.expiresAt };
}

/** The Monday after the week of a moment; 1970 began on a Thursday. */
function weekAfter(time: number): number {
  const days = Math.floor(time / day);
  return (days - ((days + 3) % 7) + 7) * day;
}

function of(model: Model, id: string): ModelSession {
  const session = model[id];
  if (!session) throw new Error('No such session');
  return session;
}
