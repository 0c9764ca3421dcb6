// User enumeration: whoever asks for a mail with a link and a code causes the same work and gets the same answer for
// any address, whether or not a mail leaves.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { idempotentCall } from '../database/idempotent-calls.ts';
import { queuedMail } from '../database/mail-queue.ts';
import {
  addressHash,
  type GrantPurpose,
  grantPurposes,
  lockedDestination,
  longCodeCharacters,
  mailAllowance,
} from './destinations.ts';

/** The answer of a statement that may have queued a mail. */
export type RequestedMail = {
  readonly request_id: string;
  readonly created_at: string;
  /** Whether codes of this address are long ones at the moment. */
  readonly is_long: boolean;
  /** Seconds until another mail may leave. */
  readonly resend_after: number;
};

export type MailRequest = {
  readonly purpose: GrantPurpose;
  /** Of the request, and of its first mail. */
  readonly newId: string;
  readonly callHash: string | null;
  /** The language of whoever asks. */
  readonly locale: string | null;
  readonly now: Date;
};

/**
 * Common table expressions that make a request and queue its mail; the statement ends with `requestedMailOutcome`. A
 * repetition of the call gets the same request and queues nothing more.
 *
 * @param about a query, one row or none, that gives `email`, `counter` (destinations.ts), `kind` of the mail (null:
 *   none leaves),
 *   `user_id` and `recipient` of the mail, and `has_grant`; and what the request keeps: `owner_id`, `session_id`, `name`, `photo`, and where
 *   there is one `acr` and `metadata`.
 */
export function requestedMail(about: SQL, { purpose, newId, callHash, locale, now }: MailRequest): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  const { seconds } = grantPurposes[purpose];
  return sql`
    about as (select a.*, ${addressHash(sql`a.email`)} as address_hash from (${about}) a),
    ${idempotentCall({ callHash, newId, now })},
    ${lockedDestination(sql`select address_hash from about, call`, now)},
    ${mailAllowance(
      sql`
        select e.address_hash, about.counter, e.grant_epoch, call.id as mail_id from epoch e, about, call`,
      { purpose, lifetimeSeconds: seconds, now },
    )},
    request as (
      insert into email_requests as r (id, purpose, address_hash, email, user_id, session_id, acr, grant_epoch, name,
        photo, locale, metadata, created_at, expires_at)
      -- Data minimisation: the address of somebody who has no account, and asked for none, is not kept. A sign-in asks for one.
      select call.id, ${purpose}, e.address_hash,
        case when ${purpose}::text = 'register' or about.kind is not null then about.email end, about.owner_id, about.session_id,
        to_jsonb(about) ->> 'acr', e.grant_epoch, about.name, about.photo, ${locale}::text,
        nullif(to_jsonb(about) -> 'metadata', 'null'), ${time}, ${time} + ${seconds}::int * interval '1 second'
      from call, about, epoch e
      on conflict (id) do update set purpose = excluded.purpose
      returning r.id, r.created_at
    ),
    ${queuedGrantMail({ purpose, mailId: sql`(select id from call)`, now })}`;
}

/** A common table expression `queued`: the mail that `about`, `allowance` and `request` say. */
export function queuedGrantMail({
  purpose,
  mailId,
  now,
}: {
  readonly purpose: GrantPurpose;
  readonly mailId: SQL;
  readonly now: Date;
}): SQL {
  const { digits } = grantPurposes[purpose];
  return queuedMail({
    mailId,
    kind: sql`(select kind from about)`,
    to: sql`
      select about.user_id, about.recipient, case when about.has_grant then request.id end as request_id,
        jsonb_build_object('code_length', case when is_long then ${longCodeCharacters}::int else ${digits}::int end) as details
      from about, allowance, request where allowance.is_allowed and about.kind is not null`,
    now,
  });
}

/** What the statement ends with. */
export const requestedMailOutcome = sql`
  select request.id as request_id, request.created_at, allowance.is_long, allowance.resend_after from request, allowance`;

/**
 * A condition: nobody has proven the address, and no other account may have it back. So it can be proven.
 *
 * @param hash the address's, `addressHash`.
 * @param butFor the id of a user whose own account does not count.
 */
export function isFreeAddress(email: SQL, hash: SQL, now: Date, butFor?: SQL): SQL {
  return sql`(
    not exists (select from users proven where proven.email = ${email} and proven.email_verified_at is not null)
    and not ${isHeldForUndo(hash, now, butFor)})`;
}

/**
 * A condition: an account may still have the address back (undo-email-change), so that nobody else can prove it.
 *
 * @param butFor the id of a user whose own account does not count.
 */
export function isHeldForUndo(hash: SQL, now: Date, butFor: SQL = sql`null::uuid`): SQL {
  return sql`exists (
    select from email_requests held
    where held.address_hash = ${hash} and held.purpose = 'undo-email-change' and held.spent_at is null
      and held.expires_at > ${now.toISOString()} and held.user_id is distinct from ${butFor})`;
}
