// Limits by the address that mails go to, alike for any address, whether or not somebody has it: the epoch of its
// grants, its rate of mails, and the wrong codes that were typed for it.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import {
  destinationKeptSeconds,
  longCodeAfterMails,
  longCodeAfterWrongCodes,
  longCodesAfterWrongCodesAnHour,
  mailSpacingSeconds,
  passwordResetSeconds,
  signInCodeSeconds,
  undoSeconds,
  verificationSeconds,
} from '../lifetimes.ts';
import { targetHash } from './attempts.ts';

/** What a mailed link or code is for: how long it lives, and how many digits its code has; an undo has none, a sign-in no link. */
export const grantPurposes = {
  register: { seconds: verificationSeconds, digits: 6 },
  'change-email': { seconds: verificationSeconds, digits: 6 },
  'reset-password': { seconds: passwordResetSeconds, digits: 8 },
  'sign-in': { seconds: signInCodeSeconds, digits: 8 },
  'undo-email-change': { seconds: undoSeconds, digits: 0 },
} as const;

export type GrantPurpose = keyof typeof grantPurposes;

export const longCodeCharacters = 12;

/** SHA-256 of an address, in hexadecimal. */
export const addressHash = (email: string | SQL): SQL => targetHash(sql`${email}::text`);

/**
 * An expression: whose row counts. A known device of the account that has the address has one of its own; all others
 * are strangers.
 */
export function knownCounter(email: string | SQL, deviceId: string | null, now: Date): SQL {
  return sql`coalesce((
    select k.id::text from known_devices k join users owned
      on owned.id = k.user_id and owned.password_version = k.password_version
    where k.id = ${deviceId} and k.expires_at > ${now.toISOString()} and owned.email = ${email}
  ), 'stranger')`;
}

const seconds = (count: number | SQL): SQL => sql`${count}::int * interval '1 second'`;
const day = 24 * 60 * 60;

/**
 * A common table expression `epoch` (`address_hash`, `grant_epoch`): the destination's row, locked, so that
 * statements about one address go one after the other. Whoever needs it must name it in `from`.
 *
 * @param of a query that gives `address_hash`, one row or none.
 * @param as what it is called, beside another.
 */
export function lockedDestination(of: SQL, now: Date, as = 'epoch'): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  return sql`
    ${sql.raw(as)} as (
      insert into email_destinations as d (address_hash, counter, counted_since, mails_paid_until, expires_at)
      select address_hash, '', ${time}, ${time}, ${time} + ${seconds(destinationKeptSeconds)} from (${of}) destination
      on conflict (address_hash, counter) do update set expires_at = excluded.expires_at
      returning address_hash, grant_epoch
    )`;
}

/**
 * Common table expressions, the last one `allowance` (`is_allowed`, `is_long`, `resend_after` in seconds): a rate limit as a leaky
 * bucket, which `mails_paid_until` fills and time empties. Beyond it a mail may leave where none of its purpose is
 * alive. Decided in the locked row, so that thirty calls at once get no more than one after the other. The same mail
 * once more is allowed as it was and counts no more.
 *
 * @param of a query that gives `address_hash`, `counter`, `grant_epoch` and `mail_id`: one row, or none for no mail.
 */
