// What goes to the service and comes back, in plain types, so that an app needs neither zod nor the service's source.
// They are those of the endpoints' own schemas: test/client/api-types.test.ts does not compile when one differs.

export type Registration = {
  email: string;
  password: string;
  name: string;
  photo?: string | null | undefined;
};

/** A mail's link holds the token; its code is typed together with the address. */
export type MailedGrant = {
  token?: string | undefined;
  email?: string | undefined;
  code?: string | undefined;
};

export type Credentials = {
  email: string;
  password: string;
  device_name?: string | undefined;
  known_device?: string | undefined;
};

export type PasswordReset = MailedGrant & { password: string };

export type PasswordChange = { current_password: string; new_password: string };

export type UserChange = { name?: string | undefined; photo?: string | null | undefined };

export type EmailChange = { new_email: string; password: string };

/** Times are RFC 3339 strings, here and below. */
export type User = {
  readonly id: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string;
  readonly photo: string | null;
  readonly role: string;
  readonly provider: string;
  readonly created_at: string;
  readonly updated_at: string;
};

export type ListedSession = {
  readonly id: string;
  readonly device_name: string | null;
  readonly user_agent: string | null;
  readonly ip: string | null;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
  readonly current: boolean;
};

export type SecurityEvent = {
  readonly id: string;
  readonly kind: string;
  readonly session_id: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  /** How often: failed sign-ins of one hour are one event, which stands at the beginning of that hour. */
  readonly count: number;
  readonly request_id: string | null;
  readonly created_at: string;
};

/** The last part of a problem's `type`. Later releases may have more. */
export type ProblemName =
  | 'malformed-body'
  | 'invalid-code'
  | 'invalid-token'
  | 'invalid-credentials'
  | 'invalid-access-token'
  | 'invalid-refresh-token'
  | 'refresh-token-reused'
  | 'session-ended'
  | 'email-not-verified'
  | 'cross-site-request'
  | 'not-the-author'
  | 'not-found'
  | 'method-not-allowed'
  | 'refresh-superseded'
  | 'title-taken'
  | 'precondition-failed'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'validation-failed'
  | 'weak-password'
  | 'too-many-requests'
  | 'internal-error'
  | 'service-unavailable';

/** An error as the service writes it. Source: RFC 9457, and the contract for the last two. */
export type ProblemDocument = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** The same request may succeed later. */
  readonly retryable: boolean;
  /** From the refresh endpoint: the tokens will never work again. */
  readonly discard_credentials: boolean;
};

/** Source: RFC 6749, section 5.1. Durations are seconds. */
export type TokenResponse = {
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly refresh_expires_in: number;
  readonly session_id: string;
};
