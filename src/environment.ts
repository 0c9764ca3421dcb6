// Validates the Worker's bindings into a Config. With an invalid binding the service does not start: the error names
// the binding and the reason.

import * as z from 'zod/mini';
import {
  allowedOrigins,
  binding,
  databaseUrl,
  listOf,
  onOrOff,
  origin,
  seconds,
  signUp,
  text,
  validatedBy,
  wholeNumber,
} from './binding-fields.ts';
import { brandBindings, brandOf } from './brand-bindings.ts';
import { isRpIdOf } from './factors/relying-party.ts';
import {
  ApplePrivateKey,
  IdentityProviders,
  identityProvidersOf,
  isAppleKeyWhole,
} from './identity-providers.ts';
import {
  accessTokenSeconds,
  minimumAccessTokenSeconds,
  refreshRetryWindowSeconds,
  refreshTokenSeconds,
  sessionMaxAgeSeconds,
} from './lifetimes.ts';
import { parseSender, parseSmtpUrl } from './mail/smtp-url.ts';
import { androidApp, appleAppId } from './mobile-apps.ts';
import { assertSecureUrl, hasWildcardPort, isLoopback } from './origins.ts';
import { defaultMinimumLength, lowestMinimumLength } from './passwords/policy.ts';
import { isRoleClaim } from './tokens/claim-names.ts';
import { DataKeySet } from './tokens/data-keys.ts';
import { PrivateKeySet } from './tokens/private-key-set.ts';
import { WebhookSecret, WebhookUrl, webhookFaults, webhookOf } from './webhook-bindings.ts';

const Environment = z.object({
  DATABASE_URL: databaseUrl,
  // Requests to it carry the database's password, so the URL must be https.
  NEON_HTTP_ENDPOINT: z.optional(z.string({ error: 'must be a URL' }).check(validatedBy(assertSecureUrl))),
  ACCESS_TOKEN_KEYS: PrivateKeySet,
  REFRESH_TOKEN_KEYS: PrivateKeySet,
  DATA_KEYS: DataKeySet,
  ISSUER: origin,
  AUDIENCE: text.check(z.minLength(1, { error: 'must not be empty' })),
  CLIENT_ID: text.check(z.minLength(1, { error: 'must not be empty' })),
  ROLE_CLAIM: z._default(
    text.check(
      z.refine(isRoleClaim, {
        error: 'must be a name of a-z, 0-9 and "_" that means nothing else, such as app_role',
      }),
    ),
    'role',
  ),
  APP_ORIGIN: z.optional(origin),
  ...brandBindings,
  PAGES_ORIGIN: z.optional(origin),
  CORS_ORIGINS: allowedOrigins,
  WEB_ORIGINS: allowedOrigins,
  SMTP_URL: z.optional(z.string({ error: 'must be a string' }).check(validatedBy(parseSmtpUrl))),
  EMAIL: z.optional(binding<SendEmail>('send', 'must be a send_email binding')),
  EMAIL_FROM: text.check(validatedBy(parseSender)),
  APPLE_APP_IDS: listOf(appleAppId, 'must be app ids, separated by commas'),
  ANDROID_APPS: listOf(androidApp, 'must be package=fingerprint, separated by commas'),
  PASSKEY_RP_ID: z.optional(text),
  IDENTITY_PROVIDERS: IdentityProviders,
  APPLE_PRIVATE_KEY: ApplePrivateKey,
  ACCESS_TOKEN_TTL: seconds(accessTokenSeconds),
  REFRESH_TOKEN_TTL: seconds(refreshTokenSeconds),
  SESSION_MAX_AGE: seconds(sessionMaxAgeSeconds),
  REFRESH_RETRY_WINDOW: seconds(refreshRetryWindowSeconds),
  PASSWORD_MIN_LENGTH: wholeNumber(defaultMinimumLength, {
    minimum: lowestMinimumLength,
    maximum: 64,
    error: `must be a whole number from ${lowestMinimumLength} to 64`,
  }),
  PASSWORD_CONTEXT_WORDS: listOf(z.string(), 'must be words, separated by commas'),
  BREACH_CHECK_URL: z.optional(
    text.check(
      validatedBy((url) => {
        if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '') || !url.endsWith('/'))
          throw new Error('must be a URL that ends in "/", such as https://api.pwnedpasswords.com/range/');
        assertSecureUrl(url);
      }),
    ),
  ),
  EMAIL_CODES: onOrOff,
  GUESTS: onOrOff,
  SIGN_UP: signUp,
  WEBHOOK_URL: WebhookUrl,
  WEBHOOK_SECRET: WebhookSecret,
  SERVER_TIMING: onOrOff,
  ANALYTICS: z.optional(
    binding<AnalyticsEngineDataset>('writeDataPoint', 'must be an Analytics Engine dataset'),
  ),
  ASSETS: z.optional(binding<Fetcher>('fetch', 'must be a binding of static assets')),
  LOGIN_LIMIT: z.optional(binding<RateLimit>('limit', 'must be a rate-limiting binding')),
  MAIL_LIMIT: z.optional(binding<RateLimit>('limit', 'must be a rate-limiting binding')),
  ADDRESS_LIMIT: z.optional(binding<RateLimit>('limit', 'must be a rate-limiting binding')),
  WRITE_LIMIT: z.optional(binding<RateLimit>('limit', 'must be a rate-limiting binding')),
});

