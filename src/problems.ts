// The registry of problem types (RFC 9457): every name that a client can meet, its status, and what it means for a
// client's tokens. Their titles are in words/.

type ProblemType = {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 422 | 429 | 500 | 503;
  /** The same request may succeed later. */
  readonly retryable?: true;
  /** The client must discard its tokens: they will never work again. */
  readonly discardCredentials?: true;
};

export const problems = {
  'malformed-body': { status: 400 },
  'invalid-dpop-proof': { status: 400 },
  'use-dpop-nonce': { status: 400 },
  'device-key-required': { status: 400 },
  'device-key-mismatch': { status: 400 },
  'invalid-code': { status: 400 },
  'invalid-token': { status: 400 },
  'passkey-not-accepted': { status: 400 },
  'id-token-not-accepted': { status: 400 },
  'invalid-credentials': { status: 401 },
  'invalid-access-token': { status: 401 },
  'invalid-refresh-token': { status: 401, discardCredentials: true },
  'refresh-token-reused': { status: 401, discardCredentials: true },
  'recent-sign-in-required': { status: 401 },
  'session-ended': { status: 401, discardCredentials: true },
  'email-not-verified': { status: 403 },
  'second-factor-required': { status: 403 },
  'invalid-second-factor': { status: 403 },
  'account-disabled': { status: 403 },
  'sign-up-closed': { status: 403 },
  'admin-only': { status: 403 },
  'user-is-admin': { status: 403 },
  'account-is-guest': { status: 403 },
  'cross-site-request': { status: 403 },
  'not-the-author': { status: 403 },
  'not-found': { status: 404 },
  'way-not-enabled': { status: 404 },
  'method-not-allowed': { status: 405 },
  'refresh-superseded': { status: 409, retryable: true },
  'no-address': { status: 409 },
  'identity-taken': { status: 409 },
  'last-way-in': { status: 409 },
  'too-many-passkeys': { status: 409 },
  'too-many-identities': { status: 409 },
  'title-taken': { status: 409 },
  'precondition-failed': { status: 412 },
  'body-too-large': { status: 413 },
  'unsupported-media-type': { status: 415 },
  'validation-failed': { status: 422 },
  'weak-password': { status: 422 },
  'too-many-requests': { status: 429, retryable: true },
  'internal-error': { status: 500, retryable: true },
  'service-unavailable': { status: 503, retryable: true },
} as const satisfies Record<string, ProblemType>;

export type ProblemName = keyof typeof problems;

/** What one occurrence adds to its problem type. */
export type ProblemDetails = {
  /** At bearer endpoints, what is wrong with a DPoP proof is a 401 (RFC 9449, section 7.1). */
  readonly status?: 401;
  readonly detail?: string;
  /** Invalid fields: JSON Pointers (RFC 6901) into the body, or `#parameter` for other parameters. */
  readonly errors?: readonly {
    readonly pointer: string;
    readonly detail: string;
    /** Why a password is refused (words/, `passwords`), so that apps can say it in words of theirs. */
    readonly reason?: string;
  }[];
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
