// The statement that shows all that support needs to know of one user.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { deviceAsTarget, sessionAsTarget, targetHash } from '../authentication/attempts.ts';
import type { Database } from '../database/client.ts';
import { type ListedSession, listedSessions } from '../sessions/listed-sessions.ts';
import { type OwnIdentity, ownIdentities } from '../sessions/own-identities.ts';
import { inJson, toTheHour } from '../sessions/shown-times.ts';
import { eventColumns, type OperatorsEvent } from './list-events.ts';
import { type QueuedMail, queuedMailColumns } from './mails.ts';
import { actingOperator, type Operator } from './operator.ts';
import { type AdminUser, adminUser } from './shown-user.ts';

/** Wrong passwords in a row, counted apart for strangers, for each known device and for each session. */
export type Pause = {
  readonly of: 'strangers' | 'device' | 'session';
  readonly attempts: number;
  /** Until when no password is looked at; null where there is no pause yet. */
  readonly locked_until: string | null;
};

export type WaysIn = {
  readonly password: boolean;
  readonly passkeys: readonly {
    readonly id: string;
    readonly name: string;
    readonly created_at: string;
    readonly last_used_at: string | null;
    readonly backed_up: boolean;
  }[];
  readonly identities: readonly OwnIdentity[];
  readonly email_code: boolean;
};

export type UserInFull = AdminUser & {
  readonly photo: string | null;
  readonly locale: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly app_metadata: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly ways_in: WaysIn;
  readonly pauses: readonly Pause[];
  /** Wrong passwords in a row from devices that never signed in. */
  readonly failed_sign_ins: number;
  /** How many there are. */
  readonly known_devices: number;
  /** `current` is the operator's own. */
  readonly sessions: readonly ListedSession[];
  /** The last ones, newest first. */
  readonly mails: readonly QueuedMail[];
  readonly events: readonly OperatorsEvent[];
};

/** How many mails and events are shown with a user. */
const recentRows = 20;

/** All rows of a query, in its order, as JSON. */
const asJson = (rows: SQL) => sql`coalesce((select json_agg(r) from (${rows}) r), '[]')`;

/** @param show.byEmailCode codes by mail sign in. */
export async function showUser(
  database: Database,
  show: {
    readonly operator: Operator;
    readonly userId: string;
    readonly byEmailCode: boolean;
    readonly now: Date;
  },
): Promise<UserInFull | 'not-found' | 'no-operator'> {
  const { operator, userId, byEmailCode, now } = show;
  const time = now.toISOString();
  const ownSession = operator === 'command-line' ? null : operator.caller.sessionId;
  const passkeys = sql`
    select p.id, p.name, ${inJson(sql`p.created_at`)} as created_at, ${inJson(toTheHour(sql`p.last_used_at`))} as last_used_at, p.backed_up
    from passkeys p where p.user_id = u.id and p.removed_at is null order by p.id`;
  const pauses = sql`
    select c.of, a.attempts, ${inJson(sql`nullif(a.locked_until, '-infinity')`)} as locked_until
    from (
      select 'strangers' as of, ${targetHash(sql`u.email`)} as hash
      union all select 'device', ${targetHash(deviceAsTarget(sql`k.id`))} from known_devices k where k.user_id = u.id
      union all select 'session', ${targetHash(sessionAsTarget(sql`s.id`))} from sessions s where s.user_id = u.id
    ) c join login_attempts a on a.address_hash = c.hash
    where a.expires_at > ${time} order by a.locked_until desc`;
  const sessions = listedSessions(sql`u.id`, { epoch: 'u.session_epoch', current: ownSession, now });
  const mails = sql`select ${queuedMailColumns} from mails m where m.user_id = u.id order by m.id desc limit ${recentRows}`;
  const events = sql`select ${eventColumns} from security_events e where e.user_id = u.id order by e.id desc limit ${recentRows}`;
  const [row] = await database.query<UserInFull | { id: null }>(
    sql`
      with ${actingOperator(operator)}
      select ${adminUser}, u.photo, u.locale, u.metadata, u.app_metadata, u.version,
        json_build_object('password', u.password_hash is not null, 'passkeys', ${asJson(passkeys)}, 'identities', ${ownIdentities},
          'email_code', ${byEmailCode}::boolean and u.email_verified_at is not null) as ways_in,
        ${asJson(pauses)} as pauses, u.failed_sign_ins,
        (select count(*) from known_devices k where k.user_id = u.id and k.expires_at > ${time})::int as known_devices,
        ${asJson(sessions)} as sessions, ${asJson(mails)} as mails, ${asJson(events)} as events
      from caller left join users u on u.id = ${userId}`,
    { repeatable: true },
  );
  if (!row) return 'no-operator';
  return row.id === null ? 'not-found' : row;
}
