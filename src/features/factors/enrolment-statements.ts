// The statements that turn TOTP on: a secret is asked for, and its first code confirms it.

import { sql } from 'drizzle-orm/sql/sql';
import { noticedFactorChange } from '../../authentication/factor-notice.ts';
import { accountName } from '../../database/account-name.ts';
import type { Database } from '../../database/client.ts';
import { wasSpentBy } from '../../database/idempotent-calls.ts';
import type { EventContext } from '../../database/security-events.ts';
import { removedFactorKeptSeconds, totpEnrolmentSeconds } from '../../lifetimes.ts';
import { activeCaller, type Caller, isOfEpoch, isOfUsersLevel } from '../../sessions/active-caller.ts';
import { levelOf } from '../../sessions/state.ts';

/**
 * Keeps a secret that waits for its first code. The one that the same session asked for before is void.
 *
 * @returns whose it is; nothing where the caller's session has ended, or is not at the user's level, or its user is a guest: a second
 *   factor is one beside a first.
 */
export async function enrolTotp(
  database: Database,
  enrolment: Caller & { readonly id: string; readonly secret: string },
): Promise<{ readonly account: string } | undefined> {
  const { id, secret, sessionId } = enrolment;
  const now = sql`${enrolment.now.toISOString()}::timestamptz`;
  const [owner] = await database.query<{ account: string }>(
    sql`
      with ${activeCaller(enrolment, { usersLevel: true, noGuest: true })},
      owner as (
        select u.id, ${accountName} as account from users u join caller on caller.user_id = u.id
        where ${isOfEpoch({ session: 'caller' })} for no key update of u
      ),
      void as (
        delete from totp_secrets t using owner
        where t.user_id = owner.id and t.session_id = ${sessionId} and t.confirmed_at is null and t.id <> ${id}
      ),
      enrolled as (
        insert into totp_secrets (id, user_id, session_id, secret, created_at, expires_at)
        select ${id}, id, ${sessionId}, ${secret}, ${now}, ${now} + ${totpEnrolmentSeconds}::int * interval '1 second'
        from owner
        on conflict (id) do nothing
      )
      select account from owner`,
    { repeatable: true },
  );
  return owner;
}

/** A secret that this session asked for. */
export type PendingTotp = {
  /** The caller's token is at the user's level. */
  readonly is_sure: boolean;
  /** Null where there is none. */
  readonly id: string | null;
  readonly secret: string | null;
  /** This very call has confirmed it. */
  readonly is_repeat: boolean | null;
};

type Confirming = Caller & {
  /** What tells this call and its repetition from any other. */
  readonly call: string;
};

/** Nothing where the caller's session has ended. */
export async function readPendingTotp(
  database: Database,
  reading: Confirming,
): Promise<PendingTotp | undefined> {
  const now = sql`${reading.now.toISOString()}::timestamptz`;
  const [pending] = await database.query<PendingTotp>(
    sql`
      with ${activeCaller(reading)}
      select ${isOfUsersLevel(reading)} as is_sure, pending.*
      from caller join users u on u.id = caller.user_id
      left join lateral (
        select t.id, t.secret, t.confirmed_at is not null as is_repeat
        from totp_secrets t
        where t.user_id = u.id and t.session_id = ${reading.sessionId}
          and case when t.confirmed_at is null then t.expires_at > ${now} else ${isRepeat(reading)} end
        order by is_repeat desc, t.id desc limit 1
      ) pending on true`,
    { repeatable: true },
  );
  return pending;
}

/**
 * Turns TOTP on, in place of an older secret where there is one. The code was shown, so the caller's session is one that
 * was signed in with it, too; when it was, stays. The same code signs nobody in afterwards.
 *
 * @returns `void` where the secret is none to confirm any more; `refused` where the session has ended, or is not at the
 *   user's level.
 */
export async function confirmTotp(
  database: Database,
  confirmation: Confirming &
    EventContext & { readonly id: string; readonly step: number; readonly mailId: string },
): Promise<'confirmed' | 'repeated' | 'void' | 'refused'> {
  const { id, step, call, level, sessionId, mailId } = confirmation;
  const now = sql`${confirmation.now.toISOString()}::timestamptz`;
  const { amr, issued } = levelOf();
  const [row] = await database.query<{ outcome: 'confirmed' | 'repeated' | 'void' | 'refused' }>(
    sql`
      with ${activeCaller(confirmation)},
      -- Lock order: the user, the secrets, the session.
      owner as (
        select u.id, u.totp_id, ${isOfUsersLevel(confirmation)} as is_sure
        from users u join caller on caller.user_id = u.id
        where ${isOfEpoch({ session: 'caller' })} for no key update of u
      ),
      -- Having waited for another call, it is what that has left.
      pending as (
        select t.id, t.confirmed_at is null and t.expires_at > ${now} as is_open, ${isRepeat(confirmation)} as is_repeat
        from totp_secrets t join owner on owner.id = t.user_id
        where t.id = ${id} and t.session_id = ${sessionId} for no key update of t
      ),
      confirmed as (
        update totp_secrets t
        set confirmed_at = ${now}, expires_at = null, last_step = ${step}::bigint, spent_call = ${call}, spent_at = ${now}
        from pending p, owner o where t.id = p.id and p.is_open and o.is_sure
        returning t.id, t.user_id
      ),
      replaced as (
        update totp_secrets t
        set removed_at = ${now}, expires_at = ${now} + ${removedFactorKeptSeconds}::int * interval '1 second'
        from owner o, confirmed c where t.id = o.totp_id
      ),
      changed as (
        update users u
        set totp_id = c.id, factors_version = u.factors_version + 1, updated_at = ${now}
        from confirmed c where u.id = c.user_id
        returning u.id as user_id, u.email
      ),
      renewed as (
        update sessions s
        set amr = ${amr} || array(select m from unnest(string_to_array('otp mfa', ' ')) m where m <> all (${amr})),
          acr = 'aal2', auth_time = ${levelOf().authTime}, issued_level = ${issued}
        from changed c where s.id = ${sessionId} and s.user_id = c.user_id and s.ended_at is null
      ),
      ${noticedFactorChange({
        ...confirmation,
        mailId,
        kind: 'totp-added',
        of: sql`
          select user_id, ${sessionId}::uuid as session_id, email, ${level?.acr ?? null}::text as acr, null::jsonb as details
          from changed`,
      })}
      select case
          when exists (select from confirmed) then 'confirmed' when p.is_repeat then 'repeated'
          when o.is_sure then 'void' else 'refused'
        end as outcome
      from owner o left join pending p on true`,
    { repeatable: true },
  );
  return row?.outcome ?? 'refused';
}

/** A condition on `t`, a secret: it was this call that confirmed or made it. */
export function isRepeat({ call, now }: Pick<Confirming, 'call' | 'now'>) {
  return wasSpentBy(call, { row: 't', now });
}
