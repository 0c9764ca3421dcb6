// Smoke test of a deployed service. The requests change nothing and need no account.

import { setTimeout as delay } from 'node:timers/promises';

type Check = {
  readonly request: string;
  readonly body?: object;
  readonly status: number;
  readonly holds: (answer: { readonly headers: Headers; readonly text: string }) => boolean;
};

const problem = (name: string) => (answer: { readonly text: string }) =>
  answer.text.includes(`/problems/${name}"`);

const checks: readonly Check[] = [
  { request: 'GET /api/readiness', status: 200, holds: ({ text }) => text.includes('ready') },
  {
    request: 'GET /.well-known/jwks.json',
    status: 200,
    holds: ({ text }) => text.includes('"kid"') && !text.includes('"d"'),
  },
  { request: 'GET /openapi.json', status: 200, holds: ({ text }) => text.includes('"openapi"') },
  { request: 'GET /docs', status: 200, holds: ({ headers }) => headers.has('Content-Security-Policy') },
  { request: 'GET /api/users/me', status: 401, holds: ({ headers }) => headers.has('WWW-Authenticate') },
  { request: 'POST /api/auth/register', body: {}, status: 422, holds: problem('validation-failed') },
  {
    request: 'POST /api/auth/login',
    body: { email: 'nobody@example.invalid', password: 'nobody has this one' },
    status: 401,
    holds: problem('invalid-credentials'),
  },
  {
    request: 'POST /api/auth/refresh',
    body: { refresh_token: 'e30.e30.e30' },
    status: 401,
    holds: ({ text }) => text.includes('"discard_credentials":true'),
  },
];

/**
 * Repeats failed checks: a new version takes seconds to reach every location. @throws Error with every unexpected
 * response.
 */
export async function smokeTest(origin: string, { timeoutMilliseconds = 30_000 } = {}): Promise<void> {
  const until = Date.now() + timeoutMilliseconds;
  let failures = await Promise.all(checks.map((check) => failureOf(origin, check)));
  while (failures.some(Boolean) && Date.now() < until) {
    await delay(2000);
    failures = await Promise.all(checks.map((check) => failureOf(origin, check)));
  }
  const found = failures.filter((failure) => failure !== undefined);
  if (found.length > 0) throw new Error(found.join('\n'));
}

async function failureOf(
  origin: string,
  { request, body, status, holds }: Check,
): Promise<string | undefined> {
  const [method = '', path = ''] = request.split(' ');
  try {
    const answer = await fetch(`${origin}${path}`, {
      method,
      signal: AbortSignal.timeout(10_000),
      ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status === status && holds({ headers: answer.headers, text })) return undefined;
    return `${request}: ${answer.status} ${text.slice(0, 300)}`;
  } catch (error) {
    return `${request}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
