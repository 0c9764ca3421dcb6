import { expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { endpoints } from '../../src/endpoints.ts';
import { withApps } from '../endpoints.ts';
import { startService } from '../service.ts';
import { assertConforms, faultsOf, theDocument } from './conformance.ts';

// The document says all that the service does and nothing else.

type Content = {
  readonly schema: Record<string, unknown>;
  readonly examples: Record<string, { value: unknown }>;
};

/** Served from files: the app does not know of them. */
const files = ['GET /admin', 'GET /docs', 'GET /openapi.json'];

const operations = Object.entries(theDocument().paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path}`,
    operation,
  })),
);

/** OpenAPI has one name for what is the provider of one endpoint and the id of another. */
const described = (route: string) =>
  route.replace(/(?<=\/identities\/):\w+/, '{identity}').replace(/:(\w+)/g, '{$1}');

test('every endpoint is in the document, and nothing else is but the files', () => {
  const routes = endpoints.map(({ route }) => described(route));
  expect(operations.map(({ route }) => route).sort()).toEqual([...routes, ...files].sort());
});

test('an endpoint is what is in the list of endpoints: no route is mounted beside it', async () => {
  const app = createApp((await startService(withApps)).dependencies);
  const routes = app.routes.filter(({ method }) => method !== 'ALL');
  // The pattern of an id is the router’s alone.
  const mounted = new Set(routes.map(({ method, path }) => `${method} ${path.replace(/\{.*\}/, '')}`));
  expect([...mounted].sort()).toEqual(endpoints.map(({ route }) => route).sort());
});

test('every example is as its schema says', () => {
  const { paths, components } = theDocument();
  const faults = contentsIn({ paths, responses: components['responses'] }).flatMap(({ schema, examples }) =>
    Object.entries(examples).flatMap(([name, { value }]) =>
      faultsOf(schema, value).map((fault) => `${JSON.stringify(schema)} ${name} ${fault}`),
    ),
  );
  expect(faults).toEqual([]);
});

test('every answer with JSON has an example', () => {
  const bare = contentsIn(theDocument()).filter(({ examples }) => Object.keys(examples).length === 0);
  expect(bare).toEqual([]);
});

test('names of operations are unique, and every operation says in words what it does', () => {
  const ids = operations.map(({ operation }) => operation['operationId']);
  expect(new Set(ids).size).toBe(operations.length);
  for (const { operation } of operations) {
    expect(operation).toMatchObject({
      summary: expect.stringMatching(/\S/),
      description: expect.stringMatching(/\S/),
    });
  }
});

const health = {
  method: 'GET',
  path: '/api/healthchecker',
  status: 200,
  text: '{"status":"ok","version":"1"}',
};
const headers = (more: Record<string, string> = {}) =>
  new Headers({
    'Content-Type': 'application/json',
    'X-Request-Id': 'x',
    'Cache-Control': 'no-store',
    ...more,
  });
const problem = (name: string, status: number) =>
  JSON.stringify({
    type: `https://a.test/problems/${name}`,
    title: 'T.',
    status,
    retryable: false,
    discard_credentials: false,
  });

test('an answer that is as the document says conforms', () => {
  assertConforms({ ...health, headers: headers() });
});

test.each([
  ['a status', { ...health, status: 201 }, /is not in the OpenAPI document/],
  ['a field more', { ...health, text: '{"status":"ok","version":"1","more":1}' }, /more/],
  ['a field less', { ...health, text: '{"status":"ok"}' }, /version/],
  ['a field of another type', { ...health, text: '{"status":"ok","version":1}' }, /version/],
  ['a path', { ...health, path: '/api/elsewhere' }, /is not in the OpenAPI document/],
  [
    'a media type',
    { ...health, headers: headers({ 'Content-Type': 'text/plain' }) },
    /media type text\/plain/,
  ],
  [
    'a header less',
    { ...health, headers: new Headers({ 'Content-Type': 'application/json' }) },
    /no header Cache-Control/,
  ],
  ['a header more', { ...health, headers: headers({ ETag: '"1"' }) }, /the header ETag/],
  [
    'a problem',
    {
      method: 'GET',
      path: '/api/users/me',
      status: 401,
      text: problem('invalid-credentials', 401),
      headers: headers({ 'Content-Type': 'application/problem+json', 'WWW-Authenticate': 'Bearer' }),
    },
    /the problem invalid-credentials where it knows of/,
  ],
])('an answer with %s that the document does not know of is refused', (_what, exchange, fault) => {
  expect(() => assertConforms({ headers: headers(), ...exchange })).toThrow(fault);
});

function contentsIn(value: unknown): Content[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'content'
      ? Object.entries(inner as Record<string, Content>).flatMap(([mediaType, content]) =>
          /json|form/.test(mediaType) ? [{ ...content, examples: content.examples ?? {} }] : [],
        )
      : contentsIn(inner),
  );
}
