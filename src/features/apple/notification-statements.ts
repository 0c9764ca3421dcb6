// The statement that does what an event of Apple's asks for.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { deletedAccount, lockedAddress } from '../../authentication/deleted-account.ts';
import type { Database } from '../../database/client.ts';
import { queuedMail } from '../../database/mail-queue.ts';
import { recordedEvent, type SecurityEventKind } from '../../database/security-events.ts';
import { after } from '../../database/statement-parts.ts';
import type { AppleEvent, AppleEventType } from '../../factors/apple-notification.ts';
import { appleMail } from '../../factors/mailbox.ts';
import { endedSessions } from '../../sessions/end.ts';
import { textArray } from '../../sessions/state.ts';
import { waysIn } from '../../sessions/ways-in.ts';

/** `repeated`: this delivery has come before. `unknown`: nobody has the identity, or it is newer than the event. */
export type AppliedEvent =
  | 'repeated'
  | 'unknown'
  | 'consent-revoked'
  | 'account-deleted'
  | 'identity-removed'
  | 'relay-disabled'
  | 'relay-enabled';

type Applied = AppleEvent & {
  readonly issuer: string;
  readonly deliveryHash: string;
  readonly keptUntil: Date;
  readonly eventId: string;
  readonly mailId: string;
  readonly requestId: string;
  readonly now: Date;
};

/**
 * What came after the event stays as it is: it may be delivered days later, to somebody who has signed in with Apple again.
 * Before it, `owner` is the user, locked, and `identity` theirs.
 */
export async function applyAppleEvent(
  database: Database,
  event: Applied,
): Promise<{ readonly outcome: AppliedEvent; readonly user_id: string | null }> {
  const { issuer, subject, deliveryHash, keptUntil } = event;
  const isThisOne = sql`
    i.issuer = ${issuer} and i.subject = ${subject} and i.removed_at is null and i.created_at <= ${moment(event)}`;
  const { parts, outcome } = consequences[event.type](event);
  const [row] = await database.query<{ outcome: AppliedEvent; user_id: string | null }>(
    sql`
      with delivery as (
        insert into spent_challenges (challenge_hash, spent_call, expires_at)
        values (${deliveryHash}, ${event.eventId}, ${keptUntil.toISOString()})
        on conflict do nothing
        returning 1
      ),
      known as (
        select i.user_id, u.email from identities i join users u on u.id = i.user_id
        where ${isThisOne} and exists (select from delivery)
      ),
      ${lockedAddress(sql`select email from known`)},
      owner as (
        select u.* from users u where u.id = (select user_id from known) and ${after('destination')}
        for update of u
      ),
      -- Lock order: after the user. What was removed while this waited is not found any more.
      identity as (
        select i.id, i.user_id, coalesce(i.last_used_at, i.created_at) <= ${moment(event)} as is_unused_since
        from identities i join owner on owner.id = i.user_id where ${isThisOne}
        for update of i
      ),
      ${parts}
      select case
          when not exists (select from delivery) then 'repeated'
          when identity.id is null then 'unknown'
          else ${outcome}
        end as outcome, identity.user_id
      from (select) one left join identity on true`,
    // Run again it finds the delivery spent, and does nothing.
    { repeatable: true },
  );
  return row ?? { outcome: 'unknown', user_id: null };
}

type Consequence = { readonly parts: SQL; readonly outcome: SQL };

const consequences: Readonly<Record<AppleEventType, (event: Applied) => Consequence>> = {
  // They may sign in with Apple again, and are asked there once more.
  'consent-revoked': (event) => ({
    parts: sql`
      dropped as (
        update identities i set refresh_token = null
        from identity where i.id = identity.id and identity.is_unused_since
      ),
      ${endedSessions({ which: begunBefore(event), reason: 'consent-revoked', now: event.now })},
      ${recorded(event, 'consent-revoked')}`,
    outcome: sql`'consent-revoked'`,
  }),
  'account-delete': (event) => ({
    parts: sql`
      doomed as (
        select u.id, u.email, u.name from owner u join identity on identity.user_id = u.id
        where identity.is_unused_since and ${waysIn(false)} <= 1 and not ${hasMailboxElsewhere}
      ),
      ${endedSessions({
        which: sql`${begunBefore(event)} and (select is_unused_since from identity) or s.user_id = (select id from doomed)`,
        reason: sql`case when exists (select from doomed) then 'account-deleted' else 'consent-revoked' end`,
        now: event.now,
      })},
      ${deletedAccount('doomed', event)},
      removed as (
        delete from identities i using identity
        where i.id = identity.id and identity.is_unused_since and not exists (select from doomed)
        returning i.user_id
      ),
      counted as (
        update users u set identity_count = u.identity_count - 1, factors_version = u.factors_version + 1
        from removed where u.id = removed.user_id
      ),
      ${recorded(event, 'identity-removed', sql`select user_id, null::uuid as session_id from removed`)},
      ${queuedMail({
        as: 'told',
        mailId: event.mailId,
        kind: 'apple-account-deleted',
        to: sql`
          select removed.user_id, null::jsonb as details from removed join owner on owner.id = removed.user_id
          where owner.email is not null`,
        now: event.now,
      })}`,
    outcome: sql`
      case when exists (select from doomed) then 'account-deleted' when exists (select from removed) then 'identity-removed'
        else 'unknown' end`,
  }),
  'email-disabled': (event) => ({ parts: recorded(event, 'relay-disabled'), outcome: sql`'relay-disabled'` }),
  'email-enabled': (event) => ({ parts: recorded(event, 'relay-enabled'), outcome: sql`'relay-enabled'` }),
};

const moment = ({ happenedAt }: AppleEvent) => sql`${happenedAt.toISOString()}::timestamptz`;

/** A condition on `s`, a session. */
const begunBefore = (event: AppleEvent) =>
  sql`(s.user_id = (select user_id from identity) and s.created_at <= ${moment(event)} and ${after('identity')})`;

/**
 * A condition on `u`, a user: a mailbox that does not go with the account at Apple leads them back in, by a code or a reset.
 */
const hasMailboxElsewhere = sql`
  (u.email_verified_at is not null and split_part(u.email, '@', 2) <> all (${textArray(appleMail)}))`;

/** It came from Apple's network, which would tell the owner nothing. */
function recorded(
  { eventId, requestId, now }: Applied,
  kind: SecurityEventKind,
  of: SQL = sql`select user_id, null::uuid as session_id from identity`,
): SQL {
  return recordedEvent({ eventId, kind, of, origin: { ip: null, userAgent: null, requestId }, now });
}
