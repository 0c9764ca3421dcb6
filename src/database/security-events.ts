// The security log: each event is written by the statement that makes it happen.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { FactorChange } from '../mail/letters/factor-changed.ts';

export type SecurityEventKind =
  | 'email-verified'
  /** A guest's account has an address, a passkey or an identity. */
  | 'guest-upgraded'
  | 'email-change-requested'
  | 'email-changed'
  | 'signed-in'
  | 'reauthenticated'
  | 'sign-in-failed'
  /** The password was right, and a second factor is owed. */
  | 'second-factor-required'
  | 'second-factor-failed'
  | 'signed-out'
  | 'signed-out-everywhere'
  | 'session-revoked'
  | 'refresh-token-reused'
  /** A spent token was presented beside the call that spent it: two processes, or a thief. */
  | 'refresh-superseded'
  | 'refreshed-from-another-network'
  /** A refresh has bound the session to the device's key. */
  | 'device-key-bound'
  /** A token of a bound session came without its key. */
  | 'device-key-refused'
  | 'email-change-undone'
  | 'password-changed'
  | 'password-reset'
  | FactorChange
  /** At the identity provider by which the user came: their sessions ended. */
  | 'consent-revoked'
  /** Apple passes mails on to the user no more, or again. */
  | 'relay-disabled'
  | 'relay-enabled'
  /** By an operator, as all that follow. */
  | 'account-disabled'
  | 'account-enabled'
  | 'sessions-ended'
  | 'reset-sent'
  | 'app-metadata-changed'
  | 'mail-retried'
  /** Nobody's: its `details` say whose account it was. */
  | 'account-deleted'
  /** By `npm run users -- role`, and by no statement of the service. */
  | 'role-changed';

/** What is kept of the request that causes something. */
export type RequestMetadata = {
  readonly userAgent: string | null;
  readonly ip: string | null;
  /** Of the request, as the log and its answer name it. */
  readonly requestId?: string | null;
};

/** When and from where something happens. A repeat of the same statement carries the same `eventId`. */
export type EventContext = { readonly eventId: string; readonly origin: RequestMetadata; readonly now: Date };

/**
 * A common table expression `recorded`: an event in the security log. Run again with the same `eventId` it records
 * nothing more.
 *
 * @param eventId like `kind` an expression over `e`, a row of `of`, where it depends on that.
 * @param of a query that gives `user_id` and, where there is one, `session_id`; of what an operator does also `actor_id` and `details`
 *   (jsonb). One row or none.
 */
export function recordedEvent({
  as = 'recorded',
  eventId,
  kind,
  of,
  origin,
  now,
}: Omit<EventContext, 'eventId'> & {
  /** What it is called, beside another. */
  readonly as?: string;
  readonly eventId: string | SQL;
  readonly kind: SecurityEventKind | SQL;
  readonly of: SQL;
}): SQL {
  return sql`
    ${sql.raw(as)} as (
      insert into security_events (id, kind, user_id, session_id, ip, user_agent, request_id, actor_id, details, created_at)
      select ${eventId}, ${kind}, e.user_id, e.session_id, ${origin.ip}, ${origin.userAgent},
        ${origin.requestId ?? null}::uuid, (to_jsonb(e) ->> 'actor_id')::uuid, coalesce(nullif(to_jsonb(e) -> 'details', 'null'), '{}'),
        ${now.toISOString()}
      from (${of}) e
      on conflict (id) do nothing
    )`;
}

/**
 * A condition on a row, as text: an operator has done it, by a request or by the command line. From where is not its owner's to know.
 */
export const isByOperator = (row: string): string =>
  `(${row}.actor_id is not null or coalesce(${row}.details ->> 'by' = 'command-line', false))`;

const hourMilliseconds = 60 * 60 * 1000;

/**
 * A common table expression `counted_event`: what may happen by the hundred is counted in one row an hour, so that it
 * buries nothing else. The row stands at the beginning of its hour, and says where the last one came from. Its id is
 * a UUIDv7 (RFC 9562, section 5.7) made of the hour and of whose it is, so that ids sort by time.
 *
 * @param of a query that gives `user_id`, and `whose` (text) that tells the rows of one hour apart; one row or none.
 */
export function countedEvent({
  kind,
  of,
  origin,
  now,
}: Omit<EventContext, 'eventId'> & { readonly kind: SecurityEventKind; readonly of: SQL }): SQL {
  const hour = Math.floor(now.getTime() / hourMilliseconds) * hourMilliseconds;
  const milliseconds = hour.toString(16).padStart(12, '0');
  const hash = sql`encode(sha256(convert_to(${kind}::text || ' ' || e.whose, 'UTF8')), 'hex')`;
  return sql`
    counted_event as (
      insert into security_events as counted (id, kind, user_id, ip, user_agent, request_id, created_at)
      select (${milliseconds}::text || '7' || left(${hash}, 3) || '8' || right(${hash}, 15))::uuid, ${kind}, e.user_id,
        ${origin.ip}, ${origin.userAgent}, ${origin.requestId ?? null}::uuid, ${new Date(hour).toISOString()}::timestamptz
      from (${of}) e
      on conflict (id) do update set count = counted.count + 1, ip = excluded.ip, user_agent = excluded.user_agent,
        request_id = excluded.request_id
    )`;
}

/**
 * The id of an event that a session can have once in each of its generations, however often it comes about: a UUIDv7
 * (RFC 9562, section 5.7) of the moment at which the generation began, and of a hash where others have randomness.
 *
 * @param session a row with `id`, `generation` and `rotated_at`.
 */
export function oncePerGeneration(session: SQL, kind: SQL): SQL {
  const milliseconds = sql`(extract(epoch from ${session}.rotated_at) * 1000)::bigint`;
  const hash = sql`encode(sha256(convert_to(concat_ws(' ', ${session}.id, ${session}.generation, ${kind}), 'UTF8')), 'hex')`;
  return sql`overlay(overlay(lpad(to_hex(${milliseconds}), 12, '0') || left(${hash}, 20) placing '7' from 13) placing '8' from 17)::uuid`;
}
