// Timeouts, batches, pages and caches: what bounds the work of one request or one run.

/** Security events on one page. */
export const securityEventsListed = 100;

/** The period of the rate-limiting bindings in wrangler.toml. A limited client gets it as `Retry-After`. */
export const rateLimitSeconds = 60;

/** More than a person has devices; an account with more sees the most recently used ones. */
export const sessionsListed = 100;

/** Rows per purge statement: bounds how long it holds locks. */
export const purgeBatch = 1_000;

/** Guests per purge statement: what hangs on each goes with it. */
export const guestPurgeBatch = 100;

/** Statements per purge: 20,000 rows of each kind a minute keep up with thousands of logins a minute. */
export const purgeBatches = 20;

/**
 * Secrets that a purge seals anew after a rotation of data keys: some milliseconds of work, and a million in four days. The
 * older key is kept for a year.
 */
export const sealedAnewBatch = 200;

/** `Access-Control-Max-Age`: the maximum that Chromium honours. */
export const corsPreflightSeconds = 2 * 60 * 60;

/** Maximum request body: four times the largest sensible request. */
export const bodyBytes = 64 * 1024;

/** Query timeout: after this long the user has given up, and so does the connection. */
export const queryDeadlineMilliseconds = 5_000;

/**
 * Timeout of the breach check, which normally answers in a tenth of this. After a timeout the password is accepted.
 */
export const breachCheckMilliseconds = 1_000;

/** Timeout of a whole SMTP session: slow servers take seconds, but a hanging one must not occupy an isolate. */
export const mailDeadlineMilliseconds = 20_000;

/** Lease of a mail that is being sent. Longer than the slowest delivery, so that two isolates never send one mail. */
export const mailClaimSeconds = 60;

/**
 * Delays before the second, third, … delivery attempt. After the last one the mail is abandoned (about 21 hours in
 * all).
 */
export const mailRetrySeconds = [60, 5 * 60, 15 * 60, 60 * 60, 4 * 60 * 60, 16 * 60 * 60] as const;

/** Mails sent concurrently: an isolate may have at most six connections open. */
export const mailBatch = 5;

/** Batches per run of the cron trigger. */
export const mailBatches = 40;

/** Timeout of a call to an identity provider, and the largest answer that is read. */
export const providerCallMilliseconds = 5_000;
export const providerAnswerBytes = 64 * 1024;

/** Lease of a call that is being made: longer than its timeout and the statements around it. */
export const providerCallClaimSeconds = 30;

/**
 * Delays before the second, third, … try; the last one again and again, until its time is up. The cron trigger runs each
 * minute, so that a code, which lives five, has six tries.
 */
export const providerCallRetrySeconds = {
  'apple-redeem': [30],
  'apple-revoke': [60, 5 * 60, 15 * 60, 60 * 60, 4 * 60 * 60],
} as const;

/** Calls made concurrently: an isolate may have at most six connections open. */
export const providerCallBatch = 5;

/** Batches per run of the cron trigger. */
export const providerCallBatches = 10;

/** Log flooding: at most one line in this time about what every request may run into, such as an unknown `kid`. */
export const rareLogSeconds = 60;

/** Verifiers may cache the public keys this long, so a new key is published at least this long before it signs. */
export const keySetCacheSeconds = 60 * 60;

/** A key set of somebody else: dozens of keys, with certificates, are a tenth of this. */
export const keySetBytes = 64 * 1024;

/**
 * A change reaches devices that fetch the file from us within the hour. Apple and Google have caches of their own.
 */
export const appLinksCacheSeconds = 60 * 60;

/** An app may show ways of signing in this long after they were switched on or off. */
export const waysCacheSeconds = 5 * 60;

/**
 * Readiness is cached this long: monitors ask every few seconds, and more frequent requests cost the database
 * nothing.
 */
export const readinessCacheMilliseconds = 1_000;

/** A fault that many requests would meet is kept this long, so that they do not each ask again. */
export const coalescedFaultMilliseconds = 1_000;

/** Page size of an export, in rows and in bytes per statement: a few pages fit into memory. */
export const exportedRows = 100;
export const exportedBytes = 1024 * 1024;

/** `Retry-After` while the database is unavailable. */
export const retryAfterSeconds = 2;

/** Points of the statistics' series: 16 days by the hour. What is counted grows with the time that is asked for. */
export const statisticsPoints = 400;

/** Pages of a table that statistics read, 16 MB: what is larger is sampled. */
export const sampledPages = 2_000;
