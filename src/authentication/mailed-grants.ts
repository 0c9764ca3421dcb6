// One-time grants out of mails, presented by the token of a link, or by a code that is typed with the handle of its
// request.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { codeTries, destinationKeptSeconds, idempotentCallSeconds } from '../lifetimes.ts';
import { countedWrongCode, type GrantPurpose, knownCounter } from './destinations.ts';

/** Everything but the request's id is hashed. */
export type PresentedGrant =
  | { readonly tokenHash: string }
  | { readonly requestId: string; readonly codeHashes: readonly string[] };

/** `wrong`: another code may be tried. `dead`: nothing may. `repeated`: the call that used it, once more. */
export type GrantOutcome = 'right' | 'wrong' | 'dead' | 'repeated';

/** What a statement returns for a presented grant. */
export type GrantResult = {
  /** Whose account it opens; null while there is no account yet. */
  readonly user_id?: string | null;
  readonly outcome: GrantOutcome;
  readonly attempts_left: number;
  /** Wrong codes over the whole service within the hour, where this was one. */
  readonly campaign: number | null;
};

export type Presentation = {
  readonly purposes: readonly GrantPurpose[];
  /**
   * What the call is known by, repeated: it is no other try and has the same outcome. The hash of one with an
   * Idempotency-Key; of another anything that is its own, for the database may lose an answer as well.
   */
  readonly callHash: string;
  /** The known device that presents it, if any: its wrong codes are counted apart. */
  readonly deviceId: string | null;
  readonly now: Date;
  /** What else must hold of `r`, the request, for the grant to be good. A wrong code is told nothing of it. */
  readonly and?: SQL;
  /** What must hold of `r` for anything to be tried with it: that it is the caller's own, where it is anybody's. */
  readonly mayTry?: SQL;
  /** Where the grant is to be used, and not only looked at: an id of this use. */
  readonly use?: string;
};

/**
 * Common table expressions, of which `verdict` (`outcome`, `attempts_left`, and the request's columns) is the one to
 * read: one row, or none for what nobody was ever mailed; and `campaign`, where a wrong code was counted.
 *
 * The destination's row is locked first, and its epoch decides: of two that use grants of one address the second
 * finds them dead. A wrong code is counted in the same statement.
 *
 * User enumeration: the answer to a wrong code depends on nothing but what the holder of its handle has done.
 * Otherwise whoever types any code would learn whether somebody has the address, or has used another grant of it
 * since.
 *
 * Looking at a grant and using it are one rule, so that both say the same.
 */
export function presentedGrant(presented: PresentedGrant, presentation: Presentation): SQL {
  const { purposes, callHash, deviceId, now, and = sql`true`, mayTry = sql`true`, use } = presentation;
  const time = sql`${now.toISOString()}::timestamptz`;
  const isCode = 'requestId' in presented;
  const right = isCode
    ? sql`exists (select from mailed_grants g where g.request_id = r.id and g.expires_at > ${time}
        and g.code_hash = any(${sql.param(presented.codeHashes)}::text[]))`
    : sql`true`;
  const which = isCode
    ? sql`r.id = ${presented.requestId}`
    : sql`r.id = (select g.request_id from mailed_grants g where g.token_hash = ${presented.tokenHash} and g.expires_at > ${time})`;
  const triesLeft = isCode ? sql`r.code_tries < ${codeTries}` : sql`true`;
  const isOpen = sql`r.expires_at > ${time} and (${mayTry})`;
  const isAlive = sql`r.spent_at is null and ${isOpen} and (${and})`;
  const isRepeat = sql`(r.last_call is not distinct from ${callHash}::text)`;
  return sql`
    presented as (
      select r.id, r.address_hash, r.grant_epoch, ${right} as is_right,
        case when ${use !== undefined}::boolean and ${right} and ${triesLeft} and ${isAlive}
          then ${use ?? null}::uuid end as use
      from email_requests r
      where ${which} and r.purpose = any(${sql.param(purposes)}::text[])
    ),
    epoch as (
      insert into email_destinations as d (address_hash, counter, grant_epoch, decided_for, counted_since, mails_paid_until,
        expires_at)
      select address_hash, '', grant_epoch + (use is not null)::int, use, ${time}, ${time},
        ${time} + ${destinationKeptSeconds}::int * interval '1 second'
      from presented
      on conflict (address_hash, counter) do update
      set (grant_epoch, decided_for, expires_at) = (
        select case when is_used then excluded.grant_epoch else d.grant_epoch end,
          case when is_used then excluded.decided_for else d.decided_for end, excluded.expires_at
        from (select excluded.decided_for is not null and d.grant_epoch + 1 = excluded.grant_epoch as is_used) verdict
      )
      returning address_hash, grant_epoch, decided_for
    ),
    request as (
      -- Locked, and so read anew: whoever was waited for may have counted a try or spent it.
      select r.* from email_requests r join presented a on a.id = r.id join epoch on true for update of r
    ),
    verdict as (
      select r.*, greatest(0, ${codeTries} - r.code_tries - (not a.is_right and not ${isRepeat})::int) as attempts_left,
        case
          when r.spent_call = ${callHash}::text
            and r.spent_at > ${time} - ${idempotentCallSeconds}::int * interval '1 second' then 'repeated'
          when e.decided_for = ${use ?? null}::uuid and r.spent_at is not null then 'repeated'
          -- Wrong codes that came at the same moment are counted by now, and were not when the epoch was.
          when e.decided_for = ${use ?? null}::uuid then case when ${triesLeft} then 'right' else 'dead' end
          when a.is_right and ${triesLeft} and ${isAlive} and r.grant_epoch = e.grant_epoch then 'right'
          when not a.is_right and ${isOpen} and (${triesLeft} or ${isRepeat}) then 'wrong'
          else 'dead'
        end as outcome,
        ${knownCounter(sql`r.email`, deviceId, now)} as counter
      from request r, presented a, epoch e
    ),
    tried as (
      update email_requests r set code_tries = r.code_tries + 1, last_call = ${callHash}
      from verdict v
      where r.id = v.id and v.outcome = 'wrong' and not ${isRepeat}
      returning v.address_hash, v.counter
    ),
    ${countedWrongCode(sql`select address_hash, counter from tried`, now)}`;
}

/**
 * A condition on `v`, the verdict, beside `presented`: what was shown is right and unused, and something else that must hold
 * (`and`) has made it dead.
 */
export function isRightAlone(now: Date): SQL {
  return sql`(
    v.outcome = 'dead' and (select is_right from presented) and v.spent_at is null and v.expires_at > ${now.toISOString()}
    and v.code_tries < ${codeTries})`;
}

/**
 * Common table expression `spent` (the request's columns): the request that this call uses. Follows `presentedGrant`
 * with a `use`.
 *
 * @param sessionId the session that the use starts, where it starts one.
 */
export function spentRequest(
  { callHash, now }: Pick<Presentation, 'callHash' | 'now'>,
  sessionId: string | null = null,
): SQL {
  return sql`
    spent as (
      update email_requests r
      set spent_at = ${now.toISOString()}, spent_call = ${callHash},
        session_id = coalesce(${sessionId}::uuid, r.session_id)
      from verdict v
      where r.id = v.id and v.outcome = 'right'
      returning r.*
    )`;
}
