// The two errors that a call can end with: the service's answer is a problem, or there is no answer of the service.

import type { ProblemDocument, ProblemName } from './api-types.ts';

/** The service (or a gateway before it) answered with an error. */
export class ProblemError extends Error {
  readonly problem: ProblemDocument;
  readonly response: Response;

  constructor(problem: ProblemDocument, response: Response) {
    super(problem.detail ?? problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
    this.response = response;
  }

  /** What to switch on, such as `email-not-verified`; `about:blank` where the answer was not a problem document. */
  get kind(): ProblemName | 'about:blank' {
    return this.problem.type.replace(/^.*\//, '') as ProblemName;
  }

  /** What the service asks to wait before the next try; nothing where it does not say. */
  get retryAfterSeconds(): number | undefined {
    const { headers } = this.response;
    const value = headers.get('Retry-After');
    if (value === null) return undefined;
    if (/^\d+$/.test(value)) return Number(value);
    // The date form (RFC 9110, section 10.2.3), by the clock of whoever wrote it: this device's may be wrong.
    const seconds = (Date.parse(value) - Date.parse(headers.get('Date') ?? '')) / 1000;
    return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
  }
}

/** No answer, or none of the service: offline, timed out, or a login page of some hotel. Whether it acted is not known. */
export class NetworkError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'NetworkError';
  }
}

/** Gateways' own errors that pass. Anything else without a problem document is not worth another try. */
const passing = new Set([429, 502, 503, 504]);

/** Only a problem document can say that tokens are to be forgotten, never a proxy's page. Leaves the body to be read. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const { status, statusText } = response;
  const isProblem = /^application\/problem\+json *(;|$)/i.test(response.headers.get('Content-Type') ?? '');
  const told =
    isProblem &&
    (await response
      .clone()
      .json()
      .catch(() => null));
  const problem = {
    type: 'about:blank',
    title: statusText || `Status ${status}`,
    status,
    retryable: passing.has(status),
    discard_credentials: false,
    ...(told as Partial<ProblemDocument> | null | false),
  };
  return new ProblemError(problem, response);
}
