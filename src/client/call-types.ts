// What a call of the client takes, and what is known of it while it is under way.

import type { StoredSession } from './store.ts';

/** RequestInit whose body is not a stream, since a call may be sent again. */
export type CallInit = Omit<RequestInit, 'body' | 'signal'> & {
  body?: string | FormData | Blob | URLSearchParams | ArrayBuffer;
  signal?: AbortSignal;
};

export type CallOptions = { readonly signal?: AbortSignal };

export type SignInOptions = CallOptions & {
  /**
   * Where a guest is signed in, their account becomes the person's, and keeps its id. `false` leaves it behind: for who
   * was refused with `identity-taken` and wants to have the other account.
   */
  readonly asGuest?: boolean;
};

/** Of a sign-in: the name of the key whose proof it carries, if it carries one. */
export type Signing = { readonly deviceKey?: string | null | undefined };

export type JsonCall = CallOptions &
  Signing & {
    readonly json?: unknown;
    /** Sent without the access token. */
    readonly isPublic?: boolean;
    /** As this session, and no token of it is renewed: for who holds the lock that a refresh takes. */
    readonly as?: StoredSession;
    /** Without cookies either: what any origin may read (CORS `*`), browsers show to no page that sent some. */
    readonly isBare?: boolean;
    /** The Idempotency-Key, where a later call may have to have the same. */
    readonly key?: string;
    readonly sent?: Sent;
  };

/** The state of one call across its requests. */
export type Sent = {
  /** A response was lost, or was a fault: the service may have processed the request. */
  isLost?: boolean;
  /** The session of the last request. */
  by?: StoredSession | null;
  /**
   * The call replaces the session, as a refresh does. It is therefore sent with the session's own Idempotency-Key.
   */
  readonly isChangeOfSession?: boolean;
};

export type Call = <Answer>(method: string, path: string, how?: JsonCall) => Promise<Answer>;

/** A call without the access token: by users who are not signed in, or act for another account. */
export type Post = <Answer = void>(
  path: string,
  json: object,
  options?: CallOptions & Signing & Pick<JsonCall, 'key'>,
) => Promise<Answer>;
