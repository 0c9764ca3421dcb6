// The statements about a second factor that is missing or wrong: the first one is noted, and each counts.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { idempotentCall } from '../../database/idempotent-calls.ts';
import { countedEvent, type RequestMetadata } from '../../database/security-events.ts';
import { authSessionSeconds, maximumFailedSignIns } from '../../lifetimes.ts';

/** A sign-in that owes a second factor. */
export type AskedFactor = { readonly id: string; readonly created_at: string; readonly has_passkey: boolean };

/**
 * Notes the first factor of somebody who owes a second. It counts as a failure until the sign-in is finished: whoever knows
 * the password gets no endless supply of these.
 *
 * @param asking.proven common table expressions that end in `proven` (sessions/start.ts).
 * @param asking.set assignments to columns of `u` beside the count.
 * @returns nothing where what was shown is not the account's any more.
 */
export async function askForSecondFactor(
  database: Database,
  asking: {
    readonly proven: SQL;
    readonly set?: SQL;
    /** The known device whose tries are counted. */
    readonly deviceId: string | null;
    /** Whether the first factor can be guessed. */
    readonly isCounted: boolean;
    readonly callHash: string | null;
    readonly newId: string;
    readonly origin: RequestMetadata;
    readonly now: Date;
  },
): Promise<AskedFactor | undefined> {
  const { deviceId, newId, callHash, origin, now, set = sql`` } = asking;
  const counts = sql`(${asking.isCounted && deviceId === null}::boolean and not c.is_repeat)`;
  const [asked] = await database.query<AskedFactor>(
    sql`
      with ${asking.proven},
      ${idempotentCall({
        callHash,
        newId,
        now,
        onlyIf: sql`exists (select from proven where may_sign_in and totp_id is not null)`,
      })},
      ${askedFactor({ deviceId, origin, now })},
      counted as (
        update users u
        set failed_sign_ins = least(u.failed_sign_ins + ${counts}::int, ${maximumFailedSignIns})${set}
        from asked, call c where u.id = asked.user_id
      )
      select asked.id, asked.created_at, u.passkey_count > 0 as has_passkey from asked join users u on u.id = asked.user_id`,
    { repeatable: true },
  );
  return asked;
}

/**
 * Common table expressions over `proven` and `call`: `asked` (`id`, `user_id`, `created_at`), the row by which the sign-in goes on,
 * and the event.
 *
 * @param asking.onlyIf a condition on `p`, the row of `proven`.
 */
export function askedFactor({
  deviceId,
  onlyIf = sql`true`,
  origin,
  now,
}: {
  readonly deviceId: string | null | SQL;
  readonly onlyIf?: SQL;
  readonly origin: RequestMetadata;
  readonly now: Date;
}): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  return sql`
    asked as (
      insert into auth_sessions as a (id, user_id, password_version, epoch, factors_version, amr, idp, joining, device_id, created_at,
        expires_at)
      select call.id, p.user_id, p.password_version, p.epoch, p.factors_version, p.amr, p.idp, to_jsonb(p) -> 'joining', ${deviceId},
        ${time}, ${time} + ${authSessionSeconds}::int * interval '1 second'
      from proven p, call where ${onlyIf}
      on conflict (id) do update set user_id = excluded.user_id
      returning a.id, a.user_id, a.created_at
    ),
    ${countedEvent({
      kind: 'second-factor-required',
      of: sql`select asked.user_id, asked.user_id::text as whose from asked, call where not call.is_repeat`,
      origin,
      now,
    })}`;
}

/** Counts a wrong code of somebody who had shown the first factor: at the secret, at the account, and for its owner to read. */
export async function recordWrongFactor(
  database: Database,
  wrong: {
    readonly userId: string;
    readonly totpId: string | null;
    /** Whether it was at a sign-in by a device that is not known. */
    readonly isStrangers: boolean;
    /** A common table expression `first`: a row, or none where the call was counted before. */
    readonly first?: SQL;
    readonly origin: RequestMetadata;
    readonly now: Date;
  },
): Promise<void> {
  const { first = sql`first as (select)` } = wrong;
  await database.query(
    sql`
      with ${first},
      owner as (
        update users u
        set failed_sign_ins = least(u.failed_sign_ins + ${wrong.isStrangers}::boolean::int, ${maximumFailedSignIns})
        from first where u.id = ${wrong.userId}
        returning u.id as user_id
      ),
      failed as (
        update totp_secrets t set failures = least(t.failures + 1, ${maximumFailedSignIns})
        from owner where t.id = ${wrong.totpId}::uuid and t.user_id = owner.user_id
      ),
      ${countedEvent({
        ...wrong,
        kind: 'second-factor-failed',
        of: sql`select user_id, user_id::text as whose from owner`,
      })}
      select from owner`,
    // A second count of one failure does no harm.
    { repeatable: true },
  );
}
