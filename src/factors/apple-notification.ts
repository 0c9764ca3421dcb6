// The claims of a notification of Apple's whose signature was right. Pure: no I/O, and the time is a parameter.
// Source: Apple, "Processing changes for Sign in with Apple accounts".

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

/** @param claims whose issuer, audience and times are right. @returns undefined for what is no notification. */
export function readAppleNotification({ jti, iat, events }: Claims): AppleNotification | undefined {
  if (typeof jti !== 'string' || jti.length === 0 || jti.length > 255) return undefined;
  if (typeof iat !== 'number' || events === undefined) return undefined;
  const goodUntil = new Date((iat + appleNotificationSeconds + 2 * clockToleranceSeconds) * 1000);
  return { jti, goodUntil, event: readEvent(events) };
}

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
