// What goes to the service and comes back, in plain types, so that an app needs neither zod nor the service's source.
// They are those of the endpoints' own schemas: test/client/api-types.test.ts does not compile when one differs.

/** A password given here is checked early and not kept: it counts where the address is proven. */
export type Registration = {
  email: string;
  name: string;
  password?: string | undefined;
  photo?: string | null | undefined;
};

/** Durations are seconds. The same whether or not the address is known. */
export type MailAnswer = {
  /** Stands for the mail: its code is typed with it. */
  readonly request: string;
  readonly expires_in: number;
  readonly code_length: number;
  /** Before that another mail is not sent. */
  readonly resend_after: number;
};

/** A mail's link holds the token; its code is typed together with the `request` that asked for the mail. */
export type MailedGrant =
  | { token: string; request?: string | undefined; code?: undefined }
  | { request: string; code: string; token?: undefined };

/** Without a password: the proof of a changed address. By code that takes the session that asked for the change. */
export type EmailVerification = MailedGrant & {
  password?: string | undefined;
  /** What was typed at the registration is not taken over where only the link is there. */
  name?: string | undefined;
  /** Of a registration: signs in as well. */
  sign_in?: boolean | undefined;
  device_name?: string | undefined;
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

/** `next_cursor` is null at the end. */
export type Page<Row> = { readonly data: readonly Row[]; readonly next_cursor: string | null };

/** The last part of a problem's `type`. Later releases may have more. */
export type ProblemName =
  | 'malformed-body'
  | 'invalid-code'
  | 'invalid-token'
  | 'invalid-credentials'
  | 'invalid-access-token'
  | 'invalid-refresh-token'
  | 'refresh-token-reused'
  | 'recent-sign-in-required'
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
  /** Of `session-ended`: `signed-out`, `revoked`, `password-changed` and others. */
  readonly reason?: string;
  /** Of `invalid-code`. */
  readonly attempts_left?: number;
};

/** Source: RFC 6749, section 5.1. Durations are seconds. */
export type TokenResponse = {
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly refresh_expires_in: number;
  readonly session_id: string;
  /** At a sign-in: marks the device as one that has signed in before. */
  readonly known_device?: string;
};
