// The errors of a call: the service answered with a problem, there was no response from it, or the device key could not be
// used.

import type { ProblemDocument, ProblemName } from './problem-types.ts';

/** The service, or a gateway in front of it, answered with an error status. */
export class ProblemError extends Error {
  readonly problem: ProblemDocument;
  readonly response: Response;

  constructor(problem: ProblemDocument, response: Response) {
    super(problem.detail ?? problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
    this.response = response;
  }

  /**
   * The value to switch on, such as `email-not-verified`; `about:blank` if the response was not a problem document.
   */
  get kind(): ProblemName | 'about:blank' {
    return this.problem.type.replace(/^.*\//, '') as ProblemName;
  }

  /** The service's `Retry-After` in seconds; undefined without one. */
  get retryAfterSeconds(): number | undefined {
    const { headers } = this.response;
    const value = headers.get('Retry-After');
    if (value === null) return undefined;
    if (/^\d+$/.test(value)) return Number(value);
    // The date form (RFC 9110, section 10.2.3), relative to the response's own `Date`: this device's clock may be
    // wrong.
    const seconds = (Date.parse(value) - Date.parse(headers.get('Date') ?? '')) / 1000;
    return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
  }
}

/**
 * The first step of a sign-in was right, and the account has a second factor: `completeSecondFactor` finishes. The client
 * keeps the handle for it.
 */
export class SecondFactorRequiredError extends ProblemError {
  constructor(problem: ProblemDocument, response: Response) {
    super(problem, response);
    this.name = 'SecondFactorRequiredError';
  }

  /** What it takes, one of them: `totp`, `recovery_code`, `passkey`. */
  get factors(): readonly string[] {
    return this.problem.factors ?? [];
  }
}

/**
 * No response from the service: offline, timed out, or the page of a captive portal. It is unknown whether the
 * service processed the request.
 */
export class NetworkError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'NetworkError';
  }
}

/**
 * The session is bound to a key of the device, which cannot be used right now: it is locked, busy, slow or broken. The
 * user stays signed in, and the same call may succeed later.
 */
export class DeviceKeyError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DeviceKeyError';
  }
}

/**
 * The key can never be used again: its store opened and the key is not there, or the system says that it is invalid for
 * good (Android's KeyPermanentlyInvalidatedException). The client then forgets the tokens, which are worth nothing
 * without it. Never throw it for what may pass.
 */
export class KeyGoneError extends DeviceKeyError {
  constructor(message: string, cause?: unknown) {
    super(message, cause);
    this.name = 'KeyGoneError';
  }
}

/** Transient errors of gateways. Any other status without a problem document is not worth a retry. */
const transientStatuses = new Set([429, 502, 503, 504]);

/**
 * Reads the problem of an error response; leaves its body readable. Only a problem document can say that tokens have
 * to be discarded, never an error page of a proxy.
 */
export async function problemOf(response: Response): Promise<ProblemError> {
  const { status, statusText } = response;
  const isProblem = /^application\/problem\+json *(;|$)/i.test(response.headers.get('Content-Type') ?? '');
  const document =
    isProblem &&
    (await response
      .clone()
      .json()
      .catch(() => null));
  const problem = {
    type: 'about:blank',
    title: statusText || `Status ${status}`,
    status,
    retryable: transientStatuses.has(status),
    discard_credentials: false,
    ...(document as Partial<ProblemDocument> | null | false),
  };
  return new ProblemError(problem, response);
}
