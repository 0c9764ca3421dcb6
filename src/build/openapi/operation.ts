// One endpoint as OpenAPI describes it: what its feature says, and what follows for it from the rules of the service.

import { recentSignInSeconds } from '../../lifetimes.ts';
import { type ProblemName, problems } from '../../problems.ts';
import type { Content, Described, Json } from './describe.ts';
import { headerReferences, Problem, type ProblemAnswer, problemAnswer } from './problem-answers.ts';
import type { SchemaBook } from './schemas.ts';

const security = {
  anybody: [],
  session: [{ accessToken: [] }, { accessTokenCookie: [] }],
  'maybe-session': [{}, { accessToken: [] }, { accessTokenCookie: [] }],
  // A refresh token in the body is no security scheme of OpenAPI: so `{}` stands for it.
  'refresh-token': [{}, { refreshTokenCookie: [] }],
  'any-token': [{}, { accessToken: [] }, { accessTokenCookie: [] }, { refreshTokenCookie: [] }],
} as const;

export type Made = { readonly operation: Json; readonly problemAnswers: readonly ProblemAnswer[] };

export function makeOperation(method: string, described: Described, tag: string, book: SchemaBook): Made {
  const { body, query, parameters = [] } = described;
  const problemAnswers = problemAnswersOf(method, described, book);
  const answers = Object.entries(described.answers).map(
    ([status, { description, content, headers = [] }]) => [
      status,
      {
        description,
        headers: headerReferences(described.isFile ? headers : ['X-Request-Id', ...headers]),
        ...(content && { content: contentOf(content, book) }),
      },
    ],
  );
  const allParameters = [
    ...parameters.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ...(query ? book.parametersOf(query) : []),
  ];
  return {
    problemAnswers,
    operation: {
      operationId: described.id,
      tags: [tag],
      summary: described.summary,
      description: described.description + aboutRecent(described),
      security: security[described.access],
      ...(allParameters.length > 0 && { parameters: allParameters }),
      ...(body && { requestBody: { required: !body.optional, content: contentOf(body, book) } }),
      responses: {
        ...Object.fromEntries(answers),
        ...Object.fromEntries(
          problemAnswers.map(({ name, status }) => [status, { $ref: `#/components/responses/${name}` }]),
        ),
      },
    },
  };
}

function contentOf({ mediaType = 'application/json', schema, examples }: Content, book: SchemaBook): Json {
  const named = Object.entries(examples).map(([name, value]) => [name, { value }]);
  return { [mediaType]: { schema: book.of(schema), examples: Object.fromEntries(named) } };
}

/** One answer for each status: OpenAPI has no room for two. */
function problemAnswersOf(method: string, described: Described, book: SchemaBook): ProblemAnswer[] {
  const all = [
    ...problemsOf(method, described).map((name) => ({ name, status: problems[name].status })),
    // RFC 9449, section 7.1.
    ...(/session/.test(described.access) ? aboutProofs.map((name) => ({ name, status: 401 })) : []),
  ];
  const byStatus = Object.groupBy(all, ({ status }) => status);
  return Object.entries(byStatus).map(([status, found = []]) =>
    problemAnswer({
      status: Number(status),
      names: found.map(({ name }) => name),
      headers: headersOf(Number(status), described),
      schema: book.of(Problem),
      isPage: described.speaks === 'page',
    }),
  );
}

function problemsOf(
  method: string,
  {
    access,
    recent,
    operator,
    body,
    query,
    parameters = [],
    speaks,
    takesProof,
    isSwitchedOn,
    isFile,
    problems = [],
  }: Described,
): readonly ProblemName[] {
  const changes = method !== 'get';
  if (isFile) return problems;
  // The OAuth endpoints say in their own words what is wrong with a body.
  const isPage = speaks === 'page';
  const isChecked = body !== undefined && speaks !== 'oauth';
  return [
    ...problems,
    ...(isSwitchedOn ? (['way-not-enabled'] as const) : []),
    ...(recent || operator ? (['recent-sign-in-required'] as const) : []),
    ...(operator ? (['admin-only'] as const) : []),
    ...(takesProof && speaks !== 'oauth' ? aboutProofs.slice(0, 2) : []),
    ...(access === 'session' ? (['invalid-access-token', 'session-ended'] as const) : []),
    ...(access === 'maybe-session' ? (['invalid-access-token'] as const) : []),
    ...(access !== 'anybody' ? (['cross-site-request'] as const) : []),
    ...(isChecked ? (['malformed-body', 'unsupported-media-type', 'validation-failed'] as const) : []),
    ...(query && !isPage ? (['validation-failed'] as const) : []),
    // It may be too short.
    ...(parameters.includes('Idempotency-Key') && speaks !== 'oauth' ? (['validation-failed'] as const) : []),
    // Every write is limited at the edge.
    ...(changes ? (['too-many-requests'] as const) : []),
    // Whatever has a body may have one that is too large, and HTTP lets any request have one.
    'body-too-large',
    'internal-error',
    'service-unavailable',
  ];
}

function aboutRecent({ recent, operator }: Described): string {
  const who = operator ? '\n\nFor admins alone, whose sign-in was with a second factor (`aal2`).' : '';
  if (recent === undefined && operator !== 'write') return who;
  const other = recent === 'or-password' ? ', or the `password`' : '';
  return (
    `${who}\n\nTakes a sign-in of the last ${recentSignInSeconds / 60} minutes${other}. It is the access token that says when its ` +
    'user signed in: `reauthenticate` gives one that is recent, a refresh does not.'
  );
}

/** The first two of any proof, the third where the key is known beforehand. */
const aboutProofs = ['invalid-dpop-proof', 'use-dpop-nonce', 'device-key-mismatch'] as const;

function headersOf(status: number, { access, takesProof, problems = [] }: Described): string[] {
  if (status === 400) {
    // A provider's newest key may not have come yet.
    const mayWait = problems.includes('id-token-not-accepted');
    return [...(takesProof ? ['DPoP-Nonce?'] : []), ...(mayWait ? ['Retry-After?'] : [])];
  }
  if (status === 429) return ['Retry-After'];
  if (status === 503) return ['Retry-After?'];
  if (status !== 401) return [];
  // What ends a session clears the cookies that were sent.
  if (access === 'session' || access === 'maybe-session')
    return ['WWW-Authenticate', 'DPoP-Nonce?', 'Set-Cookie?'];
  if (access === 'any-token') return ['WWW-Authenticate?', 'Set-Cookie?'];
  return access === 'refresh-token' ? ['Set-Cookie?'] : [];
}
