// The doors in the model: password, second step, passkey.

import {
  type Account,
  type Acr,
  happened,
  hasMade,
  idOf,
  isRepeat,
  minute,
  most,
  newSession,
  of,
  passkeysOn,
  type Run,
  type Sending,
  second,
  stateOf,
  told,
} from './account.ts';
import { type Code, countTry, countWrongCode, reached, type Shown, shown, spend } from './codes.ts';

type First = { readonly amr: readonly string[]; readonly acr: Acr };

const tries = 5;

/** Somebody who has shown a first factor signs in, or does not. */
function start(
  account: Account,
  first: First,
  code: Shown | undefined,
  sending: Sending,
  now: number,
): 'factor-refused' | 'refresh-superseded' | { readonly session: string } {
  const level = reached(account, first, spend(account, code, sending, now));
  if (!level) return 'factor-refused';
  const { id } = idOf(account, sending, now);
  const known = account.sessions[id];
  if (!known) newSession(account, id, { ...level, authTime: now }, now);
  else if (known.ended || known.epoch !== account.epoch || known.generation > 0 || known.expiresAt <= now)
    return 'refresh-superseded';
  else happened(account, 'the same session for the repeat of a sign-in');
  return { session: id };
}

function owe(account: Account, amr: readonly string[], sending: Sending, now: number): string {
  const { id, isRepeated } = idOf(account, sending, now);
  if (amr.includes('pwd') && !isRepeated) account.failed = Math.min(most, account.failed + 1);
  account.authSessions[id] ??= { of: stateOf(account), amr, expiresAt: now + 5 * minute, tries: 0 };
  // The repeat of a call that made a session has the same id for this.
  return `second-factor-required #asked:${id}`;
}

function forgive(account: Account): void {
  account.failed = 0;
  delete account.attempts['address'];
}

export const loggingIn =
  (given: { readonly password: string; readonly code: Code | undefined }, sending: Sending): Run =>
  (account, now) => {
    const call = sending.isKeyed ? sending.call : undefined;
    const repeated = hasMade(account, sending, now);
    const paused = !repeated && countTry(account, 'address', call, now) === 'paused';
    const locked = paused || (!repeated && account.failed >= most);
    if (locked) happened(account, paused ? 'a pause' : 'a hundred failures');
    const { totp, passwordVersion } = account;
    const failing =
      (answer: string, secret?: string): Run =>
      (account) => {
        const known = account.attempts['address'];
        const isNew = paused || call === undefined || known?.lastCall !== `${call}!`;
        if (isNew && !locked) countWrongCode(account, secret, true);
        if (isNew && call !== undefined && known?.lastCall === call) known.lastCall = `${call}!`;
        return answer;
      };
    if (account.password !== given.password || locked) return failing('invalid-credentials');
    const isProven = (account: Account) =>
      account.passwordVersion === passwordVersion && account.password !== undefined && account.failed < most;
    if (totp !== undefined && !given.code)
      return (account, now) =>
        isProven(account) && account.totp !== undefined
          ? owe(account, ['pwd'], sending, now)
          : 'invalid-credentials';
    const code = shown(account, totp, given.code, now, repeated);
    if (totp !== undefined && !code) return failing('invalid-second-factor', totp);
    return (account, now) => {
      if (!isProven(account)) return 'invalid-credentials';
      const started = start(account, { amr: ['pwd'], acr: 'aal1' }, code, sending, now);
      if (started === 'factor-refused') return failing('invalid-second-factor', totp);
      forgive(account);
      return typeof started === 'string' ? started : told(account, started.session);
    };
  };

/** A passkey's answer to a challenge. */
export type Assertion = {
  readonly passkey: string;
  readonly isVerified: boolean;
  readonly challenge: string;
  /** When that was made. */
  readonly madeAt: number;
};

