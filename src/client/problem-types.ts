// Types of the errors of the service. As in api-types.ts they equal what the service answers.

import type { UnknownCredential } from './factor-types.ts';

/** The last segment of a problem's `type`. Later releases may add names. */
export type ProblemName =
  | 'malformed-body'
  | 'invalid-dpop-proof'
  | 'use-dpop-nonce'
  | 'device-key-required'
  | 'device-key-mismatch'
  | 'invalid-code'
  | 'invalid-token'
  | 'passkey-not-accepted'
  | 'id-token-not-accepted'
  | 'invalid-credentials'
  | 'invalid-access-token'
  | 'invalid-refresh-token'
  | 'refresh-token-reused'
  | 'recent-sign-in-required'
  | 'session-ended'
  | 'email-not-verified'
  | 'second-factor-required'
  | 'invalid-second-factor'
  | 'account-is-guest'
  | 'account-disabled'
  | 'sign-up-closed'
  | 'admin-only'
  | 'user-is-admin'
  | 'cross-site-request'
  | 'not-the-author'
  | 'not-found'
  | 'way-not-enabled'
  | 'method-not-allowed'
  | 'refresh-superseded'
  | 'no-address'
  | 'identity-taken'
  | 'last-way-in'
  | 'too-many-passkeys'
  | 'too-many-identities'
  | 'title-taken'
  | 'precondition-failed'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'validation-failed'
  | 'weak-password'
  | 'too-many-requests'
  | 'internal-error'
  | 'service-unavailable';

/** An error document of the service (RFC 9457), with the extension members of this API. */
export type ProblemDocument = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly errors?: readonly {
    readonly pointer: string;
    readonly detail: string;
    readonly reason?: string;
  }[];
  /** The same request may succeed later. */
  readonly retryable: boolean;
  /** The tokens will never work again: discard them. */
  readonly discard_credentials: boolean;
  /** Of `session-ended`: `signed-out`, `revoked`, `password-changed` and others. */
  readonly reason?: string;
  /** Of `invalid-code`, and of `invalid-second-factor` in the second step of a sign-in. */
  readonly attempts_left?: number;
  /**
   * Of `recent-sign-in-required`: the seconds since the sign-in, at most; the level that is wanted where the session's is
   * too low; and how the user can show who they are, such as `password`.
   */
  readonly max_age?: number;
  readonly acr_values?: string;
  readonly methods?: readonly string[];
  /** With `provider` among the methods: whose ID tokens. */
  readonly providers?: readonly string[];
  /** What the user can show beside the first factor, where a second one is wanted: `totp`, `recovery_code`, `passkey`. */
  readonly factors?: readonly string[];
  /** Of `second-factor-required`, at a sign-in: its handle, and the seconds that it lives. */
  readonly auth_session?: string;
  readonly expires_in?: number;
  /** Of `passkey-not-accepted`, where nobody has it. */
  readonly unknown_credential?: UnknownCredential;
};
