// Why a statement had no caller: the session has ended, or the sign-in is not what it takes.

import { sql } from 'drizzle-orm/sql/sql';
import type { Dependencies } from '../context.ts';
import type { Database } from '../database/client.ts';
import { recentSignInSeconds } from '../lifetimes.ts';
import { Problem } from '../problems.ts';
import { activeCaller, type Caller } from '../sessions/active-caller.ts';
import { type RequiredLevel, shortfall } from '../tokens/step-up.ts';

type Ways = {
  readonly has_password: boolean;
  readonly has_passkey: boolean;
  readonly has_proven_address: boolean;
  /** Names of identity providers. */
  readonly providers: readonly string[];
  readonly has_second_factor: boolean;
  readonly is_guest: boolean;
};

/**
 * What a sensitive request takes: a sign-in of the last minutes, with a second factor of those who have one. A guest has nothing to
 * show and nothing that anybody else could show: whoever has the token is who they are. That its user is a guest still, the
 * endpoint's own statement asks (`isOfUsersLevel`).
 *
 * @returns what is missing; undefined where nothing is.
 */
export function missingSignIn({ level, now }: Caller, { hasSecondFactor }: { hasSecondFactor: boolean }) {
  if (level?.guest && !hasSecondFactor) return undefined;
  return shortfall(
    level,
    { maxAge: recentSignInSeconds, ...(hasSecondFactor && { acr: 'aal2' as const }) },
    now,
  );
}

/**
 * `session-ended`; `account-is-guest`, of whom no sign-in is asked; or `recent-sign-in-required` with the methods by which this user can
 * show who they are: a password, an ID token of one of the `providers` or a
 * mailed code goes with one of the `factors`, where there are any.
 *
 * @param needs what the sign-in has to be, where that is not the user's level and recent.
 */
export async function refusedCaller(
  { config, database }: Pick<Dependencies, 'config' | 'database'>,
  caller: Caller,
  needs?: RequiredLevel,
): Promise<Problem> {
  const [ways] = await database.query<Ways>(
    sql`
      with ${activeCaller(caller)}
      select u.password_hash is not null as has_password, u.passkey_count > 0 as has_passkey,
        u.totp_id is not null as has_second_factor, u.is_guest, u.email_verified_at is not null as has_proven_address, array(
          select distinct i.provider from identities i where i.user_id = u.id and i.removed_at is null order by 1
        ) as providers
      from users u join caller on caller.user_id = u.id`,
    { repeatable: true },
  );
  if (!ways) return new Problem('session-ended');
  if (ways.is_guest) return new Problem('account-is-guest');
  const hasNoFactor = needs?.acr === 'aal2' && !ways.has_second_factor && !ways.has_passkey;
  return new Problem('recent-sign-in-required', {
    ...(hasNoFactor && {
      detail: 'This takes a second factor, and the account has none: turn one on first.',
    }),
    members: {
      max_age: recentSignInSeconds,
      ...(needs
        ? shortfall(caller.level, needs, caller.now)
        : missingSignIn(caller, { hasSecondFactor: ways.has_second_factor })),
      methods: [
        ...(ways.has_password ? ['password'] : []),
        ...(ways.has_passkey ? ['passkey'] : []),
        ...(ways.providers.length > 0 ? ['provider'] : []),
        ...(config.emailCodes && ways.has_proven_address ? ['email-code'] : []),
      ],
      ...(ways.providers.length > 0 && { providers: ways.providers }),
      ...(ways.has_second_factor && { factors: ['totp', 'recovery_code'] }),
    },
  });
}

/** Of an ended session nothing is said but that: `problem`, where the caller's may still be used. */
export async function orEnded(database: Database, caller: Caller, problem: unknown): Promise<unknown> {
  const rows = await database.query(sql`with ${activeCaller(caller)} select from caller`, {
    repeatable: true,
  });
  return rows.length === 1 ? problem : new Problem('session-ended');
}
