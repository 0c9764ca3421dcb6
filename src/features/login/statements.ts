// The two statements of a login: one counts the attempt and reads the account, the other acts on what the password was.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { somethingToFlush } from '../../database/flush.ts';
import { countingOfAttempt, forgettingOfAttempts, targetHash } from '../../database/login-attempts.ts';
import { mailIsWelcome, queueingOfMail } from '../../database/mail-queue.ts';
import type { NewestToken } from '../../database/newest-token.ts';
import { type RequestOrigin, recordingOfEvent } from '../../database/security-events.ts';

/** What a login is checked against. */
export type Candidate = {
  /** Whose password it is; null where nobody has the address. */
  readonly id: string | null;
  readonly email_verified: boolean | null;
  /** The account's; where there is none, that of some other account; null where there is no account at all. */
  readonly password_hash: string | null;
  /** False while the address is in a pause: then whatever is given is wrong. */
  readonly counts: boolean;
};

/**
 * Counts an attempt at an address before any password is looked at, so that concurrent guesses cannot slip under the
 * limit, and reads what to check it against.
 *
 * A stranger must not tell by the time whether there is an account, or a pause. Hashes that other systems made cost what
 * they cost; so an address that nobody has is checked against the hash of an account that is picked by the address, and is
 * as likely to be such a one as any account. The outcome of that check is nothing.
 */
export async function beginLogin(
  database: Database,
  { email, now }: { email: string; now: Date },
): Promise<Candidate> {
  const [candidate] = await database.query<Candidate>(
    sql`
      with attempt as (${countingOfAttempt(sql`${email}::text`, { now })})
      select u.id, u.email_verified_at is not null as email_verified, exists (select from attempt) as counts,
        coalesce(u.password_hash, (
          select other.password_hash from users other where other.email > ${targetHash(sql`${email}::text`)}
          order by other.email limit 1
        )) as password_hash
      from (values (1)) one left join users u on u.email = ${email}`,
    // A second count of one attempt does no harm.
    { repeatable: true },
  );
  return candidate as Candidate;
}

/**
 * Writes the failure down, and the same for an address that nobody has: neither time nor trace tells them apart. What came
 * in a pause only takes as long: or a guesser could fill the table, and push out of its owner's sight what happened before.
 */
export async function recordFailedLogin(
  database: Database,
  failure: {
    readonly email: string;
    readonly counts: boolean;
    readonly origin: RequestOrigin;
    readonly eventId: string;
    readonly now: Date;
  },
): Promise<void> {
  const owner = sql`
    select (select id from users where email = ${failure.email}) as user_id, null::uuid as session_id
    where ${failure.counts}::boolean`;
  await database.query(
    sql`
      with recorded as (${recordingOfEvent({ ...failure, kind: 'sign-in-failed', of: owner })})
      ${somethingToFlush}`,
    { repeatable: true },
  );
}

/**
 * Starts a session for a user whose password was checked against `checkedHash`; the attempts at the address are
 * forgotten, a hash that is not today's is replaced, and a device not seen before is told of. Nothing when that is no
 * longer the user's password, or the user is gone: then the check is worth nothing.
 */
export async function completeLogin(
  database: Database,
  login: {
    readonly sessionId: string;
    readonly userId: string;
    readonly checkedHash: string;
    /** To be kept instead of the checked one, where that is not today's. */
    readonly newHash: string | null;
    readonly now: Date;
    readonly expiresAt: Date;
    readonly absoluteExpiresAt: Date;
    readonly deviceName: string | null;
    readonly origin: RequestOrigin;
    readonly eventId: string;
  },
): Promise<(NewestToken & { readonly mail_is_due: boolean }) | undefined> {
  const { now, origin } = login;
  const time = now.toISOString();
  const [newest] = await database.query<NewestToken & { readonly mail_is_due: boolean }>(
    sql`
      with owner as (
        select id, email, role, session_epoch from users
        where id = ${login.userId} and password_hash = ${login.checkedHash} and email_verified_at is not null
        -- A change of the password waits for us or we for it; having waited, the condition is looked at again.
        for no key update
      ),
      started as (
        insert into sessions
          (id, user_id, epoch, rotated_at, expires_at, absolute_expires_at, device_name, user_agent, ip, created_at)
        select ${login.sessionId}, id, session_epoch, ${time}, ${login.expiresAt.toISOString()},
          ${login.absoluteExpiresAt.toISOString()}, ${login.deviceName}, ${origin.userAgent}, ${origin.ip}, ${time}
        from owner
        -- The same start once more, after an answer that was lost.
        on conflict (id) do update set user_id = excluded.user_id
        returning id, user_id, generation, rotated_at, expires_at, absolute_expires_at, device_name, ip
      ),
      rehashed as (
        update users u set password_hash = ${login.newHash} from owner
        where u.id = owner.id and ${login.newHash}::text is not null
      ),
      forgotten as (
        ${forgettingOfAttempts(sql`(select email from owner)`)}
      ),
      recorded as (
        ${recordingOfEvent({ ...login, kind: 'signed-in', of: sql`select user_id, id as session_id from started` })}
      ),
      told as (
        ${queueingOfMail({
          // Made of the device: logins at the same moment do not see each other's sessions, and would each tell of it.
          mailId: sql`left(encode(sha256(convert_to(jsonb_build_array(person.user_id, ${login.deviceName}::text,
            ${origin.userAgent}::text)::text, 'UTF8')), 'hex'), 32)::uuid`,
          kind: 'new-sign-in',
          to: sql`
            select user_id, jsonb_build_object(
              'device_name', coalesce(device_name, ${origin.userAgent}::text), 'ip', ip) as details
            from started
            -- Every device is new to an account that nobody has signed in to before.
            where exists (select from sessions s where s.user_id = started.user_id)
              and not exists (
                select from sessions s where s.user_id = started.user_id
                  and s.device_name is not distinct from ${login.deviceName}
                  and s.user_agent is not distinct from ${origin.userAgent}
              )
              and ${mailIsWelcome({ userId: sql`started.user_id`, kind: 'new-sign-in', now })}`,
          now,
        })}
        returning 1
      )
      select s.generation, s.rotated_at, s.expires_at, s.absolute_expires_at, owner.role,
        exists (select from told) as mail_is_due
      from started s, owner`,
    { repeatable: true },
  );
  return newest;
}
