// What the database keeps of an account, and what the model says that it is.

import { sql } from 'drizzle-orm/sql/sql';
import { targetHash } from '../../../src/authentication/attempts.ts';
import { type Account, day, isActive, passkeysOn, second, stateOf } from './account.ts';
import { query, type World } from './world.ts';

const sorted = (rows: readonly string[]): string[] => [...rows].sort();

export function modelState(account: Account, now: number) {
  const { passwordVersion, epoch, failed, factorsVersion, totp } = account;
  const attempts = account.attempts['address'];
  return {
    user: [
      account.password !== undefined,
      passwordVersion,
      epoch,
      failed,
      factorsVersion,
      totp !== undefined,
    ],
    passkeys: [passkeysOn(account).length, passkeysOn(account).length],
    secrets: sorted(
      Object.entries(account.secrets)
        .filter(
          ([, { confirmedAt, removedAt }]) =>
            confirmedAt !== undefined && (removedAt === undefined || removedAt + 8 * day > now),
        )
        .map(([id, { lastStep, used, failures }]) => `${id === totp} ${lastStep} ${used} ${failures}`),
    ),
    asked: sorted(
      Object.values(account.authSessions)
        .filter(({ expiresAt }) => expiresAt > now)
        .map(
          ({ tries, spent, amr, of }) =>
            `${tries} ${spent !== undefined} ${amr.join()} ${of === stateOf(account)}`,
        ),
    ),
    sessions: sorted(
      Object.entries(account.sessions)
        .filter(([id]) => isActive(account, id, now))
        .map(
          ([, { level, generation }]) =>
            `${generation} ${level.acr} ${level.amr.join()} ${Math.floor(level.authTime / second)}`,
        ),
    ),
    tries:
      attempts && attempts.expiresAt > now
        ? [attempts.count, Math.max(0, attempts.until - now) / second]
        : [],
  };
}

export async function databaseState(world: World) {
  const now = sql`${world.service.clock.now.toISOString()}::timestamptz`;
  const [row] = await query<{ state: ReturnType<typeof modelState> }>(
    world,
    sql`
      select jsonb_build_object(
        'user', jsonb_build_array(u.password_hash is not null, u.password_version, u.session_epoch, u.failed_sign_ins,
          u.factors_version, u.totp_id is not null),
        'passkeys', jsonb_build_array(u.passkey_count,
          (select count(*) from passkeys p where p.user_id = u.id and p.removed_at is null)),
        'secrets', array(
          select concat_ws(' ', coalesce(t.id = u.totp_id, false)::text, t.last_step, t.recovery_used, t.failures)
          from totp_secrets t
          where t.user_id = u.id and t.confirmed_at is not null and (t.expires_at is null or t.expires_at > ${now})),
        'asked', array(
          select concat_ws(' ', a.tries, (a.spent_at is not null)::text, array_to_string(a.amr, ','),
            ((a.password_version, a.epoch, a.factors_version) = (u.password_version, u.session_epoch, u.factors_version))::text)
          from auth_sessions a where a.user_id = u.id and a.expires_at > ${now}),
        'sessions', array(
          select concat_ws(' ', s.generation, s.acr, array_to_string(s.amr, ','), floor(extract(epoch from s.auth_time)))
          from sessions s
          where s.user_id = u.id and s.ended_at is null and s.epoch = u.session_epoch and s.absolute_expires_at > ${now}),
        'tries', coalesce((
          select jsonb_build_array(l.attempts,
            case when l.locked_until > ${now} then extract(epoch from l.locked_until - ${now}) else 0 end)
          from login_attempts l where l.address_hash = ${targetHash(sql`u.email`)} and l.expires_at > ${now}), '[]')
      ) as state
      from users u where u.id = ${world.owner.userId}`,
  );
  if (!row) throw new Error('The account is gone');
  const { state } = row;
  const { user, passkeys, secrets, asked, sessions, tries } = state;
  return { user, passkeys, secrets: secrets.sort(), asked: asked.sort(), sessions: sessions.sort(), tries };
}
