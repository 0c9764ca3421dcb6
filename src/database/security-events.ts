// The security log: each event is written by the statement that makes it happen.

import { type SQL, sql } from 'drizzle-orm/sql/sql';

export type SecurityEventKind =
  | 'email-verified'
  | 'email-change-requested'
  | 'email-changed'
  | 'signed-in'
  | 'sign-in-failed'
  | 'signed-out'
  | 'signed-out-everywhere'
  | 'session-revoked'
  | 'refresh-token-reused'
  /** A spent token was presented beside the call that spent it: two processes, or a thief. */
  | 'refresh-superseded'
  | 'refreshed-from-another-network'
  | 'email-change-undone'
  | 'password-changed'
  | 'password-reset'
  /** By `npm run roles` (src/cli/roles.ts), and by no statement of the service. */
  | 'role-changed';

export type RequestOrigin = {
  readonly userAgent: string | null;
  readonly ip: string | null;
  /** Of the request, as the log and its answer name it. */
  readonly requestId?: string | null;
};

/** When and from where something happens; `eventId` is what a repeat of the same statement carries again. */
export type Occasion = { readonly eventId: string; readonly origin: RequestOrigin; readonly now: Date };

/**
 * The body of a common table expression.
 *
 * @param kind where it depends, an expression over `e`, which is a row of `of`.
 * @param of a query that gives `user_id` and, where there is one, `session_id`; one row or none.
 */
export function recordingOfEvent({
  eventId,
  kind,
  of,
  origin,
  now,
}: Occasion & { readonly kind: SecurityEventKind | SQL; readonly of: SQL }): SQL {
  return sql`
    insert into security_events (id, kind, user_id, session_id, ip, user_agent, request_id, created_at)
    select ${eventId}, ${kind}, e.user_id, e.session_id, ${origin.ip}, ${origin.userAgent},
      ${origin.requestId ?? null}::uuid, ${now.toISOString()}
    from (${of}) e
    on conflict (id) do nothing`;
}
