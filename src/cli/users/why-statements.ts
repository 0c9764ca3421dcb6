// All that may keep somebody from signing in, in one statement.

import { sql } from 'drizzle-orm/sql/sql';
import { deviceAsTarget } from '../../authentication/attempts.ts';
import { addressHash } from '../../authentication/destinations.ts';
import type { Database } from '../../database/client.ts';
import {
  longCodeAfterMails,
  longCodeAfterWrongCodes,
  longCodesAfterWrongCodesAnHour,
} from '../../lifetimes.ts';
import { inJson } from '../../sessions/shown-times.ts';

type Pause = { readonly attempts: number; readonly locked_until: string };

export type Tried = {
  readonly ip: string | null;
  readonly times: number;
  readonly factor: boolean;
  /** The hour, where guesses are counted by the hour. */
  readonly last_at: string;
};

export type FailedMail = {
  readonly id: string;
  readonly kind: string;
  readonly created_at: string;
  readonly attempts: number;
  readonly due_at: string;
  readonly failed_at: string | null;
  readonly last_error: string | null;
};

export type Facts = {
  readonly user: {
    readonly id: string;
    readonly email: string | null;
    readonly email_verified: boolean;
    readonly is_guest: boolean;
    readonly disabled_at: string | null;
    readonly disabled_reason: string | null;
    readonly failed_sign_ins: number;
    /** How the hash begins, which says of what kind it is. Null: no password. */
    readonly hash_kind: string | null;
    readonly passkeys: number;
    readonly providers: readonly string[];
    readonly totp_failures: number | null;
    readonly recovery_codes_left: number | null;
    readonly sessions: number;
    readonly last_sign_in: { readonly at: string; readonly ip: string | null } | null;
  } | null;
  /** One that waits for the code or the link of its mail. */
  readonly registration: { readonly created_at: string; readonly expires_at: string } | null;
  /** Until when another account may have the address back. */
  readonly held_until: string | null;
  readonly held_for: string | null;
  /** Of whoever is not on a known device. */
  readonly strangers: Pause | null;
  readonly devices: readonly (Pause & {
    readonly id: string;
    readonly name: string | null;
    readonly ip: string | null;
  })[];
  readonly tried: readonly Tried[];
  readonly mails: readonly FailedMail[];
  readonly has_long_codes: boolean;
  readonly is_campaign: boolean;
};

/**
 * @param about.userId null where nobody has the address.
 * @param about.email null where the account has none.
 */
