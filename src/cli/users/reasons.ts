// Why somebody cannot sign in, from what the database has. Pure.

import { maximumFailedSignIns } from '../../lifetimes.ts';
import { moment } from './printed.ts';
import type { Facts, FailedMail, Tried } from './why-statements.ts';

export type Reason = {
  readonly code: string;
  /** Whether nobody gets in for as long as it lasts; or it is only likely to keep somebody out. */
  readonly blocks: boolean;
  readonly sentence: string;
};

/** The likeliest first: what nobody gets past, and then what many trip over. */
export function reasonsIn(facts: Facts, named: string, now: Date): Reason[] {
  const found = [
    ...(facts.user ? ofAccount(facts, facts.user) : ofNobody(facts, named)),
    ...pauses(facts, now),
    ...(facts.user ? ofPassword(facts, facts.user) : []),
    ...facts.mails.map(ofMail),
    ...longCodes(facts),
    ...(facts.user ? ofSecondFactor(facts, facts.user) : []),
  ];
  return [...found.filter(({ blocks }) => blocks), ...found.filter(({ blocks }) => !blocks)];
}

type User = NonNullable<Facts['user']>;

const blocking = (code: string, sentence: string): Reason => ({ code, blocks: true, sentence });
const hindering = (code: string, sentence: string): Reason => ({ code, blocks: false, sentence });

function ofNobody({ registration, held_until, held_for }: Facts, named: string): Reason[] {
  const reasons = [blocking('no-account', `Nobody has the address or the id ${named}.`)];
  if (registration)
    reasons.push(
      blocking(
        'registration-waits',
        `A registration waits since ${moment(registration.created_at)} for the link or the code of its mail, until ${moment(registration.expires_at)}.`,
      ),
    );
  if (held_until) reasons.push(held(held_until, held_for));
  return reasons;
}

function held(until: string, holder: string | null): Reason {
  return blocking(
    'address-held',
    `The address is held until ${moment(until)}: the account ${holder} left it and may have it back, so no other can prove it.`,
  );
}

function ofAccount(facts: Facts, user: User): Reason[] {
  const reasons: Reason[] = [];
  if (user.disabled_at !== null)
    reasons.push(
      blocking(
        'disabled',
        `The account is disabled since ${moment(user.disabled_at)}: ${user.disabled_reason ?? 'no reason was given'}.`,
      ),
    );
  if (user.is_guest)
    reasons.push(
      blocking(
        'guest',
        user.sessions > 0
          ? 'The account is a guest’s: nothing signs in to it but the session that it has.'
          : 'The account is a guest’s whose session is over: nothing leads into it any more.',
      ),
    );
  else if (user.email !== null && !user.email_verified)
    reasons.push(
      blocking(
        'not-proven',
        'The address is not proven: the account was imported unverified, and opens once its owner has used the mail of a registration or a reset.',
      ),
    );
  if (!user.email_verified && facts.held_until) reasons.push(held(facts.held_until, facts.held_for));
  return reasons;
}

function pauses({ strangers, devices, tried }: Facts, now: Date): Reason[] {
  const reasons: Reason[] = [];
  const left = (until: string) => `${moment(until)} (${waiting(Date.parse(until) - now.getTime())})`;
  if (strangers)
    reasons.push(
      blocking(
        'paused',
        `No password is looked at until ${left(strangers.locked_until)}, but on known devices: ${strangers.attempts} were tried in a row${from(tried, false)}.`,
      ),
    );
  for (const device of devices)
    reasons.push(
      blocking(
        'device-paused',
        `On the known device ${device.id} (${[device.name, device.ip].filter(Boolean).join(', ') || 'no session of it is left'}) no password is looked at until ${left(device.locked_until)}: ${device.attempts} were tried in a row.`,
      ),
    );
  return reasons;
}

