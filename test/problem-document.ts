// What every error must be: a problem document (RFC 9457) that says what the contract lets it say and no more.

import { expect } from 'vitest';
import { type Answer, issuer } from './service.ts';

/** The contract's names and their statuses, and what cookies add to them. */
export const statuses = {
  'invalid-credentials': 401,
  'email-not-verified': 403,
  'cross-site-request': 403,
  'invalid-access-token': 401,
  'invalid-refresh-token': 401,
  'refresh-token-reused': 401,
  'recent-sign-in-required': 401,
  'session-ended': 401,
  'invalid-dpop-proof': 400,
  'use-dpop-nonce': 400,
  'device-key-required': 400,
  'device-key-mismatch': 400,
  'invalid-token': 400,
  'invalid-code': 400,
  'passkey-not-accepted': 400,
  'id-token-not-accepted': 400,
  'account-is-guest': 403,
  'account-disabled': 403,
  'sign-up-closed': 403,
  'admin-only': 403,
  'user-is-admin': 403,
  'second-factor-required': 403,
  'invalid-second-factor': 403,
  'refresh-superseded': 409,
  'no-address': 409,
  'identity-taken': 409,
  'last-way-in': 409,
  'too-many-passkeys': 409,
  'too-many-identities': 409,
  'too-many-requests': 429,
  'weak-password': 422,
  'title-taken': 409,
  'not-the-author': 403,
  'not-found': 404,
  'way-not-enabled': 404,
  'precondition-failed': 412,
  'validation-failed': 422,
  'malformed-body': 400,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  'method-not-allowed': 405,
  'service-unavailable': 503,
  'internal-error': 500,
} as const;

export type Name = keyof typeof statuses;

const retryable = new Set<Name>([
  'refresh-superseded',
  'too-many-requests',
  'service-unavailable',
  'internal-error',
]);
const discards = new Set<Name>(['invalid-refresh-token', 'refresh-token-reused', 'session-ended']);

/** What stands in SQL, in stacks, in the addresses of machines and in the words of libraries. */
const internals =
  /\b(select|insert|update|delete)\b.*\b(from|into|set)\b|\bat \S+:\d+|\.[cm]?[jt]sx?\b|node_modules|postgres|neon|drizzle|zod|hono|jose|argon|127\.0\.0\.1|localhost|ECONN|Error:|TypeError|undefined|\[object|secret|fault of the test/i;

type Flags = {
  readonly retryable?: boolean;
  readonly discard_credentials?: boolean;
  readonly attempts_left?: number;
  /** Of the end of a session, at a refresh. */
  readonly reason?: string;
};

/** What one kind of problem says beside what all say. */
const members: Partial<Record<Name, object>> = { 'invalid-code': { attempts_left: expect.any(Number) } };

/** @param flags where one occurrence differs from its kind. */
export function expectProblem(answer: Answer, name: Name, flags: Flags = {}): void {
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
  const { detail, errors, error, error_description, ...rest } = answer.body;
  // At /oauth/* a problem has OAuth's members as well: test/oauth says which.
  if (error !== undefined) expect(error_description).toBe(rest.title);
  expect(rest).toEqual({
    type: `${issuer}/problems/${name}`,
    title: expect.stringMatching(/^[A-Z].*\.$/),
    status: statuses[name],
    instance: `urn:uuid:${answer.headers.get('X-Request-Id')}`,
    retryable: retryable.has(name),
    discard_credentials: discards.has(name),
    ...members[name],
    ...flags,
  });
  expect(answer.status).toBe(statuses[name]);
  expect(answer.headers.get('X-Request-Id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f-]{17}$/);
  expect(answer.text).not.toMatch(internals);
  if (answer.status >= 500) expect([detail, errors]).toEqual([undefined, undefined]);
  if (errors !== undefined) {
    expect(errors).not.toEqual([]);
    for (const error of errors) {
      expect(error).toEqual({
        pointer: expect.stringMatching(/^((\/.*)?|#[\w-]+)$/),
        detail: expect.stringMatching(/\S/),
        ...(name === 'weak-password' && { reason: expect.stringMatching(/^[a-z-]+$/) }),
      });
    }
  }
}

/** Whatever problem it is, it is one of the contract's. */
export function expectAnyProblem(answer: Answer): void {
  const name = /\/problems\/([a-z-]+)$/.exec(answer.body?.type ?? '')?.[1] ?? '';
  expect(Object.keys(statuses)).toContain(name);
  const { retryable, discard_credentials, reason } = answer.body;
  expect([typeof retryable, typeof discard_credentials]).toEqual(['boolean', 'boolean']);
  expect(reason === undefined || name === 'session-ended').toBe(true);
  expectProblem(answer, name as Name, { retryable, discard_credentials, ...(reason && { reason }) });
}
