// The parts and the statement by which a guest's account gets the address that they have proven: the same account, and no merge.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { forgottenAttempts } from '../../authentication/attempts.ts';
import {
  type GrantOutcome,
  type GrantResult,
  isRightAlone,
  type Presentation,
  type PresentedGrant,
  presentedGrant,
  spentRequest,
} from '../../authentication/mailed-grants.ts';
import { isHeldForUndo } from '../../authentication/requested-mail.ts';
import { mayHaveAccount } from '../../authentication/sign-up.ts';
import { type Database, DatabaseError } from '../../database/client.ts';
import { type EventContext, recordedEvent } from '../../database/security-events.ts';
import { after } from '../../database/statement-parts.ts';
import type { Config } from '../../environment.ts';
import { mostMetadataBytes } from '../../http/metadata-field.ts';
import { activeCaller, type Caller, isOfEpoch } from '../../sessions/active-caller.ts';
import { upgradedGuest } from '../../sessions/guests.ts';
import { provenUser, type SessionStart, startedSession } from '../../sessions/start.ts';
import {
  byPassword,
  issuedTo,
  newestTokenIn,
  type StartedSession,
  startedSessionAsJson,
} from '../../sessions/state.ts';

/**
 * `taken`: the code was right, and somebody has the address, or may have it back. `closed`: likewise, and nobody may have an account with it
 * (SIGN_UP). `caller-ended`: the guest's session has. `no-guest`: the guest
 * has become somebody since the token was issued. Nothing is spent by these. `disabled`: it is used, and its account is one that was
 * imported and that an operator has disabled: nobody is signed in.
 */
export type UpgradeOutcome = GrantOutcome | 'taken' | 'closed' | 'caller-ended' | 'no-guest' | 'disabled';

export type Looking = Omit<Presentation, 'purposes' | 'use' | 'and' | 'mayTry'> & Pick<Config, 'signUp'>;

/**
 * Common table expressions `caller` and `guest` (`id`): one row where the caller is a guest.
 *
 * @param locks for a use. Lock order: the destination before the user, as in every statement about an address.
 */
export function callingGuest(
  caller: Caller,
  presented: PresentedGrant,
  { locks }: { readonly locks: boolean },
): SQL {
  const requestId = 'requestId' in presented ? presented.requestId : null;
  const guest = sql`
    select u.id from users u join caller on caller.user_id = u.id
    where u.is_guest and ${isOfEpoch({ session: 'caller' })}`;
  if (!locks) return sql`${activeCaller(caller)}, guest as (${guest})`;
  return sql`
    ${activeCaller(caller)},
    destination as (
      select d.address_hash from email_destinations d join email_requests r on r.address_hash = d.address_hash
      where r.id = ${requestId}::uuid and d.counter = '' for update of d
    ),
    guest as (${guest} and ${after('destination')} for no key update of u)`;
}

/** What must hold of `r` for anything to be tried with it: a code that comes from a session that is over is no try. */
export const isGuest = sql`exists (select from guest)`;

/** A condition on a row of a registration: nobody has the address, proven or imported, and nobody may have it back. */
export function isNobodys(row: string, now: Date): SQL {
  const { email, hash } = { email: sql.raw(`${row}.email`), hash: sql.raw(`${row}.address_hash`) };
  return sql`(
    not exists (select from users owner where owner.email = ${email}) and not ${isHeldForUndo(hash, now)})`;
}

/** An expression over `v`, the verdict, beside `presented`, `caller` and `guest`: an `UpgradeOutcome`. */
export function upgradeOutcome(looking: Pick<Looking, 'now' | 'signUp'>): SQL {
  const { now } = looking;
  return sql`
    case
      when v.outcome = 'repeated' then v.outcome
      when not exists (select from caller) then 'caller-ended'
      when not exists (select from guest) then 'no-guest'
      when ${isRightAlone(now)} and not ${isNobodys('v', now)} then 'taken'
      when ${isRightAlone(now)} and not ${mayHaveAccount(looking, sql`v.email`)} then 'closed'
      else v.outcome
    end`;
}

