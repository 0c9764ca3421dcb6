// Changes of factors in the model: TOTP on, replaced and off, other recovery codes, passkeys.

import {
  type Account,
  type Bearer,
  changedFactors,
  happened,
  idOf,
  isActive,
  isRepeat,
  minute,
  of,
  passkeysOn,
  type Run,
  type Sending,
  second,
} from './account.ts';
import { type Code, rightStep } from './codes.ts';
import { atTheirLevel, isSure, refused, signedIn } from './session-model.ts';

export const enrolling = (bearer: Bearer, { id }: Sending): Run =>
  atTheirLevel(bearer, (account, now) => {
    const { session } = bearer;
    for (const [other, secret] of Object.entries(account.secrets))
      if (secret.session === session && secret.confirmedAt === undefined) delete account.secrets[other];
    account.secrets[id] = {
      ...{ app: `app:${id}`, codes: `codes:${id}`, session, createdAt: now },
      ...{ lastStep: 0, used: 0, failures: 0 },
    };
    return `200 #app:${id}`;
  });

const isPending = (account: Account, id: string, now: number) => {
  const secret = account.secrets[id];
  return secret !== undefined && secret.confirmedAt === undefined && secret.createdAt + 15 * minute > now;
};

function remove(account: Account, now: number): void {
  if (account.totp !== undefined) of(account.secrets, account.totp).removedAt = now;
}

export const confirming = (bearer: Bearer, code: Code, sending: Sending): Run =>
  signedIn(bearer, (account, now) => {
    const { session } = bearer;
    if (!isActive(account, session, now)) return refused(bearer);
    const own = Object.keys(account.secrets).filter((id) => of(account.secrets, id).session === session);
    const isMine = (account: Account, id: string) =>
      account.secrets[id]?.confirmedAt !== undefined &&
      isRepeat(of(account.secrets, id).spent, sending.call, now);
    const repeated = own.find((id) => isMine(account, id));
    if (!(isSure(account, bearer) || repeated !== undefined)) return refused(bearer);
    const codes = (account: Account, id: string) => `200 #${of(account.secrets, id).codes}`;
    if (repeated !== undefined) return codes(account, repeated);
    const id = own.find((id) => isPending(account, id, now));
    if (id === undefined) return 'invalid-token';
    const step = rightStep(account, of(account.secrets, id), code.text, now);
    if (step === undefined) return 'invalid-second-factor';
    return (account, now) => {
      if (!isActive(account, session, now)) return refused(bearer);
      if (!isSure(account, bearer)) return isMine(account, id) ? codes(account, id) : refused(bearer);
      if (!isPending(account, id, now)) return isMine(account, id) ? codes(account, id) : 'invalid-token';
      const secret = of(account.secrets, id);
      if (account.totp !== undefined) happened(account, 'TOTP was replaced');
      remove(account, now);
      Object.assign(secret, { confirmedAt: now, lastStep: step, spent: { call: sending.call, at: now } });
      account.totp = id;
      const { level } = of(account.sessions, session);
      const amr = [...level.amr, ...['otp', 'mfa'].filter((method) => !level.amr.includes(method))];
      of(account.sessions, session).level = { ...level, amr, acr: 'aal2' };
      changedFactors(account, sending.id, bearer, now);
      return codes(account, id);
    };
  });

/** Begins again where another change came first. */
export const renewing = (bearer: Bearer, sending: Sending, round = 0): Run => {
  const run: Run = (account, now) => {
    if (!isActive(account, bearer.session, now) || !isSure(account, bearer)) return refused(bearer);
    const { totp } = account;
    if (totp === undefined) return 'not-found';
    const { codes, spent } = of(account.secrets, totp);
    if (isRepeat(spent, sending.call, now)) return `200 #${codes}`;
    return (account, now) => {
      const isOpen =
        isActive(account, bearer.session, now) && isSure(account, bearer) && account.totp === totp;
      if (!isOpen) return round < 2 ? renewing(bearer, sending, round + 1) : 'too-many-requests';
      const { app, lastStep } = of(account.secrets, totp);
      remove(account, now);
      account.secrets[sending.id] = {
        ...{ app, codes: `codes:${sending.id}`, session: bearer.session, createdAt: now, confirmedAt: now },
        ...{ lastStep, used: 0, failures: 0, spent: { call: sending.call, at: now } },
      };
      account.totp = sending.id;
      changedFactors(account, sending.id, bearer, now);
      return `200 #codes:${sending.id}`;
    };
  };
  return round === 0 ? atTheirLevel(bearer, run) : run;
};

export const removingTotp = (bearer: Bearer, { id }: Sending): Run =>
  atTheirLevel(bearer, (account, now) => {
    if (account.totp !== undefined) {
      remove(account, now);
      account.totp = undefined;
      changedFactors(account, id, bearer, now);
    }
    return '204';
  });

/** @param made.challenge of the options, for this session. */
export const addingAPasskey = (
  bearer: Bearer,
  made: {
    readonly challenge: string;
    readonly madeAt: number;
    readonly of: string;
    readonly passkey: string;
  },
  sending: Sending,
): Run =>
  signedIn(bearer, (account, now) => {
    const isGone = Math.floor(made.madeAt / second) + 300 <= (now - 10 * minute) / second;
    if (isGone || made.of !== bearer.session)
      return isActive(account, bearer.session, now) ? 'passkey-not-accepted' : 'session-ended';
    return (account, now) => {
      if (!isActive(account, bearer.session, now) || !isSure(account, bearer)) return refused(bearer);
      const { id, isRepeated } = idOf(account, sending, now);
      const isFresh = Math.floor(made.madeAt / second) + 300 > now / second;
      const spentBy = account.challenges[made.challenge];
      if (spentBy !== undefined ? spentBy !== id : !isFresh) return 'passkey-not-accepted';
      account.challenges[made.challenge] = id;
      if (account.passkeys[made.passkey]) return isRepeated ? `201 #${id}` : 'passkey-not-accepted';
      account.passkeys[made.passkey] = { row: id, createdAt: now };
      changedFactors(account, sending.id, bearer, now);
      return `201 #${id}`;
    };
  });

export const removingAPasskey = (bearer: Bearer, passkey: string, { id }: Sending): Run =>
  atTheirLevel(bearer, (account, now) => {
    const on = passkeysOn(account);
    if (!on.includes(passkey)) return 'not-found';
    if (account.password === undefined && on.length === 1) {
      happened(account, 'the last way in stayed');
      return 'last-way-in';
    }
    of(account.passkeys, passkey).removedAt = now;
    changedFactors(account, id, bearer, now);
    return '204';
  });
