// Dependencies, made once per isolate, and the variables of a request.

import type { AsyncLocalStorage } from 'node:async_hooks';
import type { JWTVerifyGetKey } from 'jose';
import type { Database, Fetch } from './database/client.ts';
import type { Config } from './environment.ts';
import type { Mailer } from './mail/mailer.ts';
import type { BreachCheck } from './passwords/breach-check.ts';
import type { PasswordHasher } from './passwords/hash.ts';
import type { DataKeys } from './tokens/data-keys.ts';
import type { DpopNonces } from './tokens/dpop-nonces.ts';
import type { KeySet } from './tokens/signing-keys.ts';
import type { VerifiedAccess } from './tokens/verify.ts';
import type { SpeechIn } from './words/speeches.ts';

/** Structured log lines. Never given tokens, addresses, passwords or the parameters of a statement. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** Whether one more is within the limit for this key. */
export type Limiter = (key: string) => Promise<boolean>;

/** Is told of tokens with an unknown `kid`. */
export type UnknownKeys = (token: 'access' | 'refresh', kid: string) => void;

/** Round trips of a request to the database so far, and their time. */
export type Meter = { trips: number; milliseconds: number };

/** Made once per isolate and injected. Requests share it: none of it keeps anything of a request. */
export type Dependencies = {
  readonly config: Config;
  readonly database: Database;
  readonly accessTokenKeys: KeySet;
  readonly refreshTokenKeys: KeySet;
  readonly dataKeys: DataKeys;
  readonly dpopNonces: DpopNonces;
  /** Public keys of each identity provider, by its name. */
  readonly providerKeys: ReadonlyMap<string, JWTVerifyGetKey>;
  readonly passwords: PasswordHasher;
  /** Where one is bound. */
  readonly breachCheck: BreachCheck | undefined;
  readonly mailer: Mailer;
  readonly speechIn: SpeechIn;
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
  /** For calls to other services. */
  readonly fetch: Fetch;
  readonly log: Log;
  readonly unknownKeys: UnknownKeys;
  /** Of this location, shared by its isolates. */
  readonly sharedCache: Cache;
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
  /** The access token is bound to a key (RFC 9449), or came as if it were. */
  isBound: boolean;
  /** The token of this request came in a cookie. */
  cameByCookie: boolean;
  /** Whose account it is about, where that is known from elsewhere than `access`. For the log. */
  subject: { readonly userId: string; readonly sessionId?: string };
  /** The problem that was answered; at `/oauth/*` the error code, where there is no problem. For the log. */
  problem: string;
  /**
   * Why a token or a login was refused, where the answer does not say it. For the log. Absent where no token came.
   */
  refusal: string;
  /** This request queued a mail, which is to leave right after the answer. */
  mailIsDue: boolean;
  /** The same of a call to an identity provider. */
  providerCallIsDue: boolean;
  /** What the statement decided. For the log and metrics. */
  outcome: string;
};
