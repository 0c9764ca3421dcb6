// Types of requests and responses, without a dependency on zod or the service's source. They equal the endpoints'
// schemas: test/client/api-types.test.ts does not compile when one differs.

/** The password is only checked against the policy here, not stored. It is set when the address is verified. */
export type Registration = {
  email: string;
  name: string;
  password?: string | undefined;
  photo?: string | null | undefined;
  /** A language tag (BCP 47). Left out, `Accept-Language` says it. */
  locale?: string | undefined;
  /** It becomes the account's where the proof carries the answer's `request`. */
  metadata?: Record<string, unknown> | undefined;
};

/** Durations are seconds. User enumeration: the response is the same whether or not the address has an account. */
export type MailAnswer = {
  /** The handle of the mail. It has to accompany the code. */
  readonly request: string;
  readonly expires_in: number;
  readonly code_length: number;
  /** No other mail is sent before this time has passed. */
  readonly resend_after: number;
};

/** Either the token of the mail's link, or the mail's code together with the `request` of the MailAnswer. */
export type MailedGrant =
  | { token: string; request?: string | undefined; code?: undefined }
  | { request: string; code: string; token?: undefined };

/**
 * With a password: completes a registration. Without one: confirms a changed address; by code, that requires the
 * session which asked for the change.
 */
export type EmailVerification = MailedGrant & {
  password?: string | undefined;
  /** Needed with a link: the name given at the registration counts only together with its `request`. */
  name?: string | undefined;
  /** Registration only. Left out, it is that of the registration, or with a link alone what `Accept-Language` says. */
  locale?: string | undefined;
  /** Registration only: also signs in. */
  sign_in?: boolean | undefined;
  device_name?: string | undefined;
};

export type Credentials = {
  email: string;
  password: string;
  /** The second factor, where it is known already that the account has one: then no second step is needed. */
  totp?: string | undefined;
  recovery_code?: string | undefined;
  device_name?: string | undefined;
  known_device?: string | undefined;
};

export type PasswordReset = MailedGrant & { password: string };

/** With `second-factor-required` the same call takes one of the two as well. */
export type Undo = { token: string; totp?: string | undefined; recovery_code?: string | undefined };

export type PasswordChange = { current_password: string; new_password: string };

/** Of `metadata` the keys that are given take the place of what was there, one that is `null` goes, and the others stay. */
export type UserChange = {
  name?: string | undefined;
  photo?: string | null | undefined;
  /** A language tag (BCP 47); null: none is known. */
  locale?: string | null | undefined;
  metadata?: Record<string, unknown> | undefined;
};

/** Without a password it takes a recent sign-in. */
export type EmailChange = { new_email: string; password?: string | undefined };

/** Times are RFC 3339 strings, here and below. */
export type User = {
  readonly id: string;
  /** Null in an account without an address. */
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly name: string;
  readonly photo: string | null;
  /** What mails are written in: a language tag (BCP 47). Null where it is not known. */
  readonly locale: string | null;
  readonly role: string;
  readonly provider: string;
  readonly has_password: boolean;
  /** `totp`, where one is asked for at a sign-in. More may come. */
  readonly second_factors: readonly string[];
  /** How many there are. */
  readonly passkeys: number;
  /** Accounts with identity providers that open this one, oldest first. */
  readonly identities: readonly Identity[];
  /** What the app keeps with the user, who may change it: at most 4 KiB. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What operators and the app's own server keep with the user. */
  readonly app_metadata: Readonly<Record<string, unknown>>;
  readonly created_at: string;
  readonly updated_at: string;
};

/** An account with an identity provider that opens this one. */
export type Identity = {
  readonly id: string;
  /** `apple`, `google`, or another that the operator has named. */
  readonly provider: string;
  readonly created_at: string;
  /** By the hour; null where it has not signed in yet. */
  readonly last_used_at: string | null;
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
  /** Its refresh tokens are bound to a key of the device. */
  readonly device_bound: boolean;
  /** How the user signed in last (RFC 8176), such as `pwd`. */
  readonly amr: readonly string[];
  /** How sure that is: `aal1`. */
  readonly acr: string | null;
};

export type SecurityEvent = {
  readonly id: string;
  readonly kind: string;
  readonly session_id: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  /** Failed sign-ins of one hour are aggregated into one event, whose `created_at` is the start of that hour. */
  readonly count: number;
  readonly request_id: string | null;
  /** Somebody who runs the service has done it; then neither `ip` nor `user_agent` is said. */
  readonly by_operator: boolean;
  readonly created_at: string;
};

/** `next_cursor` is null at the end. */
export type Page<Row> = { readonly data: readonly Row[]; readonly next_cursor: string | null };

/** Source: RFC 6749, section 5.1. Durations are seconds. */
export type TokenResponse = {
  /** How the access token is sent. `DPoP`: with a proof of the device key (RFC 9449). */
  readonly token_type: 'Bearer' | 'DPoP';
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly refresh_expires_in: number;
  readonly session_id: string;
  /** Only in the response to a sign-in: marks the device as known, for later sign-ins. */
  readonly known_device?: string;
};
