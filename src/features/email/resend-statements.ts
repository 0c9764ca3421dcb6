// The statement that queues another mail of a request.

import { sql } from 'drizzle-orm/sql/sql';
import {
  grantPurposes,
  knownCounter,
  lockedDestination,
  mailAllowance,
} from '../../authentication/destinations.ts';
import {
  isHeldForUndo,
  type MailRequest,
  queuedGrantMail,
  type RequestedMail,
  requestedMailOutcome,
} from '../../authentication/requested-mail.ts';
import { mayHaveAccount } from '../../authentication/sign-up.ts';
import type { Database } from '../../database/client.ts';
import { idempotentCall } from '../../database/idempotent-calls.ts';
import type { Config } from '../../environment.ts';
import { isNotEnded } from '../../sessions/active-caller.ts';
import { isLatest } from './new-address-statements.ts';

/** Which request it is, by its handle or by the link of a mail of it, whether or not that works yet. */
type AskedMail = { readonly requestId: string } | { readonly tokenHash: string };

/**
 * Queues another mail for a request that waits: its handle stays, and the codes of all its mails work. Does the same
 * for one that is over, and tells nobody which. Nothing for a request that is not there any more.
 */
export async function resendMail(
  database: Database,
  of: AskedMail,
  {
    deviceId,
    newId,
    callHash,
    locale,
    now,
    purpose,
    signUp,
  }: MailRequest & { readonly deviceId: string | null } & Pick<Config, 'signUp'>,
): Promise<RequestedMail | undefined> {
  const time = sql`${now.toISOString()}::timestamptz`;
  const { seconds } = grantPurposes[purpose];
  const which =
    'requestId' in of
      ? sql`${of.requestId}`
      : sql`(select g.request_id from mailed_grants g where g.token_hash = ${of.tokenHash})`;
  const isHeld = isHeldForUndo(sql`r.address_hash`, now, sql`r.user_id`);
  const isFree = sql`owner.id is null and not ${isHeld}`;
  const mayHave = mayHaveAccount({ signUp }, sql`r.email`);
  // Both are about whoever has the address by then.
  const isNobodysYet = sql`r.purpose in ('register', 'sign-in')`;
  const [asked] = await database.query<RequestedMail>(
    sql`
      with ${idempotentCall({ callHash, newId, now })},
      asked as (
        select r.*, ${knownCounter(sql`r.email`, deviceId, now)} as counter from email_requests r, call
        where r.id = ${which} and r.purpose = ${purpose}
      ),
      ${lockedDestination(sql`select address_hash from asked`, now)},
      ${mailAllowance(
        sql`
          select e.address_hash, asked.counter, e.grant_epoch, call.id as mail_id from epoch e, asked, call`,
        { purpose, lifetimeSeconds: seconds, now },
      )},
      request as (
        -- Of one that is over as well, or the time when its wrong codes are refused would tell.
        update email_requests r
        set expires_at = greatest(r.expires_at, ${time} + ${seconds}::int * interval '1 second'), locale = coalesce(r.locale, ${locale}::text)
        from allowance, asked
        where r.id = asked.id
        returning r.*
      ),
      about as (
        select case r.purpose
            when 'register' then case when not ${isFree} then 'address-taken' when ${mayHave} then 'verify-email' end
            -- An address that was taken when it was asked for was not kept.
            when 'change-email' then case when r.email is not null and ${isFree} and ${isLatest} and exists (
                select from sessions s join users u on u.id = s.user_id
                where s.id = r.session_id and ${isNotEnded()}
              ) then 'confirm-new-email' end
            when 'sign-in' then case when owner.id is null and ${isHeld} then 'address-taken'
                -- What was asked for while nobody could have an account with it was not kept.
                when r.email is not null and ${mayHave} then 'sign-in-code' end
            -- To an address that is the account's no more it would prove nothing.
            when 'reset-password' then case when exists (
                select from users u where u.id = r.user_id and u.email = r.email
              ) then 'reset-password' end
          end as kind,
          case when ${isNobodysYet} then owner.id else r.user_id end as user_id,
          case when ${isNobodysYet} and owner.id is null then r.email end as recipient,
          case r.purpose when 'register' then ${isFree} when 'sign-in' then owner.id is not null or not ${isHeld} else true end as has_grant
        from request r join epoch e on e.grant_epoch = r.grant_epoch and r.spent_at is null
        left join users owner on owner.email = r.email and owner.email_verified_at is not null
      ),
      ${queuedGrantMail({ purpose, mailId: sql`(select id from call)`, now })}
      ${requestedMailOutcome}`,
    { repeatable: true },
  );
  return asked;
}
