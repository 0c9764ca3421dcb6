// Every duration and limit of the service, each with its reason. Bindings override the four that an operator may move.

/** Short, because other services check it without asking us whether its session still lives. */
export const accessTokenSeconds = 15 * 60;

/**
 * A refresh that was on its way for ten seconds, with an app that was killed meanwhile, is no theft: a shorter token would be spent
 * once more before it arrives.
 */
export const leastAccessTokenSeconds = 30;

/** Sliding: an app opened once a month stays signed in. */
export const refreshTokenSeconds = 30 * 24 * 60 * 60;

/**
 * Absolute: a stolen device does not stay signed in for good. NIST SP 800-63B-4, section 2.1.3, asks for some bound, which
 * SHOULD be 30 days at most. Longer here: a copied token shows at its second use, and its owner sees every session and can
 * end it. Whoever has to keep to the 30 days sets `SESSION_MAX_AGE`.
 */
export const sessionMaxAgeSeconds = 180 * 24 * 60 * 60;

/** How long after it was spent a token may be presented again by a client that lost the answer and kept no key. */
export const refreshRetryWindowSeconds = 30;

/** How long a repeat with the same Idempotency-Key is answered: an app killed mid-refresh may start again the next day. */
export const idempotencyKeySeconds = 24 * 60 * 60;

/** How long a repeat of a call that made something gets the same: longer than any client goes on with one call. */
export const idempotentCallSeconds = 10 * 60;

/** How long a device stays known that nobody signs in on. */
export const knownDeviceSeconds = 365 * 24 * 60 * 60;

/** What may not be done with a borrowed phone takes a sign-in of so long ago at most (RFC 9470's `max_age`), or the password. */
export const recentSignInSeconds = 10 * 60;

/** What the clocks of two honest machines may differ by. */
export const clockToleranceSeconds = 5;

/**
 * Passwords tried at one address, or inside one session, before pauses begin: more than anybody mistypes, and nothing against
 * a list of passwords.
 */
export const freeLoginAttempts = 5;

/** The first pause; each further attempt doubles it. */
export const loginPauseSeconds = 30;

/** The longest pause: a guesser has a hundred guesses a day, and then none; whoever waits on a new device waits for a coffee. */
export const longestLoginPauseSeconds = 15 * 60;

/** After this long without an attempt they are forgotten. */
export const loginAttemptsKeptSeconds = 24 * 60 * 60;

/**
 * Wrong passwords in a row that an account takes, from devices that never signed in, and that one known device is granted (NIST
 * SP 800-63B-4, section 3.2.2). Then a reset by mail is the way in; other known devices are not concerned.
 */
export const mostFailedSignIns = 100;

/** Mails to one address in an hour: enough for whoever mislaid some, too few to pester with. */
export const mailsAnHour = 5;

/** So that five may leave at once, and one more each time that this has passed. */
export const mailSpacingSeconds = (60 * 60) / mailsAnHour;

/** After so many wrong codes for one address within a day, mails carry a code that nobody guesses (RFC 4226 has none like it). */
export const longCodeAfterWrongCodes = 10;

/** Likewise after so many mails to it within a day: short codes that are alive at once would each have their own tries. */
export const longCodeAfterMails = 10;

/**
 * Wrong codes within an hour over the whole service after which every new code is a long one: a service of a million people, of
 * whom 10,000 type a code each day and one in twenty mistypes, has 20 in an hour.
 */
export const longCodesAfterWrongCodesAnHour = 500;

/** What is counted by address is kept until everything that was mailed there has died, an undo after a week as the last. */
export const destinationKeptSeconds = 9 * 24 * 60 * 60;

/** Within these an address that was changed can be had back by a link to it. */
export const undoSeconds = 7 * 24 * 60 * 60;

/** How long after it was asked for a mail may still be given a link and a code: longer than the queue tries to send it. */
export const requestKeptSeconds = 24 * 60 * 60;

/** A mail that leaves within this of its request carries a grant that lives as long as the request does, from then. */
export const mailGraceSeconds = 60;

/** What the owner of an account may look back on. */
export const securityEventsKeptSeconds = 90 * 24 * 60 * 60;

/** Security events on one page. */
export const securityEventsListed = 100;

/** The period of the rate-limiting bindings in wrangler.toml, which is what a client that met one waits. */
export const rateLimitSeconds = 60;

/** Long enough for a mail read the next morning. */
export const verificationSeconds = 24 * 60 * 60;

/** A reset opens an account, so it is used at once or asked for again. */
export const passwordResetSeconds = 15 * 60;

/**
 * Tries with one handle. At most ten handles of an address have short codes within a day: 50 tries at 1,000,000 codes of a
 * registration, which has no account behind it yet, and at 100,000,000 of a reset.
 */
export const codeTries = 5;

/** More devices than a person has; an account with more is shown its most recently used. */
export const sessionsListed = 100;

/** Rows that one statement of a purge takes, so that none holds locks or runs for long. */
export const purgeBatch = 1_000;

/** Statements of one purge: 20,000 rows a minute of each kind keep up with thousands of logins a minute. */
export const purgeBatches = 20;

/** How long sent and given-up mails stay for whoever asks what became of one. */
export const mailKeptSeconds = 7 * 24 * 60 * 60;

/** A browser asks again after two hours at most (Chromium's bound), and need not sooner. */
export const corsPreflightSeconds = 2 * 60 * 60;

/** Four times the largest sensible request of ours; read no further than this. */
export const bodyBytes = 64 * 1024;

/** A query that took longer has failed for the person waiting; the connection is given up. */
export const queryDeadlineMilliseconds = 5_000;

/** The list of breached passwords answers in a tenth of this; without it, the password is taken. */
export const breachCheckMilliseconds = 1_000;

/** A whole SMTP conversation; slow servers take seconds, a hanging one must not hold an isolate. */
export const mailDeadlineMilliseconds = 20_000;

/** Longer than the slowest send, so that two isolates never send one mail while its claim lives. */
export const mailClaimSeconds = 60;

/** Pauses before the second, third, … attempt at a mail; after the last it is given up (about 21 hours in all). */
export const mailRetrySeconds = [60, 5 * 60, 15 * 60, 60 * 60, 4 * 60 * 60, 16 * 60 * 60] as const;

/** Mails taken in one go: at most six connections may be open at once in an isolate. */
export const mailBatch = 5;

/** Batches of one run of the cron trigger. */
export const mailBatches = 40;

/** The pause between two log lines about tokens under keys of nobody, which anybody can send. */
export const unknownKeyLogSeconds = 60;

/** Verifiers may keep the public keys this long; a key is published at least this long before it signs. */
export const keySetCacheSeconds = 60 * 60;

/** Apple and Google keep copies of their own; a change reaches a phone that asks us directly within the hour. */
export const appLinksCacheSeconds = 60 * 60;

/** What readiness found holds this long: monitors ask every few seconds, and whoever asks more often costs the database nothing. */
export const readinessKeptMilliseconds = 1_000;

/** Rows of a table that one statement of an export reads at most, and bytes of them that it answers: a few hold in memory. */
export const exportedRows = 100;
export const exportedBytes = 1024 * 1024;

/** What a client waits before it tries again while the database is away. */
export const retryAfterSeconds = 2;
