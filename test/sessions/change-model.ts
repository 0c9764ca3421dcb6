// What a change of the password does to sessions, and how its lost answer is had again.

import { type Proof, refusedKey, refusedProof, shownKey } from './proof-model.ts';
import {
  day,
  end,
  happened,
  isOver,
  type Model,
  type ModelSession,
  newest,
  newSession,
  notice,
  type Operation,
  of,
  type Run,
  second,
  theft,
} from './session-model.ts';

export type Change = {
  readonly id: string;
  readonly key: string | undefined;
  readonly network: string;
  readonly current: string;
  readonly chosen: string;
  /** The key that the access token is bound to. */
  readonly bearerJkt: string | undefined;
  readonly proof: Proof | undefined;
};

/** A session that a change begins is `successor of <id>` until its true name is known. */
export const successorOf = (id: string) => `successor of ${id}`;

export function changing(change: Change): Operation {
  const { bearerJkt, proof } = change;
  return {
    atOnce(_, now) {
      const refusal = refusedProof(proof, now);
      if (bearerJkt === undefined) return refusal;
      // The access token is refused, and not yet the call.
      const missing = proof === undefined ? 'invalid-dpop-proof' : refusedKey(bearerJkt, shownKey(proof));
      const problem = refusal ?? missing;
      return problem && `${problem} 401`;
    },
    run: (model, now) => asking(change, model, now, 2),
  };
}

function asking(change: Change, model: Model, now: number, rounds: number): string | Run {
  const { id, key, network, current, chosen, proof } = change;
  const session = of(model, id);
  const isRepeat = isOver(session, now) && isReplacedBy(session, key) && now - (session.endedAt ?? 0) <= day;
  if (isOver(session, now) && !isRepeat) return 'session-ended';
  const refusal = refusedKey(session.jkt, shownKey(proof));
  if (refusal !== undefined) {
    happened(model, `a change: ${refusal}`);
    return refusal;
  }
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
    for (const each of Object.keys(later.sessions)) end(later, each, 'password-changed', now);
    const { absoluteEnd, jkt, mode } = caller;
    caller.successor = { id: successorOf(id), key };
    later.sessions[successorOf(id)] = newSession(now, { absoluteEnd, network, jkt, mode });
    later.password = chosen;
    later.changes += 1;
    later.mails['password-changed'] += 1;
    later.events[`${id} password-changed`] = now;
    if (jkt !== undefined) happened(later, 'a bound session changed the password');
    begun = newest(later, successorOf(id));
    return begun;
  };
}

/**
 * The session in the place of another, as long as nobody has used it. Where somebody has, and for 30 s it may be another
 * process, two have had the old token and its key; but nobody else has the device's key of the session that ended.
 */
export function succeeding(id: string, network: string, otherwise: string): Run {
  return (model, now) => {
    const { successor, endedAt = 0, jkt } = of(model, id);
    const begun = model.sessions[successor?.id ?? ''];
    const isToBeHad =
      begun && now - endedAt <= day && !begun.purged && !begun.endReason && begun.expiresAt > now;
    if (!successor || !isToBeHad) return otherwise;
    if (begun.generation > 0 && jkt === undefined) {
      if (now - endedAt <= 30 * second) {
        notice(model, successor.id, 'refresh-superseded', now);
        return 'refresh-superseded';
      }
      happened(model, 'two had the key of a change');
      theft(model, successor.id, now);
      return otherwise;
    }
    if (begun.network !== network) notice(model, successor.id, 'refreshed-from-another-network', now);
    if (jkt !== undefined) happened(model, 'the successor of a bound session once more');
    return newest(model, successor.id);
  };
}

export function isReplacedBy({ purged, successor }: ModelSession, key: string | undefined): boolean {
  return !purged && key !== undefined && successor?.key === key;
}
