// The statements of a sign-in by a mailed code: what a second factor beside it is checked against, and the session.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { addressOwner, madeAccount } from '../../authentication/account-by-address.ts';
import {
  type GrantResult,
  isRightAlone,
  type Presentation,
  type PresentedGrant,
  presentedGrant,
} from '../../authentication/mailed-grants.ts';
import { isFreeAddress, isHeldForUndo } from '../../authentication/requested-mail.ts';
import type { StoredFactor } from '../../authentication/second-factor.ts';
import { mayHaveAccount } from '../../authentication/sign-up.ts';
import type { Database } from '../../database/client.ts';
import type { Config } from '../../environment.ts';
import type { ShownFactor } from '../../sessions/second-factor.ts';
import type { SignInMethod } from '../../sessions/state.ts';
import {
  type AskingSignIn,
  completeSignInOrAsk,
  forgivenFailures,
  presentedDeviceOf,
  type SignInCall,
} from './complete-statements.ts';

/** RFC 8176 has no name for a mailbox, and who reads it is not sure enough for a level. */
export const byEmailCode: SignInMethod = { amr: [], acr: null };

export const signInPurposes = ['sign-in'] as const;

type Looking = Omit<Presentation, 'purposes' | 'use' | 'and' | 'mayTry'> & Pick<Config, 'signUp'>;

/** A condition on `r`, the request: whoever proves its address may have the account of it, or a new one. */
const opensSomething = (looking: Looking) => sql`(
  exists (select from users proven where proven.email = r.email and proven.email_verified_at is not null)
  or (not ${isHeldForUndo(sql`r.address_hash`, looking.now)} and ${mayHaveAccount(looking, sql`r.email`)}))`;

/** An expression over `v`, the verdict: its outcome, `closed` where the code is right and nobody may have an account with the address. */
const outcomeOf = (looking: Looking) => sql`
  case when ${isRightAlone(looking.now)} and not ${mayHaveAccount(looking, sql`v.email`)} then 'closed' else v.outcome end`;

/** Looks at the code before the second factor that came with it. A wrong code counts. */
export async function lookAtSignInCode(
  database: Database,
  presented: PresentedGrant,
  looking: Looking,
): Promise<(GrantResult & StoredFactor & { readonly device_id: string | null }) | undefined> {
  const { now } = looking;
  const [verdict] = await database.query<GrantResult & StoredFactor & { readonly device_id: string | null }>(
    sql`
      with ${presentedGrant(presented, { ...looking, purposes: signInPurposes, and: opensSomething(looking) })}
      select ${outcomeOf(looking)} as outcome, v.attempts_left, (select wrong_codes from campaign) as campaign, p.id as user_id, p.totp_id,
        t.secret as totp_secret, ${presentedDeviceOf(sql`p.id`, sql`p.password_version`, { presentedDeviceId: looking.deviceId, now })} as device_id
      from verdict v
      left join users p on p.email = v.email and p.email_verified_at is not null and v.outcome in ('right', 'repeated')
      left join totp_secrets t on t.id = p.totp_id`,
    { repeatable: true },
  );
  return verdict;
}

/** Where the code is not good; `overtaken`: something else has changed whose the address is. */
type NotGood = 'wrong' | 'dead' | 'overtaken' | 'closed';

export type CodeSignIn = AskingSignIn<NotGood> & Pick<GrantResult, 'attempts_left' | 'campaign'>;

/**
 * Uses the code: the account that has proven the address is signed in to; one that was imported becomes the prover's, or there is
 * a new one. Every other grant of the address ends.
 *
 * A second factor that is refused spends nothing: the request goes on in the epoch that this use has begun.
 *
 * READ COMMITTED: an account that was made, changed its address or was deleted at this moment is not in what the statement sees.
 * Then it does nothing, and is run again.
 */
