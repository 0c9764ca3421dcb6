// The statement by which somebody who is signed in has shown once more who they are.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { forgottenAttempts, sessionAsTarget } from '../../authentication/attempts.ts';
import { type CodeToRedeem, queuedRedemption } from '../../authentication/provider-code.ts';
import type { StoredFactor } from '../../authentication/second-factor.ts';
import { type ShownIdentity, usedIdentity } from '../../authentication/shown-identity.ts';
import { type ShownPasskey, usedPasskey } from '../../authentication/shown-passkey.ts';
import type { Database } from '../../database/client.ts';
import { wasSpentBy } from '../../database/idempotent-calls.ts';
import { type EventContext, recordedEvent } from '../../database/security-events.ts';
import { after } from '../../database/statement-parts.ts';
import { activeCaller, type Caller, isOfEpoch } from '../../sessions/active-caller.ts';
import { owesNothing, reachedLevel, type ShownFactor, spentFactor } from '../../sessions/second-factor.ts';
import {
  byPassword,
  issuedTo,
  levelOf,
  type NewestToken,
  newestToken,
  newestTokenIn,
  textArray,
} from '../../sessions/state.ts';

/**
 * `refused`: the first factor is not good any more, a passkey or an identity that was removed, or whose challenge or ID token was
 * used before.
 * `factor-refused`: the code was used before, or the user has another second factor by now.
 */
export type Reauthentication =
  | ({ readonly outcome: 'renewed' } & NewestToken)
  | { readonly outcome: 'refused' | 'factor-refused' | 'ended' };

/**
 * From now on the session is one that was signed in by this. Its refresh token stays as it is: what that says is kept for a
 * retry of the call that issued it.
 *
 * A session never gets the time of what was shown with the level of something older: a password alone leaves the one that
 * a passkey had raised at `aal1`.
 *
 * @param factor the second factor, where one was shown beside it.
 */
export async function reauthenticate(
  database: Database,
  caller: Caller & EventContext & { readonly call: string; readonly roleClaim: string },
  { first, factor }: { readonly first: ShownAgain; readonly factor?: ShownFactor | undefined },
): Promise<Reauthentication> {
  const { call, now } = caller;
  const [row] = await database.query<Reauthentication>(
    sql`
      with ${activeCaller(caller)},
      ${first.before ? sql`${first.before},` : sql``}
      -- Lock order: an address before the user, and the user before any session, as in every other statement, so that no two deadlock.
      owner as (
        select u as account, u.id as user_id, u.totp_id, u.password_version, case when u.email_verified_at is not null then u.email end as email
        from users u join caller on caller.user_id = u.id
        where ${isOfEpoch({ session: 'caller' })} ${first.before ? sql`and ${after('good')}` : sql``}
        for no key update of u
      ),
      ${first.proven},
      ${spentFactor('proven', factor, { call, now })},
      admitted as (
        select p.user_id, ${reachedLevel.amr} as amr, ${reachedLevel.acr} as acr, p.idp,
          -- The repeat of a call shows nothing new.
          coalesce(${first.since ?? sql`null`}, (select spent_at from spent_factor), ${now.toISOString()}::timestamptz) as auth_time
        from proven p where ${owesNothing}
      ),
      renewed as (
        update sessions s
        set amr = a.amr, acr = a.acr, idp = a.idp, auth_time = a.auth_time, issued_level = ${levelOf().issued}
        from admitted a where s.id = ${caller.sessionId} and s.user_id = a.user_id and s.ended_at is null
        returning s.id, s.user_id, ${newestToken()}
      ),
      ${first.spent ? sql`${first.spent},` : sql``}
      ${forgottenAttempts(sessionAsTarget(caller.sessionId), sql`exists (select from renewed)`)},
      ${recordedEvent({
        ...caller,
        kind: 'reauthenticated',
        of: sql`select user_id, id as session_id from renewed`,
      })}
      select case
          when r.id is not null then 'renewed' when p.user_id is null then 'refused'
          when a.user_id is null then 'factor-refused' else 'ended'
        end as outcome,
        ${newestTokenIn('r')}, ${issuedTo(sql`o.account`, { ...caller, when: sql`r.id is not null` })}
      from owner o left join proven p on true left join admitted a on true left join renewed r on true`,
    { repeatable: true },
  );
  return row ?? { outcome: 'ended' };
}

