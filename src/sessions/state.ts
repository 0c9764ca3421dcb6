// What the statements that start or refresh a session return: its newest token, the key that it is bound to, and how its
// user signed in.

import { type SQL, sql } from 'drizzle-orm/sql/sql';

/** `refresh`: the refresh tokens are bound to the device's key. `full`: the access tokens are, too. */
export type DpopMode = 'refresh' | 'full';

/** A way of signing in: its methods (RFC 8176), and how sure they make us; null where it says nothing of that. */
export type SignInMethod = {
  readonly amr: readonly string[];
  readonly acr: 'aal1' | 'aal2' | null;
  /** The identity provider that vouched, by its name in IDENTITY_PROVIDERS. */
  readonly idp?: string;
  /** Nobody signed in. */
  readonly isGuest?: true;
};

export const byPassword: SignInMethod = { amr: ['pwd'], acr: 'aal1' };

/** How a user signed in, and when. */
export type SessionLevel = {
  readonly amr: readonly string[];
  readonly acr: string | null;
  readonly auth_time: string;
  /** Not there in what a version wrote that knew neither. */
  readonly idp?: string | null;
  readonly guest?: boolean;
};

/** The newest refresh token of a session, as its claims are built from it; RFC 3339 times. */
export type NewestToken = {
  readonly generation: number;
  readonly rotated_at: string;
  readonly expires_at: string;
  readonly absolute_expires_at: string;
  /** The thumbprint of the device's key; null where the session is bound to none. */
  readonly dpop_jkt: string | null;
  readonly dpop_mode: DpopMode | null;
  readonly role: string;
  /** What the application's own function says of the user, for the access token. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Its place in the status lists. Null where it began before there were lists, until it is refreshed. */
  readonly status_index: string | number | null;
  readonly level: SessionLevel;
  /** As the token says it; null where it does not. */
  readonly issued_level: SessionLevel | null;
};

const columns = [
  'generation',
  'rotated_at',
  'expires_at',
  'absolute_expires_at',
  'dpop_jkt',
  'dpop_mode',
  'status_index',
];

/** The columns of `NewestToken`, of a row of `sessions`, but for those of `issuedTo`. */
export function newestToken(session = 's'): SQL {
  const { all, issued } = levelOf(session);
  return sql`
    ${columnsOf(session, columns)}, ${all} as level,
    nullif(${issued}, '{}') as issued_level`;
}

/** The same, of a row of a query that has selected them. */
export function newestTokenIn(query: string): SQL {
  return columnsOf(query, [...columns, 'level', 'issued_level']);
}

/**
 * The columns of `NewestToken` that are of the user, as this statement leaves them: `role` and `claims`.
 *
 * The function that makes the claims is the application's, and may fail: then so does the whole statement. It is called
 * where a token is issued and nowhere else, so that it keeps no theft from being ended and no wrong guess from being counted.
 *
 * @param account an expression: the user's row, whole.
 * @param when a condition: a token is issued.
 */
export function issuedTo(
  account: SQL,
  { roleClaim, when }: { readonly roleClaim: string; readonly when: SQL },
): SQL {
  return sql`
    (${account}).role, case when ${when} then latchkey_issued_claims(${account}, ${roleClaim}) end as claims`;
}

function columnsOf(row: string, names: readonly string[]): SQL {
  return sql.raw(names.map((name) => `${row}.${name}`).join(', '));
}

/**
 * Expressions over a row of `sessions`: how its user signed in, and what the newest refresh token says of it. A row of a
 * version that knew passwords alone has none of this, and its token says nothing.
 */
export function levelOf(session = 's') {
  const row = sql.raw(session);
  const amr = sql`coalesce(${row}.amr, ${textArray(byPassword.amr)})`;
  const acr = sql`case when ${row}.amr is null then ${byPassword.acr} else ${row}.acr end`;
  const authTime = sql`coalesce(${row}.auth_time, ${row}.created_at)`;
  const all = sql`jsonb_build_object('amr', ${amr}, 'acr', ${acr}, 'auth_time', ${authTime}, 'idp', ${row}.idp, 'guest', ${row}.is_guest)`;
  const issued = sql`coalesce(${row}.issued_level, case when ${row}.amr is null then '{}' else ${all} end)`;
  return { amr, acr, authTime, all, issued };
}

/** Of words without spaces. */
export function textArray(words: readonly string[]): SQL {
  return sql`string_to_array(${words.join(' ')}, ' ')`;
}

/** A session that a statement has started, or found again for a repeat of the call. */
export type StartedSession = NewestToken & {
  readonly session_id: string;
  readonly user_id: string;
  /** Null where a session of a version that knew no devices was replaced. */
  readonly device_id: string | null;
};

/** A `StartedSession` as JSON, of `s`, whose newest token is `newest`, and `issuedTo`: beside other columns. */
export function startedSessionAsJson(newest: SQL, issued: SQL): SQL {
  return sql`(
    select to_jsonb(started) from (
      select s.id as session_id, s.user_id, s.device_id, ${newest}, ${issued}
    ) started
  )`;
}
