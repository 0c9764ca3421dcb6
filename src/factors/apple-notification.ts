// The claims of a notification of Apple's whose signature was right. Pure: no I/O, and the time is a parameter.
// Source: Apple, "Processing changes for Sign in with Apple accounts".

import type { IdentityProvider } from '../identity-providers.ts';
import { appleNotificationSeconds, clockToleranceSeconds } from '../lifetimes.ts';

export type AppleEventType = 'consent-revoked' | 'account-delete' | 'email-disabled' | 'email-enabled';

export type AppleNotification = {
  /** Of this delivery. Apple sends one again until it is answered by 200. */
  readonly jti: string;
  /** Until when it may be sent again. */
  readonly goodUntil: Date;
  /** Undefined for one that this code does not know. */
  readonly event: AppleEvent | undefined;
};

export type AppleEvent = {
  readonly type: AppleEventType;
  readonly subject: string;
  readonly happenedAt: Date;
};

type Claims = Readonly<Record<string, unknown>>;

/** Apple's documentation has two names for one. */
const types: Readonly<Record<string, AppleEventType>> = {
  'consent-revoked': 'consent-revoked',
  'account-delete': 'account-delete',
  'account-deleted': 'account-delete',
  'email-disabled': 'email-disabled',
  'email-enabled': 'email-enabled',
};

/** The reason is for an operator. It never quotes the notification. */
export type CheckedNotification =
  | { readonly outcome: 'valid'; readonly notification: AppleNotification }
  | { readonly outcome: 'refused'; readonly reason: string };

/** @param now seconds since 1970. */
export function checkAppleNotification(
  { iss, aud, iat, exp, jti, events }: Claims,
  { issuers, audiences }: Pick<IdentityProvider, 'issuers' | 'audiences'>,
  now: number,
): CheckedNotification {
  const refused = (reason: string) => ({ outcome: 'refused', reason }) as const;
  if (typeof iss !== 'string' || !issuers.includes(iss)) return refused('another issuer made it (iss)');
  if (typeof aud !== 'string' || !audiences.includes(aud)) return refused('it is about another app (aud)');
  if (!isTime(iat) || !isTime(exp)) return refused('it does not say its times (iat, exp)');
  if (iat > now + clockToleranceSeconds) return refused('it is from the future (iat)');
  const goodUntil = Math.min(exp, iat + appleNotificationSeconds) + clockToleranceSeconds;
  if (goodUntil <= now) return refused('it has expired (exp, iat)');
  if (typeof jti !== 'string' || jti === '' || jti.length > 255) return refused('it has no name (jti)');
  // An ID token has none.
  if (events === undefined) return refused('it tells of nothing (events)');
  return {
    outcome: 'valid',
    notification: { jti, goodUntil: new Date(goodUntil * 1000), event: readEvent(events) },
  };
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** It comes as JSON in a string; an object is taken as well. */
function readEvent(events: unknown): AppleEvent | undefined {
  const { type, sub, event_time: time } = typeof events === 'string' ? parsed(events) : Object(events);
  const known = typeof type === 'string' && Object.hasOwn(types, type) ? types[type] : undefined;
  const happenedAt = momentOf(time);
  if (!known || !happenedAt || typeof sub !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(sub)) return undefined;
  return { type: known, subject: sub, happenedAt };
}

function parsed(json: string): Claims {
  try {
    return Object(JSON.parse(json));
  } catch {
    return {};
  }
}

/** In seconds or in milliseconds, which Apple sends; as a number or as text. */
function momentOf(time: unknown): Date | undefined {
  if (typeof time !== 'number' && !(typeof time === 'string' && /^\d{1,16}$/.test(time))) return undefined;
  const value = Number(time);
  const moment = new Date(value < 1e11 ? value * 1000 : value);
  return value > 0 && moment.getTime() < 1e14 ? moment : undefined;
}
