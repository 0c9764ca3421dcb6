// Tries and codes in the model: what is counted, and that a code works once.

import { Secret as AppSecret, TOTP } from 'otpauth';
import {
  type Account,
  type Acr,
  day,
  hasMade,
  isRepeat,
  minute,
  most,
  type Secret,
  type Sending,
  second,
} from './account.ts';

export type Code = { readonly kind: 'totp' | 'recovery'; readonly text: string };

/** A code that was right when it was looked at. */
export type Shown = { readonly secret: string; readonly step?: number; readonly index?: number };

export const stepOf = (now: number): number => Math.floor(now / (30 * second));

/** What an app shows, by a stranger's implementation. */
export const codeOf = (secret: string, step: number): string =>
  new TOTP({ secret: AppSecret.fromBase32(secret) }).generate({ timestamp: step * 30 * second });

export const codesOf = ({ names }: Account, { codes }: Secret): string[] => names[codes]?.split(',') ?? [];

export function rightStep(
  { names }: Account,
  { app }: Secret,
  text: string,
  now: number,
): number | undefined {
  const secret = names[app];
  if (secret === undefined) return undefined;
  return [-1, 0, 1].map((off) => stepOf(now) + off).find((step) => codeOf(secret, step) === text);
}

/** @param repeated the call was good before, and its time may be over. */
export function shown(
  account: Account,
  id: string | undefined,
  code: Code | undefined,
  now: number,
  repeated = false,
): Shown | undefined {
  const secret = id === undefined ? undefined : account.secrets[id];
  if (!secret || id === undefined || !code) return undefined;
  if (repeated) return { secret: id };
  if (code.kind === 'totp') {
    const step = rightStep(account, secret, code.text, now);
    return step === undefined ? undefined : { secret: id, step };
  }
  const index = codesOf(account, secret).indexOf(code.text);
  return index < 0 ? undefined : { secret: id, index };
}

export const isUnused = ({ lastStep, used }: Secret, { step, index }: Shown): boolean =>
  step !== undefined ? lastStep < step : index !== undefined && (used & (2 ** index)) === 0;

export function use(secret: Secret, { step, index }: Shown): void {
  if (step !== undefined) secret.lastStep = Math.max(secret.lastStep, step);
  if (index !== undefined) secret.used |= 2 ** index;
  secret.failures = 0;
}

/** @returns when the code was used, by this call or by the one that it repeats; undefined where it is not good. */
export function spend(
  account: Account,
  code: Shown | undefined,
  sending: Sending,
  now: number,
): number | undefined {
  if (!code || code.secret !== account.totp) return undefined;
  const secret = account.secrets[code.secret] as Secret;
  const repeated = isRepeat(secret.spent, sending.call, now);
  if (code.step === undefined && code.index === undefined)
    return repeated || hasMade(account, sending, now) ? (secret.spent?.at ?? now) : undefined;
  if (!repeated && !(isUnused(secret, code) && secret.failures < most)) return undefined;
  use(secret, code);
  secret.spent = { call: sending.call, at: repeated ? (secret.spent?.at ?? now) : now };
  return secret.spent.at;
}

/** What was shown as a first factor, with the code that came with it; undefined where something is still owed. */
export function reached(
  account: Account,
  first: { readonly amr: readonly string[]; readonly acr: Acr },
  spentAt: number | undefined,
): { readonly amr: readonly string[]; readonly acr: Acr } | undefined {
  if (spentAt !== undefined) return { amr: [...first.amr, 'otp', 'mfa'], acr: 'aal2' };
  return account.totp === undefined || first.acr === 'aal2' ? first : undefined;
}

/** A try of a password, counted before that is looked at; `paused` where it is not. */
export function countTry(
  { attempts }: Account,
  target: string,
  call: string | undefined,
  now: number,
): 'counted' | 'paused' {
  const known = attempts[target];
  const expiresAt = now + day;
  if (!known) {
    attempts[target] = { count: 1, until: 0, expiresAt, lastCall: call };
    return 'counted';
  }
  const repeated = call !== undefined && (known.lastCall === call || known.lastCall === `${call}!`);
  if (!repeated && known.until > now) return 'paused';
  if (!repeated) {
    const lives = known.expiresAt > now;
    const pause = Math.min(15 * minute, 30 * second * 2 ** Math.min(known.count - 5, 20));
    known.until = lives && known.count >= 5 ? now + pause : 0;
    known.count = lives ? known.count + 1 : 1;
    known.lastCall = call;
  }
  known.expiresAt = expiresAt;
  return 'counted';
}

/** A wrong code of somebody who had shown the first factor. */
export function countWrongCode(account: Account, id: string | undefined, isStrangers: boolean): void {
  if (isStrangers) account.failed = Math.min(most, account.failed + 1);
  const secret = id === undefined ? undefined : account.secrets[id];
  if (secret) secret.failures = Math.min(most, secret.failures + 1);
}
