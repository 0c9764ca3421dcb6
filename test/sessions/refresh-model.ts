// The two tables of the contract that say what a refresh is answered: section 3 for sessions that are bound to no key,
// section 7 for the others.

import { isReplacedBy, succeeding } from './change-model.ts';
import { type Proof, refusedKey, refusedProof, shownKey } from './proof-model.ts';
import {
  day,
  expiryOf,
  happened,
  hasExpired,
  isOver,
  type Mode,
  type Model,
  type ModelSession,
  newest,
  notice,
  type Operation,
  of,
  type Run,
  second,
  type Token,
  theft,
} from './session-model.ts';

export type Refresh = {
  readonly token: Token;
  readonly key: string | undefined;
  readonly network: string;
  readonly proof?: Proof | undefined;
  readonly mode?: Mode | undefined;
};

type Call = Refresh & { readonly call: string; readonly shown: string | undefined };

export function refreshing(refresh: Refresh): Operation {
  const { token, proof, mode } = refresh;
  const call = { ...refresh, call: crypto.randomUUID(), shown: shownKey(proof) };
  return {
    atOnce(_, now) {
      // The newest token's expiry counts, where there is a key: the session knows that.
      if (hasExpired(token, now) && token.jkt === undefined) return 'invalid-refresh-token';
      return refusedProof(proof, now) ?? (mode && !proof ? 'validation-failed' : undefined);
    },
    run(model, now) {
      if (proof && proof !== 'malformed' && Math.abs(now / second - proof.iat) > 60)
        happened(model, 'a nonce in place of a clock');
      const refusal = refusedKey(token.jkt, call.shown);
      if (refusal === undefined) return spending(call, model, now);
      happened(model, refusal);
      noticeRefusedKey(token, model, now);
      return refusal;
    },
  };
}

/** The session lives. An event once a day, and a mail when the key itself refreshes afterwards. */
function noticeRefusedKey({ id, jkt }: Token, model: Model, now: number): void {
  const session = of(model, id);
  if (isOver(session, now) || session.jkt !== jkt) return;
  if (session.refusedAt !== undefined && now - session.refusedAt < day) {
    happened(model, 'refused again within a day');
    return;
  }
  if (session.refusedAt !== undefined) happened(model, 'refused again after a day');
  session.refusedAt = now;
  model.events[`${id} device-key-refused ${now}`] = now;
}

function spending(call: Call, model: Model, now: number): string | Run {
  const { token, key, network, shown } = call;
  const { id, generation } = token;
  const session = of(model, id);
  if (session.purged) return 'invalid-refresh-token';
  if (isOver(session, now)) {
    const isTold =
      generation >= session.generation || (session.jkt !== undefined && session.jkt === token.jkt);
    const isToSucceed = isReplacedBy(session, key) && isTold;
    if (!isToSucceed) return endOf(session);
    if (refusedKey(session.jkt, shown) === undefined) return succeeding(id, network, endOf(session));
    happened(model, 'no successor without the key');
    return endOf(session);
  }
  const isBoundToIts = session.jkt !== undefined && session.jkt === token.jkt;
  if (hasExpired(token, now)) {
    if (!isBoundToIts || generation >= session.generation || session.expiresAt <= now)
      return 'invalid-refresh-token';
    happened(model, 'an expired token brought the newest');
  }
  if (session.jkt !== undefined && session.jkt !== shown) {
    happened(model, token.jkt ? 'two keys bound it' : 'from before the binding, without the key');
    return theft(model, id, now);
  }
  if (generation >= session.generation) return rotating(call, model, now);
  if (session.jkt === undefined) return retrying(call, model, now);
  const age = session.generation - generation;
  if (!isBoundToIts && age > 1) {
    happened(model, 'from before the binding, and not its parent');
    return theft(model, id, now);
  }
  if (!isBoundToIts) happened(model, 'the parent from before the binding brought the newest');
  else if (age > 1) happened(model, 'an older generation brought the newest');
  return again(call, model, now);
}

function rotating(call: Call, model: Model, now: number): string {
  const { token, key, network, shown, mode } = call;
  const { id } = token;
  const session = of(model, id);
  if (session.refusedAt !== undefined && session.refusedAt > session.rotatedAt) {
    model.mails['device-key-refused'] += 1;
    happened(model, 'a mail of a refused key');
  }
  if (token.generation > session.generation) happened(model, 'ahead of the row');
  if (session.jkt === undefined && shown !== undefined) {
    notice(model, id, 'device-key-bound', now);
    happened(model, token.jkt ? 'bound again after a backup' : 'bound by a refresh');
    session.jkt = shown;
  } else if (session.jkt !== undefined && token.jkt === undefined)
    happened(model, 'the newest without a key in it');
  if (session.jkt !== undefined) session.mode = mode ?? session.mode ?? 'refresh';
  session.generation = token.generation + 1;
  session.rotatedAt = now;
  session.keyed ||= key !== undefined;
  Object.assign(session, { key, call: call.call, network });
  session.expiresAt = expiryOf(now, session.absoluteEnd);
  return newest(model, id);
}

/** A spent token of a session that is bound to no key. A proof changes nothing: a retry never binds. */
function retrying(call: Call, model: Model, now: number): string {
  const { token, key, shown } = call;
  const { id, generation } = token;
  const session = of(model, id);
  const age = now - session.rotatedAt;
  if (generation === session.generation - 1) {
    // The statement itself once more is known by its mark, whether or not the call has a key.
    const isSame = key === undefined ? session.keyed && session.call === call.call : session.key === key;
    if ((isSame && age <= day) || (!session.keyed && key === undefined && age <= 30 * second)) {
      if (shown !== undefined) happened(model, 'a retry with a proof, which binds nothing');
      return again(call, model, now);
    }
    if (age <= 30 * second) {
      notice(model, id, 'refresh-superseded', now);
      return 'refresh-superseded';
    }
  }
  return theft(model, id, now);
}

function again({ token: { id }, network }: Call, model: Model, now: number): string {
  if (of(model, id).network !== network) notice(model, id, 'refreshed-from-another-network', now);
  return newest(model, id);
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
