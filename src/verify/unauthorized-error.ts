// The error of a request that is refused.

/** The request is refused: answer with this status and these headers. */
export class UnauthorizedError extends Error {
  readonly status = 401;
  /** `WWW-Authenticate`, and `DPoP-Nonce` where a nonce is wanted. */
  readonly headers: Readonly<Record<string, string>>;
  /** For the log. Never quotes token or proof. */
  readonly reason: string;

  constructor(reason: string, challenge: string, nonce?: string) {
    super(`The request is not authorized: ${reason}`);
    this.name = 'UnauthorizedError';
    this.reason = reason;
    this.headers = {
      'WWW-Authenticate': challenge,
      ...(nonce !== undefined && { 'DPoP-Nonce': nonce }),
    };
  }
}