/** What was shown first, as the statement asks for it once more. */
export type ShownAgain = {
  /** Common table expressions over `caller` that lock what comes before the user, and end in `good`. */
  readonly before?: SQL;
  /**
   * Common table expressions over `owner`, the user's row (`user_id`, `totp_id`, `password_version`, and `email` where it is
   * proven), that end in `proven`: that row with `amr`, `acr` and `idp`, where what was shown is good.
   */
  readonly proven: SQL;
  /** An expression over `p`, the row of `proven`: when it was shown, where that was before this call. */
  readonly since?: SQL;
  /** Common table expressions over `renewed` (`user_id`): what the call uses up. */
  readonly spent?: SQL;
};

/** `proven` by a passkey, while it is theirs and the challenge fresh. */
export function provenByOwnPasskey(
  shown: ShownPasskey,
  use: { readonly call: string; readonly now: Date },
): ShownAgain {
  return {
    proven: sql`
      ${usedPasskey('owner', shown, use)},
      proven as (select o.*, used.amr, used.acr, null::text as idp from owner o, used)`,
  };
}

/** Whether an identity is one of the caller's own, and the second factor that they have. Nothing where the session has ended. */
export async function findOwnIdentity(
  database: Database,
  caller: Caller,
  { identity, call }: { readonly identity: ShownIdentity; readonly call: string },
): Promise<(StoredFactor & { readonly is_theirs: boolean; readonly is_repeated_code: boolean }) | undefined> {
  const [found] = await database.query<StoredFactor & { is_theirs: boolean; is_repeated_code: boolean }>(
    sql`
      with ${activeCaller(caller)}
      select u.totp_id, t.secret as totp_secret, ${wasSpentBy(call, { row: 't', now: caller.now })} as is_repeated_code,
        exists (select from identities i where i.user_id = u.id and ${isActiveIdentity(identity)}) as is_theirs
      from caller join users u on u.id = caller.user_id left join totp_secrets t on t.id = u.totp_id`,
    { repeatable: true },
  );
  return found;
}

/** A condition on `i`, a row of `identities`. */
const isActiveIdentity = ({ issuer, subject }: ShownIdentity): SQL =>
  sql`(i.issuer = ${issuer} and i.subject = ${subject} and i.removed_at is null)`;

/** `proven` by an identity, while it is theirs, and ID token and nonce unused. Its provider's code is queued, to be redeemed. */
export function provenByOwnIdentity(
  identity: ShownIdentity,
  code: CodeToRedeem | undefined,
  use: { readonly call: string; readonly now: Date },
): ShownAgain {
  return {
    proven: sql`
      own as (
        select i.id from identities i join owner o on o.user_id = i.user_id where ${isActiveIdentity(identity)}
        -- Having waited, it is asked again whether it is there.
        for no key update of i
      ),
      ${usedIdentity('own', identity, use)},
      used as (
        update identities i set last_used_at = ${use.now.toISOString()} from own, unspent where i.id = own.id
        returning i.id
      ),
      ${queuedRedemption(sql`select id as identity_id from used`, code, use.now)},
      proven as (
        select o.*, ${textArray(identity.amr)} as amr, 'aal1' as acr, ${identity.provider}::text as idp from owner o, used
      )`,
  };
}

/** `proven` by the password, while it is the one that was checked. */
export function provenByOwnPassword(passwordVersion: number): ShownAgain {
  const { amr, acr } = byPassword;
  return {
    proven: sql`
      proven as (
        select o.*, ${textArray(amr)} as amr, ${acr}::text as acr, null::text as idp from owner o where o.password_version = ${passwordVersion}
      )`,
  };
}