export type Upgrade = EventContext & {
  readonly caller: Caller;
  readonly passwordHash: string;
  readonly name: string;
  readonly photo: string | null;
  readonly locale: string | null;
  /** Where a new session begins in place of the caller's. */
  readonly start: SessionStart | undefined;
};

export type Upgraded = Omit<GrantResult, 'outcome'> & {
  readonly outcome: UpgradeOutcome;
  readonly started: StartedSession | null;
};

const uniqueViolation = '23505';

/** Uses the grant of a registration: the guest has its address from now on, and the password that is chosen here. */
export async function upgradeByAddress(
  database: Database,
  presented: PresentedGrant,
  presentation: Looking & { readonly use: string },
  upgrade: Upgrade,
): Promise<Upgraded | undefined> {
  try {
    return await tryToUpgrade(database, presented, presentation, upgrade);
  } catch (error) {
    // The address is somebody's by now, and the statement has left nothing: once more it is seen.
    if (!(error instanceof DatabaseError) || error.code !== uniqueViolation) throw error;
    return await tryToUpgrade(database, presented, presentation, upgrade);
  }
}

async function tryToUpgrade(
  database: Database,
  presented: PresentedGrant,
  presentation: Looking & { readonly use: string },
  { caller, start, ...upgrade }: Upgrade,
): Promise<Upgraded | undefined> {
  const { now, use } = presentation;
  const time = sql`${now.toISOString()}::timestamptz`;
  const event = { id: use, kind: 'email-verified' } as const;
  const [verdict] = await database.query<Upgraded>(
    sql`
      with ${callingGuest(caller, presented, { locks: true })},
      ${presentedGrant(presented, { ...presentation, purposes: ['register'], mayTry: isGuest, and: sql`${isNobodys('r', now)} and ${mayHaveAccount(presentation, sql`r.email`)}` })},
      ${spentRequest(presentation, start?.sessionId)},
      proven as (
        update users u
        set is_guest = false, email = spent.email, email_verified_at = ${time}, password_hash = ${upgrade.passwordHash},
          -- The first password, and no other one: the guest's device stays known.
          name = ${upgrade.name}, photo = coalesce(${upgrade.photo}::text, u.photo),
          -- The guest's own stays.
          locale = coalesce(u.locale, ${upgrade.locale}::text),
          -- Likewise, and goes before what there is no room for.
          metadata = case when octet_length((u.metadata || coalesce(spent.metadata, '{}'))::text) <= ${mostMetadataBytes}
            then u.metadata || coalesce(spent.metadata, '{}') else u.metadata end, updated_at = ${time}
        from spent, guest where u.id = guest.id
        returning ${provenUser(byPassword)}
      ),
      ${forgottenAttempts(sql`(select email from proven)`)},
      ${
        start
          ? startedSession({ ...start, callHash: null, event })
          : recordedEvent({
              ...upgrade,
              eventId: event.id,
              kind: event.kind,
              of: sql`select user_id, ${caller.sessionId}::uuid as session_id from proven`,
            })
      },
      ${upgradedGuest({
        ...upgrade,
        of: 'proven',
        // What was shown was typed beside a token that somebody may have a copy of: whoever refreshes first would be recent.
        goingOn: start?.sessionId ?? caller.sessionId,
      })}
      select ${upgradeOutcome(presentation)} as outcome, v.attempts_left, (select wrong_codes from campaign) as campaign,
        ${start ? sql`(select ${startedSessionAsJson(newestTokenIn('s'), issuedTo(sql`proven.account`, { ...start, when: sql`true` }))} from started s, proven)` : sql`null`} as started
      from verdict v`,
    { repeatable: true },
  );
  return verdict;
}
