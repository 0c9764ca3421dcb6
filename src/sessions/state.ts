// What the statements that start or refresh a session answer with.

/** The newest refresh token of a session, as its claims are built from it; RFC 3339 times. */
export type NewestToken = {
  readonly generation: number;
  readonly rotated_at: string;
  readonly expires_at: string;
  readonly absolute_expires_at: string;
  readonly role: string;
};
