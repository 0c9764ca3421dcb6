// The bindings, read once and checked: a service with a wrong one does not start, and says which and why.

import * as z from 'zod/mini';
import {
  accessTokenSeconds,
  refreshRetryWindowSeconds,
  refreshTokenSeconds,
  sessionMaxAgeSeconds,
} from './lifetimes.ts';
import { parseSender, parseSmtpUrl } from './mail/smtp-url.ts';

const absent = (message: string) => ({
  error: (issue: { readonly input?: unknown }) => (issue.input === undefined ? 'is missing' : message),
});

const origin = z.string(absent('must be a string')).check(
  z.refine((text) => URL.canParse(text) && new URL(text).origin === text, {
    error: 'must be an origin such as https://auth.example.com, without a path or a trailing slash',
  }),
);

const seconds = (fallback: number) =>
  z._default(
    z.pipe(
      z.union([z.string(), z.number()]),
      z.pipe(
        z.transform(Number),
        z
          .number()
          .check(
            z.refine((value) => Number.isInteger(value) && value > 0, { error: 'must be whole seconds' }),
          ),
      ),
    ),
    fallback,
  );

/** RSA moduli are base64url without padding: 2048 bits are 342 characters. */
const modulusCharacters = 342;

const base64url = z.string().check(z.regex(/^[A-Za-z0-9_-]+$/));

const PrivateJwk = z.object(
  {
    kty: z.literal('RSA', { error: '"kty" must be "RSA"' }),
    kid: z.string({ error: '"kid" is missing' }).check(z.minLength(1)),
    n: base64url.check(z.minLength(modulusCharacters, { error: 'the key must have at least 2048 bits' })),
    e: base64url,
    d: base64url,
    p: base64url,
    q: base64url,
    dp: base64url,
    dq: base64url,
    qi: base64url,
  },
  { error: 'must be a private RSA JWK' },
);

export type PrivateJwk = z.infer<typeof PrivateJwk>;

const PrivateKeySet = z.pipe(
  z.pipe(z.string(absent('must be a JSON text')), z.transform(jsonOrNull)),
  z.object(
    {
      keys: z.array(PrivateJwk).check(
        z.minLength(1, { error: 'must hold at least one key' }),
        z.refine((keys) => new Set(keys.map((key) => key.kid)).size === keys.length, {
          error: 'has one "kid" twice',
        }),
      ),
    },
    { error: 'must be a JWK Set: {"keys": [private RSA keys]} (npm run keys makes one)' },
  ),
);

const Environment = z.object({
  DATABASE_URL: z.string(absent('must be a string')).check(
    z.refine((text) => /^postgres(ql)?:\/\/[^:@/]+:[^@/]+@[^/]+\/.+/.test(text), {
      error: 'must look like postgresql://user:password@host/database',
    }),
  ),
  NEON_HTTP_ENDPOINT: z.optional(z.string().check(z.refine(URL.canParse, { error: 'must be a URL' }))),
  ACCESS_TOKEN_KEYS: PrivateKeySet,
  REFRESH_TOKEN_KEYS: PrivateKeySet,
  ISSUER: origin,
  AUDIENCE: z.string(absent('must be a string')).check(z.minLength(1, { error: 'must not be empty' })),
  CLIENT_ID: z.string(absent('must be a string')).check(z.minLength(1, { error: 'must not be empty' })),
  APP_ORIGIN: z.optional(origin),
  CORS_ORIGINS: z.pipe(
    z._default(z.string(), ''),
    z.pipe(
      z.transform((text: string) => text.split(',').flatMap((part) => part.trim() || [])),
      z.array(origin),
    ),
  ),
  SMTP_URL: z.string(absent('must be a string')).check(explained(parseSmtpUrl)),
  EMAIL_FROM: z.string(absent('must be a string')).check(explained(parseSender)),
  ACCESS_TOKEN_TTL: seconds(accessTokenSeconds),
  REFRESH_TOKEN_TTL: seconds(refreshTokenSeconds),
  SESSION_MAX_AGE: seconds(sessionMaxAgeSeconds),
  REFRESH_RETRY_WINDOW: seconds(refreshRetryWindowSeconds),
});

/** What the service knows of its surroundings. Durations are seconds. */
export type Config = ReturnType<typeof readEnvironment>;

/** Names the binding and what is wrong with it, and never what it holds. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** @throws EnvironmentError with one line for each binding that is missing or malformed. */
export function readEnvironment(bindings: unknown) {
  const result = Environment.safeParse(bindings);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => {
      const [binding, ...inside] = issue.path;
      return `${String(binding)} ${issue.message}${inside.length > 0 ? ` (at ${inside.join('.')})` : ''}`;
    });
    throw new EnvironmentError(`The environment is not complete: ${[...new Set(lines)].join('; ')}`);
  }
  const read = result.data;
  const shared = read.ACCESS_TOKEN_KEYS.keys.find((key) =>
    read.REFRESH_TOKEN_KEYS.keys.some((other) => other.n === key.n),
  );
  if (shared)
    throw new EnvironmentError(
      'REFRESH_TOKEN_KEYS holds a key of ACCESS_TOKEN_KEYS: each kind needs its own',
    );
  return {
    databaseUrl: read.DATABASE_URL,
    neonHttpEndpoint: read.NEON_HTTP_ENDPOINT,
    accessTokenKeys: read.ACCESS_TOKEN_KEYS.keys,
    refreshTokenKeys: read.REFRESH_TOKEN_KEYS.keys,
    issuer: read.ISSUER,
    audience: read.AUDIENCE,
    clientId: read.CLIENT_ID,
    appOrigin: read.APP_ORIGIN ?? read.ISSUER,
    corsOrigins: read.CORS_ORIGINS,
    smtpUrl: read.SMTP_URL,
    emailFrom: read.EMAIL_FROM,
    accessTokenSeconds: read.ACCESS_TOKEN_TTL,
    refreshTokenSeconds: read.REFRESH_TOKEN_TTL,
    sessionMaxAgeSeconds: read.SESSION_MAX_AGE,
    refreshRetryWindowSeconds: read.REFRESH_RETRY_WINDOW,
  };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A check that passes on what a parser has to say against the text. */
function explained(parse: (text: string) => unknown) {
  return z.superRefine<string>((text, context) => {
    try {
      parse(text);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof Error ? error.message : 'is malformed',
        input: text,
      });
    }
  });
}