export function mailAllowance(
  of: SQL,
  {
    as = 'allowance',
    purpose,
    lifetimeSeconds,
    now,
  }: { as?: string; purpose: string; lifetimeSeconds: number; now: Date },
): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  const hour = sql`interval '1 hour'`;
  const spacing = seconds(mailSpacingSeconds);
  // By a name: a query that stands here twice is planned twice, and sent twice.
  const asked = sql.raw(`${as}_asked`);
  return sql`
    ${asked} as (${of}),
    ${sql.raw(as)} as (
      insert into email_destinations as d (address_hash, counter, grant_epoch, mails, counted_since, mails_paid_until, alive,
        decided_for, expires_at)
      select address_hash, counter, grant_epoch, 1, ${time}, ${time} + ${spacing},
        jsonb_build_object(${purpose}::text, ${time} + ${seconds(lifetimeSeconds)}), mail_id,
        ${time} + ${seconds(destinationKeptSeconds)}
      from ${asked}
      on conflict (address_hash, counter) do update
      set (grant_epoch, mails, wrong_codes, counted_since, mails_paid_until, alive, decided_for, expires_at) = (
        select
          case when is_allowed then excluded.grant_epoch else d.grant_epoch end,
          case when is_old then 0 else d.mails end + is_allowed::int,
          case when is_old then 0 else d.wrong_codes end,
          case when is_old then ${time} else d.counted_since end,
          case when is_allowed then least(paid + ${spacing}, ${time} + ${hour}) else d.mails_paid_until end,
          case when is_allowed
            then case when d.grant_epoch = excluded.grant_epoch then d.alive else '{}' end || excluded.alive
            else d.alive end,
          case when is_allowed then excluded.decided_for else d.decided_for end,
          excluded.expires_at
        from (
          select paid, d.counted_since <= ${time} - ${seconds(day)} as is_old,
            d.decided_for is distinct from excluded.decided_for and (
              paid + ${spacing} <= ${time} + ${hour}
              or d.grant_epoch <> excluded.grant_epoch
              or coalesce((d.alive ->> ${purpose}::text)::timestamptz <= ${time}, true)
            ) as is_allowed
          from (select greatest(d.mails_paid_until, ${time}) as paid) bucket
        ) verdict
      )
      returning decided_for = (select mail_id from ${asked}) as is_allowed,
        wrong_codes >= ${longCodeAfterWrongCodes} or mails > ${longCodeAfterMails} or (${campaign(time)}) as is_long,
        greatest(30, ceil(extract(epoch from mails_paid_until + ${spacing} - ${hour} - ${time})))::int as resend_after
    )`;
}

/** A condition: so many wrong codes were typed over all addresses that somebody must be guessing. */
function campaign(time: SQL): SQL {
  return sql`exists (
    select from email_destinations c where c.address_hash = 'service' and c.counter = ''
      and c.wrong_codes >= ${longCodesAfterWrongCodesAnHour} and c.counted_since > ${time} - interval '1 hour')`;
}

/**
 * Common table expressions `counted` and `campaign` (`wrong_codes`): a wrong code, counted at its destination and
 * over the whole service, whose row is locked last.
 *
 * @param of a query that gives `address_hash` and `counter`, one row or none.
 */
export function countedWrongCode(of: SQL, now: Date): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  const counted = (as: string, from: SQL, windowSeconds: number) => sql`
    ${sql.raw(as)} as (
      insert into email_destinations as d (address_hash, counter, wrong_codes, counted_since, mails_paid_until, expires_at)
      select address_hash, counter, 1, ${time}, ${time}, ${time} + ${seconds(destinationKeptSeconds)} from (${from}) wrong
      on conflict (address_hash, counter) do update
      set (wrong_codes, mails, counted_since, expires_at) = (
        select case when is_old then 0 else d.wrong_codes end + 1, case when is_old then 0 else d.mails end,
          case when is_old then ${time} else d.counted_since end, excluded.expires_at
        from (select d.counted_since <= ${time} - ${seconds(windowSeconds)} as is_old) age
      )
      returning wrong_codes
    )`;
  const ofService = sql`select 'service' as address_hash, '' as counter from counted`;
  return sql`${counted('counted', of, day)}, ${counted('campaign', ofService, 60 * 60)}`;
}

/**
 * A common table expression `notice` (`is_allowed`): mails of one kind that only say something have an allowance of
 * their own, by the address that they go to.
 *
 * @param of a query that gives `email` and `mail_id`: one row, or none for no mail.
 */
export function noticeAllowance(of: SQL, { kind, now }: { readonly kind: string; readonly now: Date }): SQL {
  return mailAllowance(
    sql`
      select ${addressHash(sql`notice.email`)} as address_hash, ${`notice ${kind}`} as counter, 0 as grant_epoch,
        notice.mail_id
      from (${of}) notice`,
    // It is "alive" for as long as the allowance counts: beyond it none leaves.
    { as: 'notice', purpose: kind, lifetimeSeconds: 60 * 60, now },
  );
}
