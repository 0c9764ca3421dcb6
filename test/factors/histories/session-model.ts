// What somebody who is signed in does, in the model: show once more who they are, change the password, refresh, end it all.

import {
  type Account,
  type Bearer,
  day,
  endSessions,
  isActive,
  isRepeat,
  newSession,
  of,
  passkeysOn,
  type Run,
  type Sending,
  second,
  told,
} from './account.ts';
import { type Code, countTry, countWrongCode, reached, shown, spend } from './codes.ts';
import { type Assertion, isGone, methodOf, spendChallenge } from './sign-in-model.ts';

const recently = 600;

const isRecent = ({ level }: Bearer, now: number): boolean =>
  Math.floor(now / second) - Math.floor(level.authTime / second) <= recently;

export const isSure = ({ totp }: Account, { level }: Bearer): boolean =>
  totp === undefined || level.acr === 'aal2';

/** Where nothing matched the caller: why. */
export const refused =
  ({ session }: Bearer): Run =>
  (account, now) =>
    isActive(account, session, now) ? 'recent-sign-in-required' : 'session-ended';

/** Behind an access token that has not expired. */
export const signedIn =
  (bearer: Bearer, run: Run): Run =>
  (account, now) =>
    Math.floor(bearer.expiresAt / second) + 5 <= now / second ? 'invalid-access-token' : run(account, now);

/** Behind one whose sign-in is recent; at the user's level, `run` finds out. */
export const recent = (bearer: Bearer, run: Run): Run =>
  signedIn(bearer, (account, now) => (isRecent(bearer, now) ? run : refused(bearer))(account, now));

/** What only the user's level is asked of. */
export const atTheirLevel = (bearer: Bearer, run: Run): Run =>
  recent(bearer, (account, now) =>
    isActive(account, bearer.session, now) && isSure(account, bearer) ? run(account, now) : refused(bearer),
  );

export const exporting = (bearer: Bearer): Run => atTheirLevel(bearer, () => '200');

type Again = {
  readonly password?: string | undefined;
  readonly passkey?: Assertion | undefined;
  readonly code?: Code | undefined;
};

export const reauthenticating = (bearer: Bearer, { password, passkey, code }: Again, sending: Sending): Run =>
  signedIn(bearer, (account, now) => {
    const { session } = bearer;
    if (passkey && isGone(passkey, now)) return 'passkey-not-accepted';
    if (!isActive(account, session, now)) return 'session-ended';
    const { totp, passwordVersion } = account;
    if (passkey) {
      if (!passkeysOn(account).includes(passkey.passkey)) return 'passkey-not-accepted';
    } else {
      if (countTry(account, session, sending.call, now) === 'paused') return 'too-many-requests';
      if (account.password === undefined || account.password !== password) return 'invalid-credentials';
    }
    const isBoth = passkey?.isVerified === true;
    if (totp !== undefined && !isBoth && !code) return 'second-factor-required';
    const spent = totp === undefined ? undefined : account.secrets[totp]?.spent;
    const repeated = passkey ? spent?.call === sending.call : isRepeat(spent, sending.call, now);
    const right = isBoth ? undefined : shown(account, totp, code, now, repeated);
    const wrong: Run = (account) => {
      countWrongCode(account, totp, false);
      return 'invalid-second-factor';
    };
    if (totp !== undefined && !isBoth && !right) return wrong;
    return (account, now) => {
      if (!isActive(account, session, now)) return 'session-ended';
      if (!passkey && account.passwordVersion !== passwordVersion) return 'session-ended';
      if (passkey) {
        const isGood = spendChallenge(account, passkey, sending, now);
        if (!isGood || !passkeysOn(account).includes(passkey.passkey)) return 'passkey-not-accepted';
      }
      const method = passkey ? methodOf(passkey) : ({ amr: ['pwd'], acr: 'aal1' } as const);
      const spentAt = spend(account, right, sending, now);
      const level = reached(account, method, spentAt);
      if (!level) return wrong;
      of(account.sessions, session).level = { ...level, authTime: spentAt ?? now };
      delete account.attempts[session];
      return told(account, session);
    };
  });

/** Once more where another change came first. */
export const changingThePassword = (
  bearer: Bearer,
  { current, chosen }: { readonly current: string; readonly chosen: string },
  sending: Sending,
  round = 0,
): Run =>
  signedIn(bearer, (account, now) => {
    const { session } = bearer;
    if (!isActive(account, session, now)) return 'session-ended';
    if (account.totp !== undefined && !(isSure(account, bearer) && isRecent(bearer, now)))
      return refused(bearer);
    if (countTry(account, session, undefined, now) === 'paused') return 'too-many-requests';
    if (account.password === undefined || account.password !== current) return 'invalid-credentials';
    const { passwordVersion } = account;
    return (account, now) => {
      if (!isActive(account, session, now) || account.passwordVersion !== passwordVersion)
        return round === 0
          ? changingThePassword(bearer, { current, chosen }, sending, 1)
          : 'invalid-credentials';
      const { level, absoluteEnd } = of(account.sessions, session);
      endSessions(account, 'password-changed');
      account.password = chosen;
      account.passwordVersion += 1;
      account.epoch += 1;
      newSession(account, sending.id, level, now, absoluteEnd);
      delete account.attempts[session];
      return told(account, sending.id);
    };
  });

export const loggingOutEverywhere = (bearer: Bearer): Run =>
  signedIn(bearer, (account, now) => {
    if (!isActive(account, bearer.session, now)) return 'session-ended';
    endSessions(account, 'logout-all');
    account.epoch += 1;
    return '204';
  });

export type Refresh = { readonly session: string; readonly generation: number; readonly expiresAt: number };

export const refreshing =
  ({ session: id, generation, expiresAt }: Refresh): Run =>
  (account, now) => {
    const session = of(account.sessions, id);
    if (Math.floor(expiresAt / second) + 5 <= now / second) return 'invalid-refresh-token';
    if (!isActive(account, id, now)) return 'session-ended';
    if (generation === session.generation) {
      session.generation += 1;
      session.rotatedAt = now;
      session.expiresAt = Math.min(now + 30 * day, session.absoluteEnd);
    } else if (generation !== session.generation - 1 || now - session.rotatedAt > 30 * second) {
      session.ended = 'reuse';
      return 'refresh-token-reused';
    }
    return told(account, id);
  };
