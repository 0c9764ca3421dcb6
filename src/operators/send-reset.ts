// The statement by which an operator has a password reset mailed.

import { sql } from 'drizzle-orm/sql/sql';
import {
  addressHash,
  grantPurposes,
  lockedDestination,
  longCodeCharacters,
} from '../authentication/destinations.ts';
import type { Database } from '../database/client.ts';
import { idempotentCall } from '../database/idempotent-calls.ts';
import { queuedMail } from '../database/mail-queue.ts';
import { type Act, type Outcome, recordedAct, targetUser } from './operator.ts';

/**
 * Mails a link by which its user chooses a password. No allowance keeps it back and none is used up: it is a person who sends it. Nobody holds
 * a handle of the request, so that the link alone works, and the mail shows no code.
 *
 * @param act.newId of the request, and of its mail; a repeat of the call has those of the first.
 * @returns `no-address` where the account has none.
 */
export async function sendReset(
  database: Database,
  act: Act & { readonly userId: string; readonly newId: string; readonly callHash: string | null },
): Promise<Outcome | 'no-address'> {
  const { userId, now } = act;
  const time = sql`${now.toISOString()}::timestamptz`;
  const { seconds } = grantPurposes['reset-password'];
  const [row] = await database.query<{ outcome: Outcome | 'no-address' }>(
    sql`
      with ${targetUser(act, {
        before: lockedDestination(
          sql`
            select ${addressHash(sql`u.email`)} as address_hash from users u join caller on true
            where u.id = ${userId} and u.email is not null`,
          now,
          'destination',
        ),
      })},
      reachable as (
        -- Of an address that has just been left no mail leaves.
        select t.id, t.email, d.address_hash, d.grant_epoch from target t join destination d on d.address_hash = ${addressHash(sql`t.email`)}
      ),
      ${idempotentCall({ ...act, onlyIf: sql`exists (select from reachable)` })},
      request as (
        insert into email_requests (id, purpose, address_hash, email, user_id, grant_epoch, created_at, expires_at)
        select call.id, 'reset-password', r.address_hash, r.email, r.id, r.grant_epoch, ${time},
          ${time} + ${seconds}::int * interval '1 second'
        from reachable r, call
        on conflict (id) do nothing
        returning id, user_id
      ),
      ${queuedMail({
        mailId: sql`(select id from request)`,
        kind: 'reset-password',
        to: sql`
          select user_id, id as request_id, jsonb_build_object('code_length', ${longCodeCharacters}::int, 'by', 'operator') as details
          from request`,
        now,
      })},
      ${recordedAct(act, 'reset-sent', sql`select user_id, null::uuid as session_id, '{}'::jsonb as details from request`)}
      select case
          when f.id is null then 'not-found' when not f.is_within_reach then 'is-admin'
          when exists (select from reachable) then 'done' else 'no-address'
        end as outcome
      from caller left join found f on true`,
    { repeatable: true },
  );
  return row?.outcome ?? 'no-operator';
}
