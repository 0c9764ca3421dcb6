// The one place where a session begins, whatever its owner has proven: as a part of the statement that saw the proof.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { RequestMetadata } from '../database/security-events.ts';
import { knownDeviceSeconds } from '../lifetimes.ts';
import { isNotEnded } from './active-caller.ts';

export type SessionStart = {
  /** Ids for the session and for its device, should it be a new one. */
  readonly sessionId: string | SQL;
  readonly newDeviceId: string;
  /** A condition: the session is there already, with its device, and neither is made anew. */
  readonly isRepeat?: SQL;
  /** A known device that was presented, whoever's it is. */
  readonly presentedDeviceId: string | null;
  /** This and the two last may be expressions over `o`, the row of `owner`. */
  readonly deviceName: string | null | SQL;
  readonly origin: RequestMetadata;
  readonly network: string | null;
  readonly now: Date;
  readonly expiresAt: Date | SQL;
  readonly absoluteExpiresAt: Date | SQL;
};

/**
 * Common table expressions `presented_device`, `device` and `started` (`id`, `user_id`, `generation`, `rotated_at`,
 * `expires_at`, `absolute_expires_at`, `device_id`, `device_name`, `ip`, `is_known_device`), for the row of `owner`: none, no
 * session. Run again with the same id it gives the same session, as long as that is neither refreshed nor over.
 *
 * @param owner a query that gives `user_id`, `epoch` and `password_version`, one row or none; its row is locked, or a change of password could miss
 *   the session.
 */
export function startedSession(owner: SQL, start: SessionStart): SQL {
  const time = sql`${start.now.toISOString()}::timestamptz`;
  return sql`
    presented_device as (
      select k.id from known_devices k join (${owner}) o on o.user_id = k.user_id and o.password_version = k.password_version
      where k.id = ${start.presentedDeviceId}::uuid and k.expires_at > ${time}
      -- Having waited for something that ends the device, there is none.
      for no key update of k
    ),
    device as (
      -- A device that something has ended is a new one: a copy of its token stays worthless.
      insert into known_devices as k (id, user_id, password_version, created_at, expires_at)
      select coalesce((select id from presented_device), ${start.newDeviceId}::uuid), o.user_id, o.password_version, ${time},
        ${time} + ${knownDeviceSeconds}::int * interval '1 second'
      from (${owner}) o
      -- What has ended a session since may have ended its device as well.
      where not ${start.isRepeat ?? sql`false`}
      on conflict (id) do update set expires_at = excluded.expires_at
      returning id
    ),
    started as (
      insert into sessions as s (id, user_id, epoch, rotated_at, expires_at, absolute_expires_at, device_name, user_agent, ip,
        network, device_id, created_at)
      select ${start.sessionId}, o.user_id, o.epoch, ${time}, ${moment(start.expiresAt)},
        ${moment(start.absoluteExpiresAt)}, ${start.deviceName}, ${start.origin.userAgent},
        ${start.origin.ip}, ${start.network}, (select id from device), ${time}
      from (${owner}) o
      on conflict (id) do update set user_id = excluded.user_id
      where s.user_id = excluded.user_id and ${isNotEnded({ epoch: 'excluded.epoch' })} and s.generation = 0
        and s.expires_at > ${time}
      returning s.id, s.user_id, s.generation, s.rotated_at, s.expires_at, s.absolute_expires_at, s.device_id, s.device_name,
        s.ip, exists (select from presented_device) as is_known_device
    )`;
}

function moment(time: Date | SQL): SQL {
  return time instanceof Date ? sql`${time.toISOString()}::timestamptz` : time;
}
