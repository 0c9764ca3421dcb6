// Makes a restored database safe: sessions, mailed grants and known devices that were revoked after the backup must
// not become valid again.

import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';

/** Sessions per statement: bounds how long it holds locks. */
const batch = 1_000;

/** More than there were events since any backup. */
const eventNumbers = 1_000_000;

/** @returns how many there are (`isDryRun`), or how many were ended; and how many of the sessions are guests', who have no other way in. */
export async function afterRestore(
  client: pg.Client,
  { before, isDryRun }: { readonly before: Date; readonly isDryRun: boolean },
): Promise<{ readonly sessions: number; readonly devices: number; readonly guests: number }> {
  const { guests, ...there } = await found(client, before);
  if (isDryRun) return { guests, ...there };
  // Grants and known devices first: they could start or support a new session.
  await client.query("update email_destinations set grant_epoch = grant_epoch + 1 where counter = ''");
  const { rowCount } = await client.query('delete from known_devices where created_at < $1', [before]);
  // Events were told since the backup whose numbers nobody may meet again: who reads the outbox from there on would miss others.
  await client.query("select setval('outbox_numbers', (select last_value from outbox_numbers) + $1)", [
    eventNumbers,
  ]);
  let sessions = 0;
  for (;;) {
    const ended = await endSessions(client, before);
    sessions += ended;
    if (ended < batch) return { sessions, devices: rowCount ?? 0, guests };
  }
}

async function found(client: pg.Client, before: Date) {
  const { rows } = await client.query<{ sessions: number; devices: number; guests: number }>(
    `select
      (select count(*)::int from sessions where ended_at is null and created_at < $1) as sessions,
      (select count(*)::int from known_devices where created_at < $1) as devices,
      (select count(*)::int from sessions s join users u on u.id = s.user_id
        where u.is_guest and s.ended_at is null and s.created_at < $1) as guests`,
    [before],
  );
  return { sessions: 0, devices: 0, guests: 0, ...rows[0] };
}

/** Ends sessions as the service does: with entries in the revocation list and a security event for the user. */
async function endSessions(client: pg.Client, before: Date): Promise<number> {
  const { rows } = await client.query<{ ended: number }>(
    `
      with ended as (
        update sessions set ended_at = now(), end_reason = 'revoked'
        where id in (
          select id from sessions where ended_at is null and created_at < $1
          limit ${batch} for no key update
        )
        returning id, user_id, generation, expires_at
      ),
      numbered as (select *, row_number() over () as number from ended),
      listed as (
        insert into revoked_tokens (jti, session_id, reason, revoked_at, expires_at)
        select id || '.' || generation, id, 'revoked', now(), expires_at from ended on conflict do nothing
      ),
      recorded as (
        insert into security_events (id, kind, user_id, session_id, created_at)
        select ($2::uuid[])[number], 'session-revoked', user_id, id, now() from numbered
      )
      select count(*)::int as ended from ended`,
    [before, Array.from({ length: batch }, () => uuidv7())],
  );
  return rows[0]?.ended ?? 0;
}