export async function factsAbout(
  database: Database,
  about: { readonly userId: string | null; readonly email: string | null; readonly now: Date },
): Promise<Facts> {
  const { userId, email, now } = about;
  const time = sql`${now.toISOString()}::timestamptz`;
  const since = (interval: string) => sql`${time} - interval '${sql.raw(interval)}'`;
  const hash = addressHash(sql`${email}`);
  const [facts] = await database.query<Facts>(
    sql`
      select
        (select jsonb_build_object('id', u.id, 'email', u.email, 'email_verified', u.email_verified_at is not null,
            'is_guest', u.is_guest, 'disabled_at', ${inJson(sql`u.disabled_at`)}, 'disabled_reason', u.disabled_reason,
            'failed_sign_ins', u.failed_sign_ins, 'hash_kind', case when u.password_hash is not null then coalesce(substring(u.password_hash from '^[$][^$]+[$]'), '?') end,
            'passkeys', u.passkey_count,
            'providers', coalesce((
              select jsonb_agg(i.provider order by i.provider) from identities i where i.user_id = u.id and i.removed_at is null), '[]'),
            'totp_failures', t.failures,
            'recovery_codes_left', 10 - length(replace(t.recovery_used::bit(10)::text, '0', '')),
            'sessions', (
              select count(*) from sessions s
              where s.user_id = u.id and s.ended_at is null and s.epoch = u.session_epoch and s.expires_at > ${time}),
            'last_sign_in', (
              select jsonb_build_object('at', ${inJson(sql`e.created_at`)}, 'ip', e.ip) from security_events e
              where e.user_id = u.id and e.kind = 'signed-in' order by e.id desc limit 1))
          from users u left join totp_secrets t on t.id = u.totp_id where u.id = ${userId}) as "user",
        (select jsonb_build_object('created_at', ${inJson(sql`r.created_at`)}, 'expires_at', ${inJson(sql`r.expires_at`)})
          from email_requests r
          where r.address_hash = ${hash} and r.purpose = 'register' and r.spent_at is null and r.expires_at > ${time}
          order by r.created_at desc limit 1) as registration,
        held.expires_at as held_until, held.user_id as held_for,
        (select jsonb_build_object('attempts', a.attempts, 'locked_until', ${inJson(sql`a.locked_until`)})
          from login_attempts a where a.address_hash = ${hash} and a.locked_until > ${time}) as strangers,
        coalesce((
          select jsonb_agg(jsonb_build_object('id', k.id, 'attempts', a.attempts, 'locked_until', ${inJson(sql`a.locked_until`)},
            'name', s.name, 'ip', s.ip) order by k.id)
          from known_devices k
          join login_attempts a on a.address_hash = ${addressHash(deviceAsTarget(sql`k.id`))} and a.locked_until > ${time}
          left join lateral (
            select coalesce(s.device_name, s.user_agent) as name, s.ip from sessions s
            where s.user_id = k.user_id and s.device_id = k.id order by s.created_at desc limit 1
          ) s on true
          where k.user_id = ${userId} and k.expires_at > ${time}), '[]') as devices,
        coalesce((
          select jsonb_agg(jsonb_build_object('ip', e.ip, 'times', e.times, 'factor', e.kind = 'second-factor-failed',
            'last_at', ${inJson(sql`e.last_at`)}) order by e.last_at desc, e.times desc)
          from (
            select ip, kind, sum(count) as times, max(created_at) as last_at from security_events
            where user_id = ${userId} and kind in ('sign-in-failed', 'second-factor-failed') and created_at > ${since('7 days')}
            group by ip, kind order by max(created_at) desc limit 10
          ) e), '[]') as tried,
        -- Of each kind the newest: one that came is an answer to those before it that did not.
        coalesce((
          select jsonb_agg(jsonb_build_object('id', m.id, 'kind', m.kind, 'created_at', ${inJson(sql`m.created_at`)},
            'attempts', m.attempts, 'due_at', ${inJson(sql`m.due_at`)}, 'failed_at', ${inJson(sql`m.failed_at`)},
            'last_error', m.last_error) order by m.id desc)
          from (
            select distinct on (m.kind) m.* from (
              select * from mails where user_id = ${userId}
              union select m.* from mails m join email_requests r on r.id = m.request_id where r.address_hash = ${hash}
            ) m
            where m.created_at > ${since('7 days')}
            order by m.kind, m.created_at desc, m.id desc
          ) m
          where m.sent_at is null and (m.failed_at is not null or m.last_error is not null or m.due_at < ${since('2 minutes')})
        ), '[]') as mails,
        exists (
          select from email_destinations d
          where d.address_hash = ${hash} and d.counter <> '' and d.counter not like 'notice %' and d.counted_since > ${since('1 day')}
            and (d.wrong_codes >= ${longCodeAfterWrongCodes} or d.mails > ${longCodeAfterMails})
        ) as has_long_codes,
        exists (
          select from email_destinations c
          where c.address_hash = 'service' and c.counter = '' and c.wrong_codes >= ${longCodesAfterWrongCodesAnHour}
            and c.counted_since > ${since('1 hour')}
        ) as is_campaign
      from (values (1)) one left join (
        select r.user_id, r.expires_at from email_requests r
        where r.address_hash = ${hash} and r.purpose = 'undo-email-change' and r.spent_at is null and r.expires_at > ${time}
        order by r.expires_at desc limit 1
      ) held on true`,
    { repeatable: true },
  );
  return facts as Facts;
}