function ofPassword({ tried }: Facts, user: User): Reason[] {
  if (user.is_guest) return [];
  if (user.hash_kind === null) return [noPassword(user)];
  const reasons: Reason[] = [];
  if (user.failed_sign_ins >= maximumFailedSignIns)
    reasons.push(
      blocking(
        'too-many-failures',
        `${user.failed_sign_ins} sign-ins in a row have failed on devices that are not known, so no password is good there until a reset by mail${from(tried, false)}.`,
      ),
    );
  else if (user.failed_sign_ins > 0 || tried.some(({ factor }) => !factor))
    reasons.push(
      hindering(
        'wrong-password',
        `Wrong passwords were typed: ${user.failed_sign_ins} in a row on devices that are not known${from(tried, false)}.`,
      ),
    );
  if (user.hash_kind !== '$argon2id$')
    reasons.push(
      hindering(
        'imported-password',
        `The password is of another system still (${user.hash_kind}…), and is taken where IMPORTED_HASHES is "true".`,
      ),
    );
  return reasons;
}

function noPassword(user: User): Reason {
  const ways = [
    user.passkeys > 0 ? `passkeys (${user.passkeys})` : '',
    ...user.providers,
    user.email_verified ? 'codes by mail, where EMAIL_CODES is "true"' : '',
  ].filter(Boolean);
  return hindering(
    'no-password',
    ways.length > 0
      ? `The account has no password. What opens it: ${ways.join(', ')}; and a reset by mail gives it a password.`
      : 'The account has no password: a reset by mail gives it one.',
  );
}

function ofSecondFactor({ tried }: Facts, user: User): Reason[] {
  if (user.totp_failures === null) return [];
  const owed = `A second factor is owed: a code of the app, or one of ${user.recovery_codes_left} recovery codes${user.passkeys > 0 ? ', or a passkey' : ''}`;
  if (user.totp_failures >= maximumFailedSignIns)
    return [
      blocking(
        'too-many-codes',
        `${owed}; ${user.totp_failures} wrong ones in a row, so none is good until a reset by mail${from(tried, true)}.`,
      ),
    ];
  const failures = user.totp_failures > 0 ? `; ${user.totp_failures} wrong ones in a row` : '';
  return [hindering('second-factor', `${owed}${failures}${from(tried, true)}.`)];
}

function ofMail(mail: FailedMail): Reason {
  const cause = mail.last_error ?? 'nothing has tried to send it: is the cron trigger on?';
  return mail.failed_at
    ? hindering(
        'mail-failed',
        `The mail ${mail.kind} of ${moment(mail.created_at)} was given up (${mail.id}): ${cause}`,
      )
    : hindering(
        'mail-waits',
        `The mail ${mail.kind} of ${moment(mail.created_at)} has not left after ${mail.attempts} tries, the next at ${moment(mail.due_at)}: ${cause}`,
      );
}

function longCodes({ has_long_codes, is_campaign }: Facts): Reason[] {
  if (!has_long_codes && !is_campaign) return [];
  const why = has_long_codes
    ? 'wrong ones were typed for this address, or many were mailed'
    : 'so many wrong ones are typed over the whole service that somebody must be guessing';
  return [
    hindering(
      'long-codes',
      `New codes by mail have 12 letters and digits for a day: ${why}. Links work as before.`,
    ),
  ];
}

/** Guesses are counted by the hour, each hour with the network of its last. */
function from(tried: readonly Tried[], factor: boolean): string {
  const places = tried.filter((place) => place.factor === factor);
  if (places.length === 0) return '';
  const named = places.map(
    ({ ip, times, last_at }) =>
      `${ip ?? 'an unknown address'} (${times} times, last in the hour of ${moment(last_at)})`,
  );
  return `; in the last seven days from ${named.join(', ')}`;
}

function waiting(milliseconds: number): string {
  const minutes = Math.ceil(milliseconds / 60_000);
  return minutes <= 1 ? 'within a minute' : `in ${minutes} minutes`;
}
