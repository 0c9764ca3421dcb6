// Every duration and limit of what people hold, with its reason: tokens, sessions, passwords, codes, mails. Those of
// status lists are in status-lifetimes.ts. Bindings override the four that an operator may change.

/**
 * Short: other services verify access tokens offline, so an ended session shows there only when its token expires.
 */
export const accessTokenSeconds = 15 * 60;

/**
 * The lowest lifetime that an operator may set. A refresh request may be in flight for ten seconds while its app is
 * killed. With shorter access tokens the restarted app would refresh again before the old request arrives, which
 * would then look like reuse of a stolen token.
 */
export const minimumAccessTokenSeconds = 30;

/** Sliding expiration: an app that is opened once a month stays signed in. */
export const refreshTokenSeconds = 30 * 24 * 60 * 60;

/**
 * Absolute expiration: a stolen device does not stay signed in forever. NIST SP 800-63B-4, section 2.1.3, requires a
 * limit, which SHOULD be at most 30 days. Longer here, since reuse of a copied token is detected, and users see their
 * sessions and can end them. Operators that must follow the 30 days set `SESSION_MAX_AGE`.
 */
export const sessionMaxAgeSeconds = 180 * 24 * 60 * 60;

/**
 * Retry window: a client that lost the response and has no Idempotency-Key may present a spent token again for this
 * long.
 */
export const refreshRetryWindowSeconds = 30;

/**
 * Refresh: a retry with the same Idempotency-Key gets the same successor. An app killed mid-refresh may be opened the
 * next day.
 */
export const idempotencyKeySeconds = 24 * 60 * 60;

/**
 * Other calls: a retry with the same Idempotency-Key gets the same result. Longer than any client retries one call.
 */
export const idempotentCallSeconds = 10 * 60;

/** A device stays known for this long after the last sign-in on it. */
export const knownDeviceSeconds = 365 * 24 * 60 * 60;

/** Apple's authorization code is good for this long, and once. */
export const appleCodeSeconds = 5 * 60;

/** Apple's notifications expire after a day; a delivery is known for as long. */
export const appleNotificationSeconds = 24 * 60 * 60;

/**
 * How long Apple is asked to revoke what a deleted account had: longer than an outage lasts. Should it fail, the person can
 * still take the app from their list at Apple.
 */
export const revocationTriedSeconds = 4 * 24 * 60 * 60;

/**
 * Step-up authentication: sensitive actions require a sign-in at most this old (`max_age` of RFC 9470), or the
 * password.
 */
export const recentSignInSeconds = 10 * 60;

/** More than anybody has devices; it bounds what options list. */
export const maximumPasskeys = 20;

/** Accounts elsewhere that open one here: more than anybody has. */
export const maximumIdentities = 20;

/** From asking for a passkey's options to its answer: time to find the phone or the security key. */
export const passkeyChallengeSeconds = 5 * 60;

/** From asking for a nonce to the ID token with it: time to choose an account, and to type its password at the provider. */
export const signInNonceSeconds = 10 * 60;

/** Since an ID token was issued, at most: providers give them an hour or a day, which is long for what signs somebody in. */
export const idTokenSeconds = 60 * 60;

/** Without our nonce nothing says that the ID token was asked for by this app, now. */
export const idTokenWithoutNonceSeconds = 5 * 60;

/**
 * How far the time of a DPoP proof may be off. Proofs are not kept, so one that was copied can be sent again for this
 * long; with a stolen token it wins an access token at most, since refresh tokens are bound to the key.
 */
export const dpopProofSeconds = 60;

/** A DPoP nonce stands in for the time of a proof, and is good for as long at most; every few seconds there is a new one. */
export const dpopNonceSeconds = 60;
export const dpopNonceStepSeconds = 10;

/** Tokens of a bound session that come without its key are one security event in this time, and one mail. */
export const refusedKeyEventSeconds = 24 * 60 * 60;

/** Between the first factor and the second: long enough to find the phone. */
export const authSessionSeconds = 5 * 60;

/** Clock skew allowed between machines. */
export const clockToleranceSeconds = 5;

/**
 * Passwords tried for one address, or in one session, before throttling begins. More than anybody mistypes, and
 * useless for a dictionary attack.
 */
export const freeLoginAttempts = 5;

/** The first pause of the exponential backoff; each further attempt doubles it. */
export const loginPauseSeconds = 30;

/**
 * The longest pause: an attacker gets a hundred guesses a day, and then none. A user on a new device waits 15 minutes
 * at most.
 */
