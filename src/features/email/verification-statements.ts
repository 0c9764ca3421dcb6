// The statements about proving the address of a registration.

import { sql } from 'drizzle-orm/sql/sql';
import { forgottenAttempts } from '../../authentication/attempts.ts';
import {
  type GrantResult,
  isRightAlone,
  type PresentedGrant,
  presentedGrant,
  spentRequest,
} from '../../authentication/mailed-grants.ts';
import { isFreeAddress } from '../../authentication/requested-mail.ts';
import { mayHaveAccount } from '../../authentication/sign-up.ts';
import type { Database } from '../../database/client.ts';
import { type RequestMetadata, recordedEvent } from '../../database/security-events.ts';
import { type Caller, isNotEnded } from '../../sessions/active-caller.ts';
import { provenUser, type SessionStart, startedSession } from '../../sessions/start.ts';
import {
  byPassword,
  issuedTo,
  newestToken,
  newestTokenIn,
  type StartedSession,
  startedSessionAsJson,
} from '../../sessions/state.ts';
import {
  callingGuest,
  isGuest,
  isNobodys,
  type Looking,
  type Upgraded,
  type UpgradeOutcome,
  upgradeOutcome,
} from './guest-upgrade-statements.ts';

/** What was typed at the registration, and the session of a use that is repeated. */
export type LookedAt = Omit<GrantResult, 'outcome'> & {
  readonly outcome: UpgradeOutcome;
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly photo: string | null;
  readonly locale: string | null;
  /** Whose account it is, or becomes, is one that an operator has disabled. */
  readonly is_disabled: boolean;
  readonly started: StartedSession | null;
};

/**
 * Looks at the grant of a registration, before a password is hashed for it. A wrong code counts.
 *
 * @param guest whose account is to get the address, where it is not to be a new one's.
 */
export async function lookAtRegistration(
  database: Database,
  presented: PresentedGrant,
  looking: Looking & { readonly roleClaim: string },
  guest?: Caller,
): Promise<LookedAt | undefined> {
  const { now } = looking;
  const registration = { ...looking, purposes: ['register'] } as const;
  const [verdict] = await database.query<LookedAt>(
    sql`
      with ${
        guest
          ? sql`
            ${callingGuest(guest, presented, { locks: false })},
            ${presentedGrant(presented, { ...registration, mayTry: isGuest, and: sql`${isNobodys('r', now)} and ${mayHaveAccount(looking, sql`r.email`)}` })}`
          : presentedGrant(presented, { ...registration, and: isFree(looking) })
      }
      select ${guest ? upgradeOutcome(looking) : sql`case when ${isRightAlone(now)} and not ${mayHaveAccount(looking, sql`v.email`)} then 'closed' else v.outcome end`} as outcome, v.attempts_left, v.id, v.email, v.name, v.photo, v.locale,
        exists (select from users u where u.email = v.email and u.disabled_at is not null) as is_disabled,
        (select wrong_codes from campaign) as campaign, (
        select ${startedSessionAsJson(newestToken(), issuedTo(sql`u`, { ...looking, when: sql`v.outcome = 'repeated'` }))}
        from sessions s join users u on u.id = s.user_id
        where s.id = v.session_id and s.generation = 0 and ${isNotEnded()}
      ) as started
      from verdict v`,
    { repeatable: true },
  );
  return verdict;
}

/** A condition on `r`, the registration. What was begun before SIGN_UP was closed makes no account afterwards. */
const isFree = (looking: Looking) => sql`
  ${isFreeAddress(sql`r.email`, sql`r.address_hash`, looking.now)} and ${mayHaveAccount(looking, sql`r.email`)}`;

/**
 * Uses the grant: an account is made, or one that somebody imported and nobody had proven becomes the prover's, with
 * their password and no more rights than anybody's. Every other grant of the address is dead then.
 */
export async function verifyRegistration(
  database: Database,
  presented: PresentedGrant,
  presentation: Looking & { readonly use: string },
  account: {
    readonly userId: string;
    readonly passwordHash: string;
    readonly name: string;
    readonly photo: string | null;
    readonly locale: string | null;
    /** Whether what was typed at the registration is the prover's own. */
    readonly keepsMetadata: boolean;
    /** Where the prover is signed in with it. */
    readonly start: SessionStart | undefined;
    readonly origin: RequestMetadata;
  },
): Promise<Upgraded | undefined> {
  const { now, use } = presentation;
  const { start } = account;
  const event = { id: use, kind: 'email-verified' } as const;
  const time = sql`${now.toISOString()}::timestamptz`;
  const [verdict] = await database.query<Upgraded>(
    sql`
      with ${presentedGrant(presented, { ...presentation, purposes: ['register'], and: isFree(presentation) })},
      ${spentRequest(presentation, start?.sessionId)},
      proven as (
        insert into users as u (id, email, email_verified_at, password_hash, name, photo, locale, metadata, created_at, updated_at)
        select ${account.userId}, email, ${time}, ${account.passwordHash}, ${account.name}, ${account.photo}, ${account.locale},
          case when ${account.keepsMetadata}::boolean then coalesce(metadata, '{}') else '{}' end, ${time}, ${time}
        from spent
        on conflict (email) do update
        set email_verified_at = excluded.email_verified_at, password_hash = excluded.password_hash,
          password_version = u.password_version + 1, session_epoch = u.session_epoch + 1, failed_sign_ins = 0,
          role = 'user', name = excluded.name, photo = excluded.photo, locale = excluded.locale, metadata = excluded.metadata,
          app_metadata = '{}', updated_at = excluded.updated_at
        where u.email_verified_at is null
        -- They have just chosen the password; the mailbox has no registered name.
        returning ${provenUser(byPassword)}
      ),
      ${forgottenAttempts(sql`(select email from proven)`)},
      ${
        start
          ? startedSession({ ...start, callHash: null, event })
          : recordedEvent({
              eventId: event.id,
              kind: event.kind,
              of: sql`select user_id, null::uuid as session_id from proven`,
              origin: account.origin,
              now,
            })
      }
      select case
          when v.outcome = 'right' and not exists (select from proven) then 'dead'
          when ${start ? sql`exists (select from identified where is_disabled)` : sql`false`} then 'disabled'
          else v.outcome
        end as outcome, v.attempts_left, (select wrong_codes from campaign) as campaign,
        ${start ? sql`(select ${startedSessionAsJson(newestTokenIn('s'), issuedTo(sql`proven.account`, { ...start, when: sql`true` }))} from started s, proven)` : sql`null`} as started
      from verdict v`,
    { repeatable: true },
  );
  return verdict;
}
