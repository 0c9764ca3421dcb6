// The registry of problem types (RFC 9457): every name that a client can meet, its status, and what it means for a
// client's tokens.

type ProblemType = {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly title: string;
  /** The same request may succeed later. */
  readonly retryable?: true;
  /** The client must discard its tokens: they will never work again. */
  readonly discardCredentials?: true;
};

export const problems = {
  'malformed-body': { status: 400, title: 'The body is not valid JSON.' },
  'invalid-dpop-proof': { status: 400, title: 'The DPoP proof is not valid.' },
  'use-dpop-nonce': {
    status: 400,
    title: 'The DPoP proof needs a nonce of this service: the time in it is not ours.',
  },
  'device-key-required': { status: 400, title: 'The session is bound to a device key: send a DPoP proof.' },
  'device-key-mismatch': { status: 400, title: 'The session is bound to another device key.' },
  'invalid-code': { status: 400, title: 'This code is wrong.' },
  'invalid-token': { status: 400, title: 'This link or code is wrong, used or too old.' },
  'passkey-not-accepted': { status: 400, title: 'This passkey, or what it signed, is not accepted.' },
  'id-token-not-accepted': { status: 400, title: 'This ID token is not accepted.' },
  'invalid-credentials': { status: 401, title: 'The address or the password is wrong.' },
  'invalid-access-token': { status: 401, title: 'The access token is missing or not valid.' },
  'invalid-refresh-token': {
    status: 401,
    title: 'The refresh token is not valid.',
    discardCredentials: true,
  },
  'refresh-token-reused': {
    status: 401,
    title: 'The refresh token was used before; its session has been ended.',
    discardCredentials: true,
  },
  'recent-sign-in-required': { status: 401, title: 'This takes a sign-in of the last minutes.' },
  'session-ended': { status: 401, title: 'The session has ended.', discardCredentials: true },
  'email-not-verified': { status: 403, title: 'The e-mail address is not verified yet.' },
  'second-factor-required': { status: 403, title: 'The sign-in needs a second factor.' },
  'invalid-second-factor': { status: 403, title: 'The second factor is wrong, or was used before.' },
  'account-disabled': { status: 403, title: 'This account has been disabled.' },
  'sign-up-closed': { status: 403, title: 'New accounts are not taken here, or not with this address.' },
  'admin-only': { status: 403, title: 'Only an operator may do this.' },
  'user-is-admin': { status: 403, title: 'Operators are changed by the command line alone.' },
  'account-is-guest': {
    status: 403,
    title: 'A guest cannot do this: add an address or a way to sign in first.',
  },
  'cross-site-request': { status: 403, title: 'Cookies are accepted from pages of this service alone.' },
  'not-the-author': { status: 403, title: 'Only its author may do this.' },
  'not-found': { status: 404, title: 'There is nothing here.' },
  'way-not-enabled': { status: 404, title: 'This way to sign in is not switched on.' },
  'method-not-allowed': { status: 405, title: 'The path does not have this method.' },
  'refresh-superseded': {
    status: 409,
    title: 'The refresh token was spent by another call: read the store again.',
    retryable: true,
  },
  'no-address': { status: 409, title: 'The account has no address to which a mail could go.' },
  'identity-taken': { status: 409, title: 'This address or identity belongs to another account.' },
  'last-way-in': { status: 409, title: 'This is the last way to sign in: add another one first.' },
  'too-many-passkeys': {
    status: 409,
    title: 'The account has as many passkeys as it can have: remove one first.',
  },
  'too-many-identities': {
    status: 409,
    title: 'The account has as many identities of providers as it can have: remove one first.',
  },
  'title-taken': { status: 409, title: 'Another post has this title.' },
  'precondition-failed': { status: 412, title: 'It has changed since you read it.' },
  'body-too-large': { status: 413, title: 'The body is larger than 64 KiB.' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json.' },
  'validation-failed': { status: 422, title: 'Some fields are not as they should be.' },
  'weak-password': { status: 422, title: 'The password is too easy to guess.' },
  'too-many-requests': { status: 429, title: 'Too many requests.', retryable: true },
  'internal-error': { status: 500, title: 'Something went wrong on our side.', retryable: true },
  'service-unavailable': { status: 503, title: 'The service cannot answer at the moment.', retryable: true },
} as const satisfies Record<string, ProblemType>;

export type ProblemName = keyof typeof problems;

/** What one occurrence adds to its problem type. */
export type ProblemDetails = {
  /** At bearer endpoints, what is wrong with a DPoP proof is a 401 (RFC 9449, section 7.1). */
  readonly status?: 401;
  readonly detail?: string;
  /** Invalid fields: JSON Pointers (RFC 6901) into the body, or `#parameter` for other parameters. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly headers?: Readonly<Record<string, string>>;
  /** After how many seconds to ask again (RFC 9110, section 10.2.3). */
  readonly retryAfterSeconds?: number;
  /**
   * Override the problem type for one occurrence. An unknown `kid`, for example, is our mistake rather than a
   * forgery.
   */
  readonly retryable?: boolean;
  readonly discardCredentials?: boolean;
  /** Extension members of the document (RFC 9457, section 3.2), such as `attempts_left`. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** For the log, never for the client. */
  readonly cause?: unknown;
};

/**
 * An error for the client. Any code may throw it; only http/problem-response writes the document. Source: RFC 9457.
 */
export class Problem extends Error {
  readonly problem: ProblemName;
  readonly details: ProblemDetails;

  constructor(problem: ProblemName, details: ProblemDetails = {}) {
    super(problem, { cause: details.cause });
    this.name = 'Problem';
    this.problem = problem;
    this.details = details;
  }

  get status() {
    return this.details.status ?? problems[this.problem].status;
  }

  get retryable(): boolean {
    return this.details.retryable ?? 'retryable' in problems[this.problem];
  }

  get discardCredentials(): boolean {
    return this.details.discardCredentials ?? 'discardCredentials' in problems[this.problem];
  }
}