export const maximumLoginPauseSeconds = 15 * 60;

/** Failed attempts are forgotten after this long without another one. */
export const loginAttemptsKeptSeconds = 24 * 60 * 60;

/**
 * Consecutive failures after which sign-in is disabled (NIST SP 800-63B-4, section 3.2.2). Counted for all unknown
 * devices of an account together, and for each known device apart, so that an attacker cannot lock known devices out.
 * A password reset by mail enables it again.
 */
export const maximumFailedSignIns = 100;

/**
 * A reset by mail lets codes of a second factor be tried again once in this time: 100 guesses a day at three codes of a
 * million open the account of a stolen mailbox with a chance of one in ten within a year.
 */
export const factorTriesSeconds = 24 * 60 * 60;

/** Mails to one address per hour: enough for a user who mislaid some, too few to harass somebody with. */
export const mailsPerHour = 5;

/** Token bucket: a burst of five mails, refilled by one mail each time this has passed. */
export const mailSpacingSeconds = (60 * 60) / mailsPerHour;

/**
 * After this many wrong codes for one address within a day, mails carry a long code that cannot be guessed (RFC 4226
 * has no such codes).
 */
export const longCodeAfterWrongCodes = 10;

/**
 * The same after this many mails to an address within a day: each short code that is valid brings its own attempts.
 */
export const longCodeAfterMails = 10;

/**
 * Wrong codes within an hour across the whole service after which every new code is long: an attack on many accounts.
 * For comparison, a million users of whom 10,000 type a code each day, and one in twenty mistypes, give 20 in an
 * hour.
 */
export const longCodesAfterWrongCodesAnHour = 500;

/**
 * Retention of counters by address: until everything that was mailed there has expired. An undo link lives longest, a
 * week.
 */
export const destinationKeptSeconds = 9 * 24 * 60 * 60;

/** The link in the mail to the previous address undoes a change of the address for this long. */
export const undoSeconds = 7 * 24 * 60 * 60;

/**
 * Retention of a factor that was removed. An undo brings it back, on the last day of its link too; a day more, so that no
 * undo races the purge.
 */
export const removedFactorKeptSeconds = undoSeconds + 24 * 60 * 60;

/**
 * Guests of one network (an IPv4 address, a /64 of IPv6; a /56 and a /48 have 4 and 16 times as many) within a day: a burst for all
 * of a school, or for the phones behind a carrier's address on the day that an app comes out, refilled by one every three minutes.
 * A stranger makes 500 rows of a few hundred bytes each with it, which go after a month.
 */
export const guestsPerNetwork = 500;
export const guestAllowanceSeconds = 24 * 60 * 60;

/**
 * A TOTP secret that nobody has confirmed yet: long enough to install an authenticator app. Whoever saw the secret on
 * the screen has it, so one that was left behind is worth nothing soon.
 */
export const totpEnrolmentSeconds = 15 * 60;

/**
 * A queued mail may get its link and code for this long after the request: longer than the queue tries to deliver it.
 */
export const requestKeptSeconds = 24 * 60 * 60;

/** If a mail leaves within this time of its request, its grant has the lifetime of the request, counted from then. */
export const mailGraceSeconds = 60;

/** How far back users can read their security events. */
export const securityEventsKeptSeconds = 90 * 24 * 60 * 60;

/** Long enough for a mail read the next morning. */
export const verificationSeconds = 24 * 60 * 60;

/** Short: a reset gives access to the account. Users use it at once or request another. */
export const passwordResetSeconds = 15 * 60;

/** Short: a code signs in by itself where no second factor is on (ASVS 6.5.5: at most 10 minutes). */
export const signInCodeSeconds = 10 * 60;

/**
 * Attempts per request handle. At most ten handles of an address have short codes within a day. So an attacker gets
 * 50 attempts at 1,000,000 codes of a registration, which has no account yet, or at 100,000,000 codes of a reset or a sign-in.
 */
export const codeTries = 5;

/** Retention of events that were delivered or given up, so that other systems can read them once more; and of all where nobody is told. */
export const eventKeptSeconds = 7 * 24 * 60 * 60;

/** Retention of events that wait, from their beginning: longer than any endpoint is down. */
export const waitingEventKeptSeconds = 30 * 24 * 60 * 60;

/** Retention of delivered and abandoned mails, so that support can see what became of one. */
export const mailKeptSeconds = 7 * 24 * 60 * 60;
