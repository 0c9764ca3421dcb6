// An event as other systems are told it: by a delivery, or when they read the outbox. Composed when it is told, as the user is then.

import { shownReason } from '../../sessions/shown-reason.ts';

/** A user as other systems know them. Nothing in it opens an account. */
type ToldUser =
  | { readonly id: string; readonly version: number; readonly deleted: true }
  | ({ readonly id: string; readonly version: number } & Readonly<Record<string, unknown>>);

export type Event = {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    readonly user: ToldUser;
    readonly session?: { readonly id: string; readonly reason?: string };
    readonly factor?: { readonly type: string; readonly id?: string; readonly provider?: string };
  };
};

/** A row of the outbox with the state of its user. */
export type EventRow = {
  readonly id: string;
  readonly type: string;
  readonly created_at: string;
  readonly details: Readonly<Record<string, string>>;
  readonly user: ToldUser;
};

export function eventOf({ id, type, created_at: timestamp, details, user }: EventRow): Event {
  const { session_id, reason, factor, id: factorId, provider } = details;
  return {
    id,
    type,
    timestamp,
    data: {
      user,
      ...(session_id !== undefined && {
        session: { id: session_id, ...(reason !== undefined && { reason: shownReason(reason) }) },
      }),
      ...(factor !== undefined && {
        factor: {
          type: factor,
          ...(factorId !== undefined && { id: factorId }),
          ...(provider !== undefined && { provider }),
        },
      }),
    },
  };
}
