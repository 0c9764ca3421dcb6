// Transactional outbox: a mail is queued by the statement that causes it, so that neither can be without the other.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { MailKind } from '../mail/letters.ts';

type QueuedMail = {
  /** What the common table expression is called. */
  readonly as?: string;
  readonly mailId: string | SQL;
  readonly kind: MailKind | SQL;
  /**
   * A query that gives `user_id` and, where there is such a thing, `details` (jsonb: what the words need beside the
   * person), `recipient` (an address that is not the user's) and `request_id` (whose link and code the mail carries):
   * one row or none.
   */
  readonly to: SQL;
  readonly now: Date;
};

/** A common table expression `queued` (`id`): the mail. Run again with the same `mailId` it queues nothing more. */
export function queuedMail({ as = 'queued', mailId, kind, to, now }: QueuedMail): SQL {
  return sql`
    ${sql.raw(as)} as (
      insert into mails (id, kind, user_id, recipient, request_id, details, created_at, due_at)
      select ${mailId}, ${kind}, person.user_id, to_jsonb(person) ->> 'recipient', (to_jsonb(person) ->> 'request_id')::uuid,
        coalesce(person.details, '{}'), ${now.toISOString()}, ${now.toISOString()}
      from (${to}) person
      on conflict (id) do nothing
      returning id
    )`;
}
