// The production wiring, and the only place where the clock and randomness are read.

import { v7 as uuidv7 } from 'uuid';
import migrations from '../drizzle/meta/_journal.json';
import { version } from '../package.json';
import type { Dependencies, Limiter, Log } from './context.ts';
import { connectDatabase, type Fetch } from './database/client.ts';
import { type Config, EnvironmentError } from './environment.ts';
import { logToConsole } from './http/log.ts';
import { createMeters } from './http/observe.ts';
import { createUnknownKeys } from './http/unknown-keys.ts';
import { mailDeadlineMilliseconds } from './lifetimes.ts';
import { createBindingMailer } from './mail/cloudflare-email.ts';
import type { Mailer } from './mail/mailer.ts';
import { createSmtpMailer } from './mail/smtp.ts';
import { createBreachCheck } from './passwords/breach-check.ts';
import { createPasswordHasher } from './passwords/hash.ts';
import { importDataKeys } from './tokens/data-keys.ts';
import { importKeySet } from './tokens/signing-keys.ts';

/** What a test may put in place of the world outside. */
type Outside = {
  readonly now: () => Date;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly fetch: Fetch;
  readonly log: Log;
};

const outside: Outside = {
  now: () => new Date(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  fetch: (input, init) => fetch(input, init),
  log: logToConsole,
};

/** Made once per isolate: the keys are imported here and never again. */
export async function createDependencies(
  config: Config,
  replaced: Partial<Outside> = {},
): Promise<Dependencies> {
  const { now, randomBytes, fetch, log } = { ...outside, ...replaced };
  const meters = createMeters();
  const [accessTokenKeys, refreshTokenKeys, dataKeys] = await Promise.all([
    importKeySet(config.accessTokenKeys).catch(unusable('ACCESS_TOKEN_KEYS')),
    importKeySet(config.refreshTokenKeys).catch(unusable('REFRESH_TOKEN_KEYS')),
    importDataKeys(config.dataKeys),
  ]);
  return {
    config,
    database: connectDatabase({
      url: config.databaseUrl,
      endpoint: config.neonHttpEndpoint,
      fetch: metered(fetch, meters, now),
    }),
    accessTokenKeys,
    refreshTokenKeys,
    dataKeys,
    passwords: createPasswordHasher({ randomBytes }),
    breachCheck:
      config.breachCheckUrl === undefined
        ? undefined
        : createBreachCheck({ url: config.breachCheckUrl, fetch }),
    mailer: createMailer(config),
    limits: {
      login: limiterOf(config.loginLimit),
      mail: limiterOf(config.mailLimit),
      address: limiterOf(config.addressLimit),
      write: limiterOf(config.writeLimit),
    },
    log,
    unknownKeys: createUnknownKeys(log, now),
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

/** Where nothing is bound, as in local work, there is no limit at the edge; those in the database hold anyway. */
function limiterOf(binding: RateLimit | undefined): Limiter {
  return async (key) => binding === undefined || (await binding.limit({ key })).success;
}

/** Counts what a request's queries cost. A body follows its headers at once: time to the headers is the round trip. */
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

function unusable(binding: string) {
  return (cause: unknown): never => {
    throw new EnvironmentError(`${binding} holds a key that cannot be imported`, { cause });
  };
}
