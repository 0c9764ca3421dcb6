// What the code of a request may use: the parts of the service, made once per isolate, and what is known of the request.

import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Database } from './database/client.ts';
import type { Config } from './environment.ts';
import type { Mailer } from './mail/mailer.ts';
import type { BreachCheck } from './passwords/breach-check.ts';
import type { PasswordHasher } from './passwords/hash.ts';
import type { DataKeys } from './tokens/data-keys.ts';
import type { KeySet } from './tokens/signing-keys.ts';
import type { VerifiedAccess } from './tokens/verify.ts';

/** Structured log lines. Never given tokens, addresses, passwords or the parameters of a statement. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** Whether one more is within the limit for this key. */
export type Limiter = (key: string) => Promise<boolean>;

/** Hears of tokens that name a key of nobody. */
export type UnknownKeys = (token: 'access' | 'refresh', kid: string) => void;

/** What a request has cost in the database so far. */
export type Meter = { trips: number; milliseconds: number };

/** Made once per isolate and handed in. None of it holds on to a request, so that requests may share it. */
export type Dependencies = {
  readonly config: Config;
  readonly database: Database;
  readonly accessTokenKeys: KeySet;
  readonly refreshTokenKeys: KeySet;
  readonly dataKeys: DataKeys;
  readonly passwords: PasswordHasher;
  /** Where one is bound. */
  readonly breachCheck: BreachCheck | undefined;
  readonly mailer: Mailer;
  readonly limits: {
    /** Per network, on what costs a password hash. */
    readonly login: Limiter;
    /** Per network, on what causes a mail. */
    readonly mail: Limiter;
    /** Per e-mail address, or session where somebody is signed in, on passwords, codes, mails and exports. */
    readonly address: Limiter;
    /** Per network (in shares: http/rate-limit.ts) and per session, on every other write, and what costs as much. */
    readonly write: Limiter;
  };
  readonly log: Log;
  readonly unknownKeys: UnknownKeys;
  readonly meters: AsyncLocalStorage<Meter>;
  /** Counters of outcomes, when Analytics Engine is bound. */
  readonly analytics: AnalyticsEngineDataset | undefined;
  /** The clock. */
  readonly now: () => Date;
  readonly randomBytes: (length: number) => Uint8Array;
  /** A UUIDv7 (RFC 9562, section 5.7). */
  readonly newId: () => string;
  /** Of this release. */
  readonly version: string;
  /** When the newest migration that this code needs was made, in milliseconds since 1970. */
  readonly newestMigration: number;
};

export type Variables = {
  requestId: string;
  /** Who calls, on an endpoint behind `authenticated`. */
  access: VerifiedAccess;
  /** What this request was authenticated with came in a cookie. */
  byCookie: boolean;
  /** Whose account it is about, where something other than `access` tells. For the log alone, as are the two that follow. */
  subject: { readonly userId: string; readonly sessionId?: string };
  /** The name of the problem that it came to; at `/oauth/*`, of the error where there is no problem behind it. */
  problem: string;
  /** Why a token or a login was refused: for the log, where the answer does not say it. Absent where no token came at all. */
  refusal: string;
  /** The statement of this request put a mail into the queue: it is to leave right after the answer. */
  mailIsDue: boolean;
  /** What the statement decided, for log and counters. */
  outcome: string;
};
