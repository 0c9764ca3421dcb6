// The headers and parameters of `components`: each described once.

import { exampleId, type Json } from './describe.ts';

const text = { type: 'string' } as const;

const headers: Record<string, { description: string; schema?: Json; example: unknown }> = {
  'X-Request-Id': { description: 'Names this request in the log.', example: exampleId },
  'Cache-Control': { description: 'Who may keep the answer, and how long (RFC 9111).', example: 'no-store' },
  ETag: { description: 'The version of what was answered (RFC 9110, section 8.8.3).', example: '"3"' },
  Location: {
    description: 'The path of what was created.',
    schema: { type: 'string', format: 'uri-reference' },
    example: `/api/posts/${exampleId}`,
  },
  Link: {
    description: 'The next page, where there is one (RFC 8288).',
    example: '</api/posts?limit=10&cursor=MDE5YWI>; rel="next"',
  },
  'Retry-After': {
    description: 'Seconds to wait before trying again.',
    schema: { type: 'integer', minimum: 0 },
    example: 60,
  },
  'WWW-Authenticate': {
    description: 'How to authenticate (RFC 6750, section 3; for the OAuth endpoints RFC 6749, section 5.2).',
    example: 'Bearer error="invalid_token"',
  },
  'DPoP-Nonce': {
    description:
      'For the `nonce` of the next DPoP proof (RFC 9449, section 8). Good for a minute, in which the time of the proof does ' +
      'not matter.',
    example: 'T0FqS3g0d0pDbGV6bVZ0VQ…',
  },
  'Set-Cookie': {
    description:
      'For cookie delivery: `__Host-access_token`, `__Host-refresh_token` and, at a sign-in, `__Host-known_device` (`HttpOnly; ' +
      'Secure; SameSite=Strict`), and the readable `logged_in`. Where a session ends they are cleared, but for the device.',
    example: '__Host-access_token=eyJhbGciOi…; Max-Age=900; Path=/; HttpOnly; Secure; SameSite=Strict',
  },
  'Content-Disposition': {
    description: 'Saves the answer as a file.',
    example: 'attachment; filename="account.json"',
  },
};

/** Each twice: always there, and sometimes there. */
export const headerComponents: Json = Object.fromEntries(
  Object.entries(headers).flatMap(([name, { schema = text, ...rest }]) => [
    [name, { required: true, schema, ...rest }],
    [`${name}-Sometimes`, { schema, ...rest }],
  ]),
);

// No examples here: pages to try the API fill them in, and a key that everybody uses is none.
export const parameterComponents: Json = {
  id: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'What is no UUID is as good as an unknown one: `404`.',
    schema: { type: 'string', format: 'uuid' },
  },
  provider: {
    name: 'provider',
    in: 'path',
    required: true,
    description: 'An identity provider: `apple`, `google`, or another that the operator has named.',
    schema: text,
  },
  identity: {
    name: 'identity',
    in: 'path',
    required: true,
    description:
      'To add one, the provider: `apple`, `google`, or another that the operator has named. To remove one, its `id`.',
    schema: text,
  },
  list: {
    name: 'list',
    in: 'path',
    required: true,
    description: 'As in the `uri` of a token. Beyond the last list: `404`.',
    schema: { type: 'integer', minimum: 0 },
  },
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A random string, made once for each thing that is to happen once, kept until its answer has arrived, and sent ' +
      'again with every repeat of the call. 16 to 255 characters.',
    schema: { ...text, minLength: 16, maxLength: 255 },
  },
  DPoP: {
    name: 'DPoP',
    in: 'header',
    description:
      'A proof (RFC 9449, section 4.2) of a key of this device: ES256, `htu` is the issuer and the path, `iat` at most 60 ' +
      'seconds off. It binds a session to that key. Where the session is bound already, it has to be there and by that key.',
    schema: text,
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description:
      'The `ETag` of what the change is based on, quotes and all. If it has changed since, nothing happens: `412`.',
    schema: text,
  },
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description:
      'The `ETag` of the copy at hand, quotes and all, or several. If it is still good, the answer is `304` without a body; ' +
      'to a change it is `412`, and nothing happens.',
    schema: text,
  },
};