/** The validated configuration. Durations are seconds. */
export type Config = ReturnType<typeof readEnvironment>;

/** The message names the binding and what is wrong with it. It never contains the value, which may be a secret. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** @throws EnvironmentError that lists every binding that is missing or malformed. */
export function readEnvironment(bindings: unknown) {
  const result = Environment.safeParse(bindings);
  const lines = (result.error?.issues ?? []).map((issue) => {
    const [binding, ...inside] = issue.path;
    return `${String(binding)} ${issue.message}${inside.length > 0 ? ` (at ${inside.join('.')})` : ''}`;
  });
  const { SMTP_URL, EMAIL, ISSUER, APP_ORIGIN, PASSKEY_RP_ID } = Object(bindings);
  if (SMTP_URL === undefined && EMAIL === undefined)
    lines.push('SMTP_URL is missing, and no EMAIL is bound instead');
  if (typeof PASSKEY_RP_ID === 'string' && !isRpIdOf(PASSKEY_RP_ID, [ISSUER, APP_ORIGIN]))
    lines.push('PASSKEY_RP_ID must be a domain that the host of ISSUER or APP_ORIGIN is, or is below');
  if (result.success && !isAppleKeyWhole(result.data.IDENTITY_PROVIDERS, result.data.APPLE_PRIVATE_KEY))
    lines.push(
      'APPLE_PRIVATE_KEY and "team_id" and "key_id" of apple in IDENTITY_PROVIDERS belong together: all or none',
    );
  lines.push(...webhookFaults(Object(bindings)));
  for (const name of ['CORS_ORIGINS', 'WEB_ORIGINS'] as const) {
    if (result.data?.[name].some(hasWildcardPort) && !isLoopback(ISSUER))
      lines.push(
        `${name} may leave a port open ("*") only where ISSUER is this machine as well: in development`,
      );
  }
  if (!result.success || lines.length > 0)
    throw new EnvironmentError(`The environment is not complete: ${[...new Set(lines)].join('; ')}`);
  const read = result.data;
  const appOrigin = read.APP_ORIGIN ?? read.ISSUER;
  if (read.ACCESS_TOKEN_TTL < minimumAccessTokenSeconds && !isTestIssuer(read.ISSUER))
    throw new EnvironmentError(`ACCESS_TOKEN_TTL must be at least ${minimumAccessTokenSeconds} seconds`);
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
    dataKeys: read.DATA_KEYS.keys,
    issuer: read.ISSUER,
    audience: read.AUDIENCE,
    clientId: read.CLIENT_ID,
    /** What the access token calls a user's role. */
    roleClaim: read.ROLE_CLAIM,
    appOrigin,
    brand: brandOf(read, appOrigin),
    /**
     * The origin of the pages that mails link to. By default this service; an operator may let the app serve them.
     */
    pagesOrigin: read.PAGES_ORIGIN ?? read.ISSUER,
    corsOrigins: read.CORS_ORIGINS,
    webOrigins: read.WEB_ORIGINS,
    smtpUrl: read.SMTP_URL,
    emailFrom: read.EMAIL_FROM,
    appleAppIds: read.APPLE_APP_IDS,
    androidApps: read.ANDROID_APPS,
    /** The domain that passkeys are for. They work for no other: it is fixed by the first of them. */
    passkeyRpId: read.PASSKEY_RP_ID ?? new URL(appOrigin).hostname,
    /** By name. Whoever is not in it signs nobody in. */
    identityProviders: identityProvidersOf(read.IDENTITY_PROVIDERS, read.APPLE_PRIVATE_KEY),
    accessTokenSeconds: read.ACCESS_TOKEN_TTL,
    refreshTokenSeconds: read.REFRESH_TOKEN_TTL,
    sessionMaxAgeSeconds: read.SESSION_MAX_AGE,
    refreshRetryWindowSeconds: read.REFRESH_RETRY_WINDOW,
    passwordMinimumLength: read.PASSWORD_MIN_LENGTH,
    passwordContextWords: read.PASSWORD_CONTEXT_WORDS,
    breachCheckUrl: read.BREACH_CHECK_URL,
    /** Whether codes sent by mail sign in. */
    emailCodes: read.EMAIL_CODES,
    /** Whether accounts of guests may be made: without an address, until they are upgraded. */
    guests: read.GUESTS,
    signUp: read.SIGN_UP,
    /** Where other systems are told of events. */
    webhook: webhookOf(read.WEBHOOK_URL, read.WEBHOOK_SECRET),
    emailBinding: read.EMAIL,
    serverTiming: read.SERVER_TIMING,
    analytics: read.ANALYTICS,
    files: read.ASSETS,
    loginLimit: read.LOGIN_LIMIT,
    mailLimit: read.MAIL_LIMIT,
    addressLimit: read.ADDRESS_LIMIT,
    writeLimit: read.WRITE_LIMIT,
  };
}

/** Loopback, or a domain reserved for tests (RFC 6761, section 6.2). Tests may use shorter lifetimes there. */
function isTestIssuer(issuer: string): boolean {
  return isLoopback(issuer) || new URL(issuer).hostname.endsWith('.test');
}
