// Every change of a factor is in the security log and told by mail, whose link undoes it for a week: whoever has taken a
// session must not be able to make the account theirs unseen.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { queuedMail } from '../database/mail-queue.ts';
import { type EventContext, type RequestMetadata, recordedEvent } from '../database/security-events.ts';
import type { FactorChange } from '../mail/letters/factor-changed.ts';
import { addressHash, grantPurposes } from './destinations.ts';

/**
 * Common table expressions: `factor_notice` (the row of `of`), `undo_request`, `recorded` and `queued`. Run again with the
 * same ids they do nothing more. An account without an address gets no mail. There is no allowance: nothing that was mailed before keeps this mail back.
 *
 * Lock order: the user is locked by then, and a destination is locked before the user. So none is locked here; its row,
 * which an undo needs, is made when the mail leaves.
 *
 * @param as what their names begin with, beside others.
 * @param of a query over the user's row as the change has left it: `user_id`, `session_id`, `email`, `acr` of the caller's
 *   token, and `details` (jsonb; `name` where what was added or removed has one); one row or none. Of what an operator does also
 *   `actor_id` and `event_details`.
 * @param mailedOrigin what the mail says of where it was done, where that is not what the security log keeps.
 */
export function noticedFactorChange({
  as = '',
  mailId,
  kind,
  of,
  mailedOrigin,
  ...event
}: EventContext & {
  readonly as?: string;
  readonly mailId: string;
  readonly kind: FactorChange;
  readonly of: SQL;
  readonly mailedOrigin?: RequestMetadata;
}): SQL {
  const { now } = event;
  const origin = mailedOrigin ?? event.origin;
  const time = sql`${now.toISOString()}::timestamptz`;
  const { seconds } = grantPurposes['undo-email-change'];
  const notice = sql.raw(`${as}factor_notice`);
  return sql`
    ${notice} as (select n.*, ${addressHash(sql`n.email`)} as address_hash from (${of}) n),
    ${sql.raw(`${as}undo_request`)} as (
      insert into email_requests (id, purpose, address_hash, email, user_id, session_id, acr, grant_epoch, created_at, expires_at)
      -- No epoch ends an undo.
      select ${mailId}, 'undo-email-change', n.address_hash, n.email, n.user_id, n.session_id, n.acr, 0, ${time},
        ${time} + ${seconds}::int * interval '1 second'
      from ${notice} n where n.email is not null
      on conflict (id) do nothing
    ),
    ${recordedEvent({
      ...event,
      as: `${as}recorded`,
      kind,
      of: sql`
      select n.user_id, n.session_id, to_jsonb(n) ->> 'actor_id' as actor_id, to_jsonb(n) -> 'event_details' as details from ${notice} n`,
    })},
    ${queuedMail({
      as: `${as}queued`,
      mailId,
      kind,
      to: sql`
          select n.user_id, ${mailId}::uuid as request_id, coalesce(n.details, '{}') || jsonb_build_object(
            'device_name', coalesce(s.device_name, ${origin.userAgent}::text), 'ip', ${origin.ip}::text, 'code_length', 0) as details
          from ${notice} n left join sessions s on s.id = n.session_id where n.email is not null`,
      now,
    })}`;
}
