// Creates the production dependencies. The only place that reads the clock and randomness.

import { v7 as uuidv7 } from 'uuid';
import migrations from '../drizzle/meta/_journal.json';
import { version } from '../package.json';
import { createUnknownKeys } from './authentication/unknown-keys.ts';
import { mailDeadlineMilliseconds, rareLogSeconds } from './bounds.ts';
import type { Dependencies, Limiter, Log } from './context.ts';
import { connectDatabase, type Fetch } from './database/client.ts';
import { type Config, EnvironmentError } from './environment.ts';
import { createMeters, logToConsole } from './http/observe.ts';
import { createBindingMailer } from './mail/cloudflare-email.ts';
import type { Mailer } from './mail/mailer.ts';
import { createSmtpMailer } from './mail/smtp.ts';
import type { Cost } from './passwords/argon2-string.ts';
import { createBreachCheck } from './passwords/breach-check.ts';
import { createPasswordHasher } from './passwords/hash.ts';
import { rarely } from './rarely.ts';
import { importDataKeys } from './tokens/data-keys.ts';
import { createDpopNonces } from './tokens/dpop-nonces.ts';
import { createKeyCache } from './tokens/remote-keys.ts';
import { importKeySet } from './tokens/signing-keys.ts';
import { createSpeeches } from './words/speeches.ts';

/** Inputs from outside the process, which tests replace. */
type Platform = {
  readonly now: () => Date;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly sharedCache: Cache;
  /** Of a password's hash, where it is not today's. */
  readonly passwordCost?: Cost;
};

const platform: Platform = {
  now: () => new Date(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  fetch: (input, init) => fetch(input, init),
  log: logToConsole,
  get sharedCache() {
    return caches.default;
  },
};

/**
 * Call it once per isolate: importing the keys is expensive. @throws EnvironmentError for a key that cannot be
 * imported.
 */
export async function createDependencies(
  config: Config,
  overrides: Partial<Platform> = {},
): Promise<Dependencies> {
  const { now, randomBytes, fetch, log, sharedCache, passwordCost } = { ...platform, ...overrides };
  const meters = createMeters();
  const [accessTokenKeys, refreshTokenKeys, dataKeys] = await Promise.all([
    importKeySet(config.accessTokenKeys).catch(rethrowAsEnvironmentError('ACCESS_TOKEN_KEYS')),
    importKeySet(config.refreshTokenKeys).catch(rethrowAsEnvironmentError('REFRESH_TOKEN_KEYS')),
    importDataKeys(config.dataKeys),
  ]);
  return {
    config,
    database: connectDatabase({
      url: config.databaseUrl,
      endpoint: config.neonHttpEndpoint,
      fetch: metered(fetch, meters, now),
      claimsFailed: rarely((failure) => log('error', 'claims-failed', failure), {
        seconds: rareLogSeconds,
        now,
      }),
    }),
    accessTokenKeys,
    refreshTokenKeys,
    dataKeys,
    dpopNonces: createDpopNonces(dataKeys),
    providerKeys: new Map(
      Array.from(config.identityProviders, ([name, { jwksUri }]) => [
        name,
        createKeyCache({
          jwksUri,
          fetch: ({ url, redirect, signal }) => fetch(url, { redirect, signal }),
          now,
          sharedCache,
        }),
      ]),
    ),
    passwords: createPasswordHasher({ randomBytes, cost: passwordCost }),
    breachCheck:
      config.breachCheckUrl === undefined
        ? undefined
        : createBreachCheck({ url: config.breachCheckUrl, fetch }),
    mailer: createMailer(config),
    speechIn: createSpeeches(
      config.files,
      config.brand,
      rarely((failure) => log('warn', 'words-not-read', failure), { seconds: rareLogSeconds, now }),
    ),
    limits: {
      login: limiterOf(config.loginLimit),
      mail: limiterOf(config.mailLimit),
      address: limiterOf(config.addressLimit),
      write: limiterOf(config.writeLimit),
    },
    fetch,
    log,
    unknownKeys: createUnknownKeys(log, now),
    sharedCache,
    meters,
    analytics: config.analytics,
    now,
    randomBytes,
    newId: () => uuidv7({ msecs: now().getTime(), random: randomBytes(16) }),
    version,
    newestMigration: Math.max(...migrations.entries.map((migration) => migration.when)),
  };
}

function createMailer({ emailBinding, emailFrom, smtpUrl }: Config): Mailer {
  if (emailBinding) return createBindingMailer(emailBinding, emailFrom);
  return createSmtpMailer({
    url: smtpUrl ?? '',
    from: emailFrom,
    timeoutMilliseconds: mailDeadlineMilliseconds,
  });
}

/**
 * Without a binding, as in development, there is no rate limit at the edge. The limits in the database apply all the
 * same.
 */
function limiterOf(binding: RateLimit | undefined): Limiter {
  return async (key) => binding === undefined || (await binding.limit({ key })).success;
}

/**
 * Counts the round trips of a request's queries and their time, measured to the response headers: the body follows at
 * once.
 */
function metered(fetch: Fetch, meters: Dependencies['meters'], now: () => Date): Fetch {
  return async (input, init) => {
    const meter = meters.getStore();
    if (!meter) return fetch(input, init);
    const start = now().getTime();
    meter.trips += 1;
    try {
      return await fetch(input, init);
    } finally {
      meter.milliseconds += now().getTime() - start;
    }
  };
}

function rethrowAsEnvironmentError(binding: string) {
  return (cause: unknown): never => {
    throw new EnvironmentError(`${binding} holds a key that cannot be imported`, { cause });
  };
}
