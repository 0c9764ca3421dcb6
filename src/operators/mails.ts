// The statements about the mail queue: what has become of mails, and one of them once more.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { lockedDestination, longCodeCharacters } from '../authentication/destinations.ts';
import type { Database } from '../database/client.ts';
import { idempotentCall } from '../database/idempotent-calls.ts';
import { queuedMail } from '../database/mail-queue.ts';
import { after } from '../database/statement-parts.ts';
import { requestKeptSeconds } from '../lifetimes.ts';
import { letters, type MailKind } from '../mail/letters.ts';
import { isNotEnded } from '../sessions/active-caller.ts';
import { inJson } from '../sessions/shown-times.ts';
import { textArray } from '../sessions/state.ts';
import {
  type Act,
  actingOperator,
  isWithinReach,
  type Operator,
  type Outcome,
  recordedAct,
} from './operator.ts';

/** A mail of the queue, with what became of it; RFC 3339 times. */
export type QueuedMail = {
  readonly id: string;
  readonly kind: string;
  readonly created_at: string;
  readonly attempts: number;
  /** When it is tried next, of one that waits. */
  readonly due_at: string;
  readonly sent_at: string | null;
  readonly failed_at: string | null;
  /** What the mail server said at the last attempt that failed. */
  readonly last_error: string | null;
};

export type ListedMail = QueuedMail & {
  readonly user_id: string | null;
  /** Where it goes, for as long as that is known. */
  readonly email: string | null;
};

/** The columns of `QueuedMail`, of `m`, a row of `mails`. */
export const queuedMailColumns = sql`
  m.id, m.kind, ${inJson(sql`m.created_at`)} as created_at, m.attempts, ${inJson(sql`m.due_at`)} as due_at,
  ${inJson(sql`m.sent_at`)} as sent_at, ${inJson(sql`m.failed_at`)} as failed_at, m.last_error`;

export const mailStates = ['failed', 'waiting', 'sent'] as const;
export type MailState = (typeof mailStates)[number];

const isInState: Readonly<Record<MailState, SQL>> = {
  failed: sql`m.failed_at is not null`,
  waiting: sql`m.sent_at is null and m.failed_at is null`,
  sent: sql`m.sent_at is not null`,
};

/** Up to `limit` mails before `before`, newest first; nothing where the caller is no operator. */
export async function listMails(
  database: Database,
  list: {
    readonly operator: Operator;
    readonly state?: MailState | undefined;
    readonly before: string;
    readonly limit: number;
  },
): Promise<ListedMail[] | undefined> {
  const state = list.state ? sql`and ${isInState[list.state]}` : sql``;
  const rows = await database.query<ListedMail | { id: null }>(
    sql`
      with ${actingOperator(list.operator)}
      select l.* from caller left join lateral (
        select ${queuedMailColumns}, m.user_id, coalesce(m.recipient, r.email, u.email) as email
        from (select * from mails m where m.id < ${list.before} ${state} order by m.id desc limit ${list.limit}) m
        left join users u on u.id = m.user_id left join email_requests r on r.id = m.request_id
      ) l on true
      order by l.id desc`,
    { repeatable: true },
  );
  return rows.length === 0 ? undefined : rows.filter((row) => row.id !== null);
}

/** Kinds of mail that carry a link or a code: without a request there is none to carry. */
const withGrant = textArray(
  (Object.keys(letters) as MailKind[]).filter((kind) => letters[kind].grant !== undefined),
);

/** A condition on `r`, the request of the mail, and `d`, its locked destination: a link or a code of it would still work. */
function isAlive(now: Date): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  return sql`(
    r.spent_at is null and case r.purpose
      -- What an undo brings back is kept no longer than it, and no use of another grant ends it.
      when 'undo-email-change' then r.expires_at > ${time}
      else d.grant_epoch = r.grant_epoch and r.expires_at > ${time} - ${requestKeptSeconds}::int * interval '1 second'
    end and (r.purpose <> 'change-email' or exists (
      select from sessions s join users u on u.id = s.user_id where s.id = r.session_id and ${isNotEnded()}
    )))`;
}

/**
 * The same mail once more, due at once, with secrets of its own: they come from its id. It is of the same request, so that its code
 * works with the handle that the app holds, and codes of mails that arrive after all work too. The request lives on where it has run out
 * meanwhile (mail-delivery/statements.ts): that was a fault of ours or of the mail server. The mail before stays as it is.
 *
 * `not-found` too where nothing can be mailed any more: its request was used, or is gone; nobody knows where it went.
 *
 * @param act.newId of the mail; a repeat of the call has that of the first, which is `id`.
 */
export async function retryMail(
  database: Database,
  act: Act & { readonly mailId: string; readonly newId: string; readonly callHash: string | null },
): Promise<{ readonly outcome: Outcome; readonly id: string | null }> {
  const { operator, mailId, now } = act;
  // No allowance counts these mails, so that their codes are not to be guessed. And what a mail without an account said is forgotten.
  const longCode = sql`
    case when request.purpose <> 'undo-email-change' then jsonb_build_object('code_length', ${longCodeCharacters}::int) else '{}' end`;
  const [row] = await database.query<{ outcome: Outcome; id: string | null }>(
    sql`
      with ${actingOperator(operator)},
      asked as (select m.* from mails m join caller on true where m.id = ${mailId}),
      ${lockedDestination(
        sql`select q.address_hash from email_requests q join asked on asked.request_id = q.id`,
        now,
        'destination',
      )},
      owner as (
        select u.id, u.email, ${isWithinReach(operator)} as is_within_reach from users u join asked on asked.user_id = u.id
        where ${after('destination')}
        for no key update of u
      ),
      request as (
        -- Locked, or a purge could take it away.
        select r.id, r.email, r.purpose from email_requests r join asked on asked.request_id = r.id
        join destination d on d.address_hash = r.address_hash
        where ${isAlive(now)} and ${after('owner')}
        for key share of r
      ),
      again as (
        select a.kind, a.user_id, a.recipient, a.details || ${longCode} as details, request.id as request_id, coalesce(owner.is_within_reach, true) as is_within_reach
        from asked a left join owner on true left join request on true
        where (a.user_id is null or owner.id is not null) and (request.id is not null or not a.kind = any (${withGrant}))
          and coalesce(a.recipient, request.email, owner.email) is not null
      ),
      ${idempotentCall({ ...act, onlyIf: sql`exists (select from again where is_within_reach)` })},
      ${queuedMail({
        mailId: sql`(select id from call)`,
        kind: sql`(select kind from again)`,
        to: sql`select user_id, recipient, request_id, details from again where is_within_reach`,
        now,
      })},
      ${recordedAct(
        act,
        'mail-retried',
        sql`
          select again.user_id, null::uuid as session_id, jsonb_build_object('mail_id', ${mailId}::uuid, 'kind', again.kind) as details
          from again, call where again.is_within_reach and not call.is_repeat`,
      )}
      select case when a.kind is null then 'not-found' when a.is_within_reach then 'done' else 'is-admin' end as outcome,
        (select id from call) as id
      from caller left join again a on true`,
    { repeatable: true },
  );
  return row ?? { outcome: 'no-operator', id: null };
}
