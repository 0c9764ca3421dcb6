// What a mailbox is good for, in the model: a reset of the password, and to undo a change of a factor.

import {
  type Account,
  day,
  endSessions,
  happened,
  isRepeat,
  minute,
  most,
  of,
  type Run,
  type Sending,
} from './account.ts';
import { type Code, isUnused, type Shown, shown, stepOf, use } from './codes.ts';

export const resetting =
  (id: string, chosen: string, sending: Sending): Run =>
  (account, now) => {
    const verdict = (account: Account, now: number) => {
      const { createdAt, epoch, spent } = of(account.resets, id);
      const isOver = createdAt + 15 * minute <= now;
      if (isRepeat(spent, sending.call, now) && !isOver) return '204';
      return isOver || spent || epoch !== account.grantEpoch ? 'invalid-token' : undefined;
    };
    return (
      verdict(account, now) ??
      ((account, now) => {
        const known = verdict(account, now);
        if (known) return known;
        of(account.resets, id).spent = { call: sending.call, at: now };
        account.password = chosen;
        forget(account, 'password-reset');
        // Too many codes were wrong: once a day it lets them be tried again, or a mailbox were a way round.
        const isFirst = account.resetAt === undefined || account.resetAt <= now - day;
        if (account.totp !== undefined && isFirst) of(account.secrets, account.totp).failures = 0;
        account.resetAt = now;
        return '204';
      })
    );
  };

/** Whoever has the mailbox has the account to themselves. */
function forget(account: Account, reason: string): void {
  account.passwordVersion += 1;
  account.epoch += 1;
  account.failed = 0;
  account.grantEpoch += 1;
  delete account.attempts['address'];
  endSessions(account, reason);
}

/** What was on just before a moment. */
const wasOn = (since: number | undefined, removedAt: number | undefined, moment: number): boolean =>
  since !== undefined && since < moment && (removedAt === undefined || removedAt >= moment);

export function secretAt({ secrets }: Account, moment: number): string | undefined {
  const on = Object.entries(secrets).filter(([, { confirmedAt, removedAt }]) =>
    wasOn(confirmedAt, removedAt, moment),
  );
  return on.sort(([, a], [, b]) => (b.confirmedAt ?? 0) - (a.confirmedAt ?? 0))[0]?.[0];
}

/** Rows may be of one app, with other recovery codes: a step of time that was used with one is used with all. */
const newestStep = ({ secrets }: Account): number =>
  Math.max(0, ...Object.values(secrets).map(({ lastStep }) => lastStep));

const isGood = (account: Account, id: string, code: Shown | undefined): boolean =>
  code?.secret === id &&
  (code.step === undefined || newestStep(account) < code.step) &&
  isUnused(of(account.secrets, id), code);

export const undoing =
  (id: string, code: Code | undefined, sending: Sending): Run =>
  (account, now) => {
    const attempt = code && `${sending.call} ${stepOf(now)}`;
    const answered = undo(account, id, undefined, sending, now);
    if (answered !== 'second-factor-required' || attempt === undefined) return answered;
    const request = of(account.undos, id);
    const secret = secretAt(account, request.createdAt);
    const isCounted = request.lastTry === attempt;
    const mayTry = isCounted || of(account.secrets, secret).failures < most;
    if (!isCounted) {
      request.lastTry = attempt;
      const row = of(account.secrets, secret);
      row.failures = Math.min(most, row.failures + 1);
    }
    const right = mayTry ? shown(account, secret, code, now) : undefined;
    if (!right) return 'invalid-second-factor';
    return (account, now) => {
      const answer = undo(account, id, right, sending, now);
      return answer === 'second-factor-required' ? 'invalid-second-factor' : answer;
    };
  };

function undo(account: Account, id: string, code: Shown | undefined, sending: Sending, now: number): string {
  const request = of(account.undos, id);
  const { createdAt, acr, spent } = request;
  if (createdAt + 7 * day <= now) return 'invalid-token';
  if (isRepeat(spent, sending.call, now)) return '204';
  if (spent) return 'invalid-token';
  const on = secretAt(account, createdAt);
  if (acr === 'aal2' && on !== undefined && !isGood(account, on, code)) return 'second-factor-required';

  for (const [other, secret] of Object.entries(account.secrets)) {
    if (secret.confirmedAt === undefined) continue;
    if ((secret.removedAt === undefined) !== (other === on))
      secret.removedAt = other === on ? undefined : now;
  }
  for (const passkey of Object.values(account.passkeys)) {
    const isKept = wasOn(passkey.createdAt, passkey.removedAt, createdAt);
    if ((passkey.removedAt === undefined) !== isKept) passkey.removedAt = isKept ? undefined : now;
  }
  if (on !== undefined) {
    const secret = of(account.secrets, on);
    // A step of time that was used stays used, whichever codes for recovery came with it.
    secret.lastStep = newestStep(account);
    if (code) {
      use(secret, code);
      secret.spent = { call: sending.call, at: now };
    }
    if (account.totp !== on) happened(account, 'a secret came back');
  }
  account.totp = on;
  account.factorsVersion += 1;
  account.password = undefined;
  forget(account, 'email-change-undone');
  for (const other of Object.values(account.undos))
    if (other.createdAt >= createdAt) other.spent ??= { call: sending.call, at: now };
  return '204';
}
