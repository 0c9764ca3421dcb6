// What the statements that start or refresh a session return.

/** The newest refresh token of a session, as its claims are built from it; RFC 3339 times. */
export type NewestToken = {
  readonly generation: number;
  readonly rotated_at: string;
  readonly expires_at: string;
  readonly absolute_expires_at: string;
  readonly role: string;
  /** Its place in the status lists. Null where it began before there were lists, until it is refreshed. */
  readonly status_index: string | number | null;
};

/** A session that a statement has started, or found again for a repeat of the call. */
export type StartedSession = NewestToken & {
  readonly session_id: string;
  readonly user_id: string;
  /** Null where a session of a version that knew no devices was replaced. */
  readonly device_id: string | null;
};