export async function signInByCode(
  database: Database,
  presented: PresentedGrant,
  looking: Looking & { readonly use: string },
  start: SignInCall,
  account: {
    readonly userId: string;
    /** For a new account. What was said with the request goes before the language of this call. */
    readonly name: string;
    readonly locale: string | null;
    /** The account's known device, whose tries are counted apart. */
    readonly deviceId: string | null;
    readonly factor: ShownFactor | undefined;
  },
): Promise<CodeSignIn> {
  for (let run = 1; ; run += 1) {
    const signIn = await runSignIn(database, presented, looking, start, account);
    if (signIn.outcome !== 'overtaken' || run === mostRuns) return signIn;
  }
}

const mostRuns = 3;

function runSignIn(
  database: Database,
  presented: PresentedGrant,
  looking: Parameters<typeof signInByCode>[2],
  start: SignInCall,
  { userId, name, locale, deviceId, factor }: Parameters<typeof signInByCode>[4],
): Promise<CodeSignIn> {
  const { use, now } = looking;
  return completeSignInOrAsk<NotGood, Pick<GrantResult, 'attempts_left' | 'campaign'>>(database, start, {
    proven: sql`
      ${presentedGrant(presented, { ...looking, purposes: signInPurposes, and: opensSomething(looking) })},
      ${goodCode(use)},
      ${addressOwner('owner', sql`select email from good`, byEmailCode)},
      ${madeAccount(
        sql`
          select g.email, ${name}::text as name, coalesce(g.locale, ${locale}::text) as locale from good g
          where g.outcome = 'right' and ${isFreeAddress(sql`g.email`, sql`g.address_hash`, now)}`,
        { userId, provider: 'local', method: byEmailCode, now },
      )},
      proven as (select * from owner union all select * from made)`,
    factor,
    // Whoever reads the mail may not know the password: what was guessed at it still counts. A second factor that was shown is what
    // was counted.
    also: sql`${spentCode(looking, factor ? 'identified' : 'proven')}${factor ? sql`, ${forgivenFailures(deviceId)}` : sql``}`,
    event: sql`case when exists (select from made) then 'email-verified' else 'signed-in' end`,
    otherwise: sql`coalesce((select case when v.outcome in ('right', 'repeated') then 'overtaken' else ${outcomeOf(looking)} end from verdict v), 'dead')`,
    columns: sql`(select attempts_left from verdict) as attempts_left, (select wrong_codes from campaign) as campaign`,
  });
}

/** A common table expression `good`, after `presentedGrant`: the request whose code is good for this use. */
export function goodCode(use: string): SQL {
  return sql`
    good as (
      select v.id, v.email, v.address_hash, v.locale, v.outcome, v.spent_at from verdict v, epoch e
      where v.outcome = 'repeated' or (v.outcome = 'right' and e.decided_for = ${use}::uuid)
    )`;
}

/**
 * A common table expression `spent_code`: the request is over, and is of whoever it has signed in. Where that is nobody, it goes
 * on in the epoch that this use has begun.
 *
 * @param done the name of a common table expression with the `user_id`: one row, or none where nothing came of it.
 */
export function spentCode({ callHash, now }: Pick<Looking, 'callHash' | 'now'>, done: string): SQL {
  const isDone = sql`p.user_id is not null`;
  return sql`
    spent_code as (
      update email_requests r
      set spent_at = case when ${isDone} then ${now.toISOString()}::timestamptz end, spent_call = case when ${isDone} then ${callHash} end,
        user_id = p.user_id, grant_epoch = case when ${isDone} then r.grant_epoch else e.grant_epoch end
      from verdict v join epoch e on true left join ${sql.raw(done)} p on true
      where r.id = v.id and v.outcome = 'right'
    )`;
}

/** A common table expression `first`: a row, where no failure of this call was counted before. */
export function firstFailure(requestId: string, call: string): SQL {
  return sql`
    first as (
      update email_requests r set last_call = ${call}
      where r.id = ${requestId} and r.last_call is distinct from ${call} returning r.id
    )`;
}