/** The challenge, spent by this call; false where another one has spent it, or it is too old. */
export function spendChallenge(
  { challenges }: Account,
  { challenge, madeAt }: Assertion,
  { call }: Sending,
  now: number,
): boolean {
  const isFresh = Math.floor(madeAt / second) + 300 > now / second;
  const known = challenges[challenge];
  if (known !== undefined ? known !== call : !isFresh) return false;
  challenges[challenge] = call;
  return true;
}

/** Too old for a repeat, too. */
export const isGone = ({ madeAt }: Assertion, now: number): boolean =>
  Math.floor(madeAt / second) + 300 <= (now - 10 * minute) / second;

export const methodOf = ({ isVerified }: Assertion): First => ({
  amr: ['swk', 'user', ...(isVerified ? ['mfa'] : [])],
  acr: isVerified ? 'aal2' : 'aal1',
});

export const signingInByPasskey =
  (assertion: Assertion, sending: Sending): Run =>
  (account, now) => {
    const refused = 'passkey-not-accepted';
    if (isGone(assertion, now) || !passkeysOn(account).includes(assertion.passkey)) return refused;
    const owes = account.totp !== undefined && !assertion.isVerified;
    return (account, now) => {
      const isGood =
        spendChallenge(account, assertion, sending, now) && passkeysOn(account).includes(assertion.passkey);
      if (!isGood) return refused;
      const method = methodOf(assertion);
      if (owes) return account.totp === undefined ? refused : owe(account, method.amr, sending, now);
      const started = start(account, method, undefined, sending, now);
      if (started === 'factor-refused') return refused;
      return typeof started === 'string' ? started : told(account, started.session);
    };
  };

type Second = { readonly asked: string; readonly code?: Code | undefined; readonly passkey?: Assertion };

export const takingTheSecondStep =
  ({ asked, code, passkey }: Second, sending: Sending): Run =>
  (account, now) => {
    const step = account.authSessions[asked];
    // The handle itself is too old: it lives for the repeat of a call.
    if (step && step.expiresAt + 15 * minute <= now) return 'invalid-token';
    if (passkey && isGone(passkey, now)) return 'passkey-not-accepted';
    if (!step || step.of !== stateOf(account)) return 'invalid-token';
    const isFinished = isRepeat(step.spent, sending.call, now);
    const repeated = isFinished || step.lastCall === sending.call;
    if (!(step.expiresAt > now || isFinished)) return 'invalid-token';
    if (!repeated && (step.spent || step.tries >= tries)) return 'invalid-token';
    if (!repeated) step.tries += 1;
    step.lastCall = sending.call;
    const { totp } = account;
    const left = tries - step.tries;
    const refused = (): Run => (account) => {
      if (!repeated) countWrongCode(account, totp, true);
      return `invalid-second-factor ${left}`;
    };
    if (passkey) {
      if (!passkeysOn(account).includes(passkey.passkey)) return 'passkey-not-accepted';
      // It would be the same factor twice.
      if (!passkey.isVerified && !step.amr.includes('pwd')) return 'passkey-not-accepted';
    }
    const right = passkey ? undefined : shown(account, totp, code, now, isFinished);
    if (!passkey && !right) return refused();
    return (account, now) => {
      const step = of(account.authSessions, asked);
      const finished = isRepeat(step.spent, sending.call, now);
      if (step.of !== stateOf(account) || !(finished || (!step.spent && step.expiresAt > now)))
        return 'invalid-token';
      if (account.failed >= most) return 'invalid-token';
      if (passkey) {
        const isGood = spendChallenge(account, passkey, sending, now);
        if (!isGood || !passkeysOn(account).includes(passkey.passkey)) return 'invalid-token';
      }
      const method: First = passkey
        ? { amr: [...new Set([...step.amr, ...methodOf(passkey).amr, 'mfa'])], acr: 'aal2' }
        : { amr: step.amr, acr: 'aal1' };
      const started = start(account, method, right, sending, now);
      if (started === 'factor-refused') return refused();
      step.spent = { call: sending.call, at: step.spent?.at ?? now };
      forgive(account);
      return typeof started === 'string' ? started : told(account, started.session);
    };
  };
