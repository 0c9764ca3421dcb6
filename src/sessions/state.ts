// What the statements that start or refresh a session return, and the key that it is bound to.

import { type SQL, sql } from 'drizzle-orm/sql/sql';

/** `refresh`: the refresh tokens are bound to the device's key. `full`: the access tokens are, too. */
export type DpopMode = 'refresh' | 'full';

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
  /** Its place in the status lists. Null where it began before there were lists, until it is refreshed. */
  readonly status_index: string | number | null;
};

/** The columns of `NewestToken` that a row of `sessions` has; the user's row has `role`. */
export function newestToken(session = 's'): SQL {
  const columns = [
    'generation',
    'rotated_at',
    'expires_at',
    'absolute_expires_at',
    'dpop_jkt',
    'dpop_mode',
    'status_index',
  ];
  return sql.raw(columns.map((column) => `${session}.${column}`).join(', '));
}

/** A session that a statement has started, or found again for a repeat of the call. */
export type StartedSession = NewestToken & {
  readonly session_id: string;
  readonly user_id: string;
  /** Null where a session of a version that knew no devices was replaced. */
  readonly device_id: string | null;
};
