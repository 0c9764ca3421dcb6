// The statements about a forgotten password.

import { sql } from 'drizzle-orm/sql/sql';
import { forgottenAttempts } from '../../authentication/attempts.ts';
import { knownCounter } from '../../authentication/destinations.ts';
import {
  type GrantResult,
  type Presentation,
  type PresentedGrant,
  presentedGrant,
  spentRequest,
} from '../../authentication/mailed-grants.ts';
import {
  type MailRequest,
  type RequestedMail,
  requestedMail,
  requestedMailOutcome,
} from '../../authentication/requested-mail.ts';
import type { Database } from '../../database/client.ts';
import { queuedMail } from '../../database/mail-queue.ts';
import { type RequestMetadata, recordedEvent } from '../../database/security-events.ts';
import { factorTriesSeconds } from '../../lifetimes.ts';
import { endedSessions } from '../../sessions/end.ts';

/** Queues a reset mail if somebody has the address; makes a request in either case, and tells nobody which. */
export async function requestPasswordReset(
  database: Database,
  request: MailRequest & { readonly email: string; readonly deviceId: string | null },
): Promise<RequestedMail | undefined> {
  const { email, deviceId, now } = request;
  const [asked] = await database.query<RequestedMail>(
    sql`
      with ${requestedMail(
        sql`
          select ${email}::text as email, ${knownCounter(email, deviceId, now)} as counter,
            case when owner.id is not null then 'reset-password' end as kind, true as has_grant, owner.id as user_id,
            null::text as recipient, owner.id as owner_id, null::uuid as session_id, null::text as name, null::text as photo
          from (values (1)) one left join users owner on owner.email = ${email}`,
        request,
      )}
      ${requestedMailOutcome}`,
    { repeatable: true },
  );
  return asked;
}

type Looking = Omit<Presentation, 'purposes' | 'use' | 'and' | 'mayTry'>;

/** To another address than the account has now, the mail would prove nothing. */
const isOfTheAccount = sql`exists (select from users u where u.id = r.user_id and u.email = r.email)`;

/** Looks at the grant before a password is hashed for it. A wrong code counts. */
export async function lookAtReset(
  database: Database,
  presented: PresentedGrant,
  looking: Looking,
): Promise<(GrantResult & { readonly email: string; readonly name: string }) | undefined> {
  const [verdict] = await database.query<GrantResult & { readonly email: string; readonly name: string }>(
    sql`
      with ${presentedGrant(presented, { ...looking, purposes: ['reset-password'], and: isKnownIfRight })}
      select v.outcome, v.attempts_left, v.user_id, v.email, coalesce((select u.name from users u where u.id = v.user_id), '') as name,
        (select wrong_codes from campaign) as campaign
      from verdict v`,
    { repeatable: true },
  );
  return verdict;
}

/** A request for an address that nobody has is as alive as any: what is wrong with it is that no code is right. */
const isKnownIfRight = sql`r.user_id is null or ${isOfTheAccount}`;

/**
 * Uses the grant for a new password. Whoever reads the account's mail has it to themselves from then on: every
 * session ends, no device is known any more, the address is verified, changes of the address under way are off with
 * the sessions that asked for them, and the pauses of the login are over. What nobody had proven before has no more
 * rights than anybody.
 */
export async function resetPassword(
  database: Database,
  presented: PresentedGrant,
  reset: Looking & {
    readonly use: string;
    readonly passwordHash: string;
    readonly origin: RequestMetadata;
    readonly mailId: string;
  },
): Promise<GrantResult | undefined> {
  const { now } = reset;
  const time = now.toISOString();
  const [verdict] = await database.query<GrantResult>(
    sql`
      with ${presentedGrant(presented, { ...reset, purposes: ['reset-password'], and: isKnownIfRight })},
      ${spentRequest(reset)},
      owner as (
        update users u
        set password_hash = ${reset.passwordHash}, password_version = u.password_version + 1,
          session_epoch = u.session_epoch + 1, failed_sign_ins = 0,
          role = case when u.email_verified_at is null then 'user' else u.role end,
          app_metadata = case when u.email_verified_at is null then '{}' else u.app_metadata end,
          email_verified_at = coalesce(u.email_verified_at, ${time}), updated_at = ${time}
        from spent
        where u.id = spent.user_id and u.email = spent.email
        returning u.id as user_id, u.email, u.totp_id, null::uuid as session_id, null::jsonb as details
      ),
      -- The second factor is asked for still, but the tries at it begin anew: once a day, or whoever reads the mailbox had as many as
      -- they like.
      forgotten_failures as (
        update totp_secrets t set failures = 0
        from owner
        where t.id = owner.totp_id and t.failures > 0 and not exists (
          select from security_events e
          where e.user_id = owner.user_id and e.kind = 'password-reset'
            and e.created_at > ${time}::timestamptz - ${factorTriesSeconds}::int * interval '1 second'
        )
      ),
      ${endedSessions({ which: sql`s.user_id = (select user_id from owner)`, reason: 'password-reset', now })},
      forgotten_devices as (delete from known_devices where user_id = (select user_id from owner)),
      ${forgottenAttempts(sql`(select email from owner)`)},
      ${recordedEvent({
        ...reset,
        eventId: reset.use,
        kind: 'password-reset',
        of: sql`select user_id, session_id from owner`,
      })},
      ${queuedMail({ ...reset, kind: 'password-changed', to: sql`select user_id, details from owner` })}
      select case when v.outcome = 'right' and not exists (select from owner) then 'dead' else v.outcome end as outcome,
        v.attempts_left, v.user_id, (select wrong_codes from campaign) as campaign
      from verdict v`,
    { repeatable: true },
  );
  return verdict;
}
