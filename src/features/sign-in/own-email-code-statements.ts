// The statements of a mailed code that somebody who is signed in shows once more: it is of their own address, and used once.

import { sql } from 'drizzle-orm/sql/sql';
import {
  type GrantResult,
  type Presentation,
  type PresentedGrant,
  presentedGrant,
} from '../../authentication/mailed-grants.ts';
import type { StoredFactor } from '../../authentication/second-factor.ts';
import type { Database } from '../../database/client.ts';
import { wasSpentBy } from '../../database/idempotent-calls.ts';
import { activeCaller, type Caller } from '../../sessions/active-caller.ts';
import { textArray } from '../../sessions/state.ts';
import { byEmailCode, goodCode, signInPurposes, spentCode } from './email-code-statements.ts';
import type { ShownAgain } from './reauthenticate-statements.ts';

type Looking = Pick<Presentation, 'callHash' | 'deviceId' | 'now'>;

/** A condition on `r`, the request, beside `caller`. With another's nothing is tried, and so nothing is told of it. */
const isOwn = sql`exists (
  select from caller join users own on own.id = caller.user_id
  where own.email = r.email and own.email_verified_at is not null)`;

/** Looks at the code, and at the second factor that the caller has. A wrong code counts. Nothing where the session has ended. */
export async function lookAtOwnCode(
  database: Database,
  caller: Caller,
  presented: PresentedGrant,
  looking: Looking,
): Promise<
  | (GrantResult & StoredFactor & { readonly is_repeated_code: boolean; readonly is_guest: boolean })
  | undefined
> {
  const [found] = await database.query<
    GrantResult & StoredFactor & { is_repeated_code: boolean; is_guest: boolean }
  >(
    sql`
      with ${activeCaller(caller)},
      ${presentedGrant(presented, { ...looking, purposes: signInPurposes, mayTry: isOwn })}
      select coalesce(v.outcome, 'dead') as outcome, coalesce(v.attempts_left, 0) as attempts_left,
        (select wrong_codes from campaign) as campaign, u.is_guest, u.totp_id, t.secret as totp_secret,
        ${wasSpentBy(looking.callHash, { row: 't', now: looking.now })} as is_repeated_code
      from caller join users u on u.id = caller.user_id left join totp_secrets t on t.id = u.totp_id
      left join verdict v on true`,
    { repeatable: true },
  );
  return found;
}

/**
 * `proven` by a mailed code, while the address is theirs. Only a session that was renewed has used it: a second factor that is refused
 * spends nothing.
 */
export function provenByOwnCode(
  presented: PresentedGrant,
  looking: Looking & { readonly use: string },
): ShownAgain {
  const { amr, acr } = byEmailCode;
  return {
    before: sql`
      ${presentedGrant(presented, { ...looking, purposes: signInPurposes, mayTry: isOwn })},
      ${goodCode(looking.use)}`,
    proven: sql`
      proven as (
        select o.*, ${textArray(amr)} as amr, ${acr}::text as acr, null::text as idp,
          case when g.outcome = 'repeated' then g.spent_at end as since
        from owner o join good g on g.email = o.email
      )`,
    since: sql`p.since`,
    spent: spentCode(looking, 'renewed'),
  };
}
