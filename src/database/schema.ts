// The whole model on one page. What must always hold is a constraint here rather than a check in code.

import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

/** Milliseconds, as the API shows them; always given by the caller's clock, so that a test can move time. */
const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'string' });

export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    /**
     * Lower case (the constraint), so that plain uniqueness is uniqueness regardless of case. Null where nobody has proven one: a
     * guest, or somebody whom an identity provider vouches for that has no authority over the address.
     */
    email: text('email'),
    emailVerifiedAt: instant('email_verified_at'),
    /**
     * A PHC string of ours, or until its first login what another system made (passwords/stored-hash.ts). Null where the account
     * has no password.
     */
    passwordHash: text('password_hash'),
    /** Counts the passwords that the account has had: a rehash of the same one is no other password. */
    passwordVersion: integer('password_version').notNull().default(0),
    /** Wrong passwords in a row from devices that never signed in (NIST SP 800-63B-4, section 3.2.2). */
    failedSignIns: integer('failed_sign_ins').notNull().default(0),
    /**
     * Spreads the accounts evenly over 0 to 1: an address that nobody has is checked against the hash of one of them.
     */
    spread: doublePrecision('spread').notNull().default(sql`random()`),
    name: text('name').notNull(),
    photo: text('photo'),
    /** A language tag (BCP 47) in its canonical form: what mails are written in. Null where none is known. */
    locale: text('locale'),
    role: text('role', { enum: ['user', 'admin'] })
      .notNull()
      .default('user'),
    provider: text('provider').notNull().default('local'),
    /**
     * Counts the times that every session was ended; a session of an earlier epoch is over, even one begun at that
     * moment.
     */
    sessionEpoch: integer('session_epoch').notNull().default(0),
    /** The row of `totp_secrets` that is on: then a second factor is owed. Null where there is none. */
    totpId: uuid('totp_id'),
    /** Counts the changes of second factors and passkeys. */
    factorsVersion: integer('factors_version').notNull().default(0),
    /** Counted here, in the row that every change of them locks. */
    passkeyCount: integer('passkey_count').notNull().default(0),
    identityCount: integer('identity_count').notNull().default(0),
    /** An account without any way in but its sessions, until it is upgraded. */
    isGuest: boolean('is_guest').notNull().default(false),
    /** By an operator: nobody signs in, and every session has ended. */
    disabledAt: instant('disabled_at'),
    disabledReason: text('disabled_reason'),
    /** The user's own, and what operators alone write. Objects. */
    metadata: jsonb('metadata').notNull().default({}),
    appMetadata: jsonb('app_metadata').notNull().default({}),
    /** In the system that it was imported from. */
    externalId: text('external_id'),
    /** Counts the changes of what other systems are told of the user. By a trigger. */
    version: integer('version').notNull().default(0),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    unique('users_email_key').on(table.email),
    unique('users_external_id_key').on(table.externalId),
    // What operators look for: the beginning of an address or of a name, and everybody at a domain.
    index('users_email_beginning').on(table.email.op('text_pattern_ops')),
    index('users_email_domain').on(sql`(split_part(${table.email}, '@', 2))`, table.id),
    index('users_name_beginning').on(sql`lower(${table.name}) text_pattern_ops`),
    index('users_disabled').on(table.id).where(sql`${table.disabledAt} is not null`),
    index('users_admins').on(table.id).where(sql`${table.role} <> 'user'`),
    check(
      'users_disabled_with_reason',
      sql`${table.disabledAt} is not null or ${table.disabledReason} is null`,
    ),
    check(
      'users_metadata',
      sql`jsonb_typeof(${table.metadata}) = 'object' and octet_length(${table.metadata}::text) <= 4096`,
    ),
    check(
      'users_app_metadata',
      sql`jsonb_typeof(${table.appMetadata}) = 'object' and octet_length(${table.appMetadata}::text) <= 4096`,
    ),
    index('users_spread').on(table.spread),
    check('users_email_lower_case', sql`${table.email} = lower(${table.email})`),
    check('users_role', sql`${table.role} in ('user', 'admin')`),
    check('users_passkey_count', sql`${table.passkeyCount} between 0 and 20`),
    check('users_identity_count', sql`${table.identityCount} between 0 and 20`),
    check('users_email_verified', sql`${table.emailVerifiedAt} is null or ${table.email} is not null`),
    check(
      'users_guest',
      sql`not ${table.isGuest} or (${table.email} is null and ${table.passwordHash} is null
        and ${table.passkeyCount} + ${table.identityCount} = 0)`,
    ),
    // Guests whom nobody can be any more are found without reading the others.
    index('users_guests').on(table.createdAt).where(sql`${table.isGuest}`),
  ],
);

/**
 * A session is a chain of refresh tokens, kept as the generation of its newest. Everything that decides a race
 * between two refreshes is a column of this one row, because READ COMMITTED re-reads only the row that it waited for.
 */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The user's epoch at the login. */
    epoch: integer('epoch').notNull().default(0),
    /** Of the newest token; the one before it is the direct parent, everything older is spent for good. */
    generation: integer('generation').notNull().default(0),
    /** When the newest token was issued, which is when its parent was spent: the session's last use. */
    rotatedAt: instant('rotated_at').notNull(),
    /**
     * SHA-256 of the Idempotency-Key of the call that spent the parent. Of a call without a key `call <id>`, where
     * the session has used keys before: its repetition by the database driver then finds its own mark, and no client
     * can present it.
     */
    rotationKeyHash: text('rotation_key_hash'),
    /** Whether any of its tokens was ever spent with an Idempotency-Key: then none is retried without one. */
    keyed: boolean('keyed').notNull().default(false),
    /** The network (http/rate-limit.ts) of the call that spent the parent. */
    network: text('network'),
    /**
     * The JWK thumbprint (RFC 7638) of the device's key: only its proofs refresh the session (RFC 9449). Null where it
     * is bound to none. In `full` mode the access tokens are bound to it, too.
     */
    dpopJkt: text('dpop_jkt'),
    dpopMode: text('dpop_mode', { enum: ['refresh', 'full'] }),
    /** When its token came without the key, or with another, since the key itself was last there. */
    keyRefusedAt: instant('key_refused_at'),
    /**
     * How its user signed in last (RFC 8176), how sure that makes us, and when it was. Null where it began before these were
     * kept: by a password, at `created_at`.
     */
    amr: text('amr').array(),
    acr: text('acr'),
    authTime: instant('auth_time'),
    /** The identity provider that vouched for its user then; and whether they were a guest. */
    idp: text('idp'),
    isGuest: boolean('is_guest').notNull().default(false),
    /**
     * What the newest refresh token says of these three, where they have changed since it was issued: a retry has to
     * bring the same bytes. `{}` where it says nothing.
     */
    issuedLevel: jsonb('issued_level'),
    /**
     * Its place in the status lists: list `status_index >> 20`, bit `status_index & (2^20 - 1)`. Null where it began
     * before there were lists and has not been refreshed since.
     */
    statusIndex: bigint('status_index', { mode: 'number' }).default(sql`next_status_index()`),
    /** The known device that it was started on. */
    deviceId: uuid('device_id'),
    /**
     * The session that took its place when the password was changed, and the SHA-256 of that call's Idempotency-Key.
     */
    successorId: uuid('successor_id'),
    successionKeyHash: text('succession_key_hash'),
    /** Of the newest token. */
    expiresAt: instant('expires_at').notNull(),
    /** No token outlives it, however often the session is refreshed. */
    absoluteExpiresAt: instant('absolute_expires_at').notNull(),
    endedAt: instant('ended_at'),
    endReason: text('end_reason'),
    deviceName: text('device_name'),
    userAgent: text('user_agent'),
    ip: text('ip'),
    createdAt: instant('created_at').notNull(),
    /**
     * The Monday of the week after the one in which the newest token expires: coarse, so that its index lets a
     * refresh stay HOT. Room on the pages for that is made in a migration of its own (`fillfactor`).
     */
    purgeAfter: timestamp('purge_after', { mode: 'string' }).generatedAlwaysAs(
      sql`date_trunc('week', expires_at at time zone 'UTC') + interval '7 days'`,
    ),
  },
  (table) => [
    index('sessions_user_id').on(table.userId),
    index('sessions_purge_after').on(table.purgeAfter),
    check('sessions_ended_with_reason', sql`(${table.endedAt} is null) = (${table.endReason} is null)`),
    check('sessions_never_past_the_absolute_end', sql`${table.expiresAt} <= ${table.absoluteExpiresAt}`),
    check(
      'sessions_dpop_mode',
      sql`${table.dpopMode} in ('refresh', 'full') and (${table.dpopJkt} is null) = (${table.dpopMode} is null)`,
    ),
    check('sessions_auth_time', sql`(${table.amr} is null) = (${table.authTime} is null)`),
  ],
);

/** Counts the sessions. `next_status_index()`, made in a migration by hand, permutes it within each list. */
export const sessionStatusSequence = pgSequence('session_status_sequence', { minValue: 0, startWith: 0 });

/** A status list (IETF Token Status List) of 2^20 sessions, made with the first of them. */
export const statusLists = pgTable('status_lists', {
  number: bigint('number', { mode: 'number' }).primaryKey(),
  /** Of the permutation, by which an index does not tell when its session began. It never changes. */
  key: uuid('key').notNull().defaultRandom(),
});

/**
 * Sessions that have ended, or were deleted, before their time: for as long as an access token of theirs may be out.
 * Written by triggers, which see every way of ending them, also what began at the same moment. Times are the
 * database's own.
 */
export const endedStatuses = pgTable(
  'ended_statuses',
  {
    statusIndex: bigint('status_index', { mode: 'number' }).primaryKey(),
    listedAt: timestamp('listed_at', { withTimezone: true, precision: 3, mode: 'string' })
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [index('ended_statuses_listed_at').on(table.listedAt)],
);

/**
 * How long access tokens have lived lately. Where an operator lowers it, tokens of the longer life are still out, and the
 * endings that matter to them stay listed.
 */
export const tokenLifetimes = pgTable('token_lifetimes', {
  seconds: integer('seconds').primaryKey(),
  lastUsedAt: timestamp('last_used_at', { withTimezone: true, precision: 3, mode: 'string' }).notNull(),
});

/**
 * The revocation list: refresh tokens cancelled before their time. No foreign key: it outlives the session and the
 * user.
 */
export const revokedTokens = pgTable(
  'revoked_tokens',
  {
    jti: text('jti').primaryKey(),
    sessionId: uuid('session_id').notNull(),
    reason: text('reason').notNull(),
    revokedAt: instant('revoked_at').notNull(),
    /** Until when it must be remembered: afterwards the token has expired by itself. */
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('revoked_tokens_expires_at').on(table.expiresAt)],
);

/**
 * Secrets of time-based one-time passwords (RFC 6238): the one that is on (`users.totp_id`), those that wait for their first
 * code, and those that were removed lately, which an undo brings back.
 */
export const totpSecrets = pgTable(
  'totp_secrets',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The session that asked for it, and the only one that can confirm it. */
    sessionId: uuid('session_id').notNull(),
    /** Sealed under DATA_KEYS: the secret, and that from which the recovery codes are derived. */
    secret: text('secret').notNull(),
    /** The newest time step whose code was used: neither it nor an older one is good any more. */
    lastStep: bigint('last_step', { mode: 'number' }).notNull().default(0),
    /** A bit for each recovery code that was used. */
    recoveryUsed: integer('recovery_used').notNull().default(0),
    /** Wrong codes in a row, of callers who had shown the first factor. */
    failures: integer('failures').notNull().default(0),
    /** The call that used a code last, and when: its repetition has the same outcome. */
    spentCall: text('spent_call'),
    spentAt: instant('spent_at'),
    createdAt: instant('created_at').notNull(),
    confirmedAt: instant('confirmed_at'),
    removedAt: instant('removed_at'),
    /** Of one that nobody confirmed, or that was removed; null of the one that is on. */
    expiresAt: instant('expires_at'),
  },
  (table) => [
    index('totp_secrets_user_id').on(table.userId),
    index('totp_secrets_expires_at').on(table.expiresAt),
    // Those that an older data key has sealed are found without reading the others.
    index('totp_secrets_data_key').on(sql`(substring(${table.secret} from '^(.*):'))`),
    check(
      'totp_secrets_on',
      sql`(${table.confirmedAt} is not null and ${table.removedAt} is null) = (${table.expiresAt} is null)`,
    ),
  ],
);

/** WebAuthn credentials. A row that was removed is kept for as long as an undo can bring it back. */
export const passkeys = pgTable(
  'passkeys',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** base64url; at most 1,023 bytes. */
    credentialId: text('credential_id').notNull(),
    /** A JWK with `alg`. */
    publicKey: jsonb('public_key').notNull(),
    /** The one that it was made for, and works for alone. */
    rpId: text('rp_id').notNull(),
    /** The largest that it has said. It refuses nobody: synced passkeys say zero. */
    signCount: bigint('sign_count', { mode: 'number' }).notNull().default(0),
    /** Whether it can leave the device that made it, and whether it has. */
    backupEligible: boolean('backup_eligible').notNull(),
    backedUp: boolean('backed_up').notNull(),
    transports: text('transports').array().notNull(),
    /** Of the kind of authenticator; zeros where it does not say. */
    aaguid: uuid('aaguid').notNull(),
    name: text('name').notNull(),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at'),
    removedAt: instant('removed_at'),
    /** Of one that was removed. */
    expiresAt: instant('expires_at'),
  },
  (table) => [
    unique('passkeys_credential_id_key').on(table.credentialId),
    index('passkeys_user_id').on(table.userId),
    index('passkeys_expires_at').on(table.expiresAt),
    check('passkeys_removed', sql`(${table.removedAt} is null) = (${table.expiresAt} is null)`),
  ],
);

/**
 * Who an identity provider (Apple, Google, any OpenID issuer) says that a user is: an issuer and its name for them, never an
 * address. A row that was removed is kept for as long as an undo can bring it back.
 */
export const identities = pgTable(
  'identities',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** By its name in IDENTITY_PROVIDERS. */
    provider: text('provider').notNull(),
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    /** Of the provider, sealed under DATA_KEYS: with it Apple is told that the account is deleted. */
    refreshToken: text('refresh_token'),
    /** The client that it was issued to. */
    clientId: text('client_id'),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at'),
    removedAt: instant('removed_at'),
    /** Of one that was removed. */
    expiresAt: instant('expires_at'),
  },
  (table) => [
    uniqueIndex('identities_issuer_subject_key')
      .on(table.issuer, table.subject)
      .where(sql`${table.removedAt} is null`),
    index('identities_issuer_subject').on(table.issuer, table.subject),
    index('identities_user_id').on(table.userId),
    index('identities_expires_at').on(table.expiresAt),
    index('identities_data_key').on(sql`(substring(${table.refreshToken} from '^(.*):'))`),
    check('identities_removed', sql`(${table.removedAt} is null) = (${table.expiresAt} is null)`),
  ],
);

/** Calls to an identity provider that wait to be made: Apple's code is redeemed, Apple's token is revoked. */
export const providerCalls = pgTable(
  'provider_calls',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind', { enum: ['apple-redeem', 'apple-revoke'] }).notNull(),
    /** Whose token it is about. No foreign key: a revocation outlives the account. */
    identityId: uuid('identity_id').notNull(),
    clientId: text('client_id').notNull(),
    /** The code or the token, sealed under DATA_KEYS. */
    secret: text('secret').notNull(),
    createdAt: instant('created_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** When it is next to be tried. A claim moves it on, so a claim that died runs out by itself. */
    dueAt: instant('due_at').notNull(),
    /** When it is given up. */
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    index('provider_calls_due').on(table.dueAt),
    index('provider_calls_expires_at').on(table.expiresAt),
    index('provider_calls_data_key').on(sql`(substring(${table.secret} from '^(.*):'))`),
  ],
);

/** Sign-ins that owe a second factor. No session yet: what was shown is void once the account's credentials change. */
export const authSessions = pgTable(
  'auth_sessions',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The account's when the first factor was shown. */
    passwordVersion: integer('password_version').notNull(),
    epoch: integer('epoch').notNull(),
    factorsVersion: integer('factors_version').notNull(),
    /** The method of the first factor (RFC 8176). */
    amr: text('amr').array().notNull(),
    /** The identity provider that vouched, and the identity that joins the account with the second factor: a row of `identities`. */
    idp: text('idp'),
    joining: jsonb('joining'),
    /** The known device whose tries are counted. */
    deviceId: uuid('device_id'),
    /** Wrong codes, and the call that typed the last of them. */
    tries: integer('tries').notNull().default(0),
    lastCall: text('last_call'),
    /** The call that finished the sign-in: its repetition has the same outcome. */
    spentAt: instant('spent_at'),
    spentCall: text('spent_call'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    index('auth_sessions_user_id').on(table.userId),
    index('auth_sessions_expires_at').on(table.expiresAt),
  ],
);

/**
 * What works once and is not kept: challenges that were answered, nonces, ID tokens. Only that one was used is known here.
 */
export const spentChallenges = pgTable(
  'spent_challenges',
  {
    /** SHA-256. */
    challengeHash: text('challenge_hash').primaryKey(),
    /** The call that used it: its repetition has the same outcome. */
    spentCall: text('spent_call').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('spent_challenges_expires_at').on(table.expiresAt)],
);

/** What a mailed link or code of version 0.1.0 allowed. No code reads it any more; a later release drops it. */
export const emailGrants = pgTable(
  'email_grants',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    purpose: text('purpose').notNull(),
    /** The mail that holds link and code: a UUIDv7, so that a later mail has a larger one. */
    mailId: uuid('mail_id').notNull(),
    /** The address that it was sent to, and so the only one that it can prove. */
    email: text('email').notNull(),
    /** SHA-256 of 256 bits that nobody can guess. */
    tokenHash: text('token_hash').notNull(),
    /**
     * HMAC-SHA-256 under a key that is not in the database: six digits alone could be tried out on a stolen table.
     */
    codeHash: text('code_hash').notNull(),
    codeTries: integer('code_tries').notNull().default(0),
    expiresAt: instant('expires_at').notNull(),
    spentAt: instant('spent_at'),
  },
  (table) => [
    primaryKey({ name: 'email_grants_pkey', columns: [table.userId, table.purpose] }),
    unique('email_grants_token_hash_key').on(table.tokenHash),
    index('email_grants_email').on(table.email),
    index('email_grants_expires_at').on(table.expiresAt),
  ],
);

/**
 * Somebody asked for a mail that proves an address: for a registration, a reset, another address. There is a row for
 * any address alike, whether or not anybody has it; the client holds its id in a sealed handle, the `request`.
 */
export const emailRequests = pgTable(
  'email_requests',
  {
    id: uuid('id').primaryKey(),
    purpose: text('purpose').notNull(),
    /**
     * SHA-256 of the address: an address that nobody proved is not ours to keep, but where a registration needs it.
     */
    addressHash: text('address_hash').notNull(),
    /** Null where nothing is to be had: the address of a reset that nobody has. */
    email: text('email'),
    /** Whose account it is about; a registration's has none yet. */
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    /** The session that asked for another address, with which the request dies; or the one that a proof started. */
    sessionId: uuid('session_id'),
    /**
     * How sure the session was that asked for a change of address, and of an undo the one that asked for what it undoes: at
     * `aal2` the undo takes the second factor, too.
     */
    acr: text('acr'),
    /** The known device that asked, whose mails and wrong codes are counted apart. */
    deviceId: uuid('device_id'),
    /** The destination's at the time: a grant of an earlier epoch is dead. */
    grantEpoch: integer('grant_epoch').notNull(),
    /** What was typed at a registration. It is taken over only with the handle. */
    name: text('name'),
    photo: text('photo'),
    metadata: jsonb('metadata'),
    /** A language tag (BCP 47) of whoever asked: what its mails are written in where the account has none. */
    locale: text('locale'),
    /** Wrong codes typed with its handle. */
    codeTries: integer('code_tries').notNull().default(0),
    /** The call that typed the last of them: its repetition is no other try. */
    lastCall: text('last_call'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    spentAt: instant('spent_at'),
    /** The call that spent it: its repetition has the same outcome. */
    spentCall: text('spent_call'),
  },
  (table) => [
    index('email_requests_user_id').on(table.userId),
    index('email_requests_address_hash').on(table.addressHash),
    index('email_requests_expires_at').on(table.expiresAt),
  ],
);

/** The link and the code of one mail, as hashes. A request may have several mails: the codes of all of them work. */
export const mailedGrants = pgTable(
  'mailed_grants',
  {
    mailId: uuid('mail_id').primaryKey(),
    requestId: uuid('request_id')
      .notNull()
      .references(() => emailRequests.id, { onDelete: 'cascade' }),
    /** SHA-256 of 256 bits that nobody can guess. */
    tokenHash: text('token_hash').notNull(),
    /** HMAC-SHA-256 under a key that is not in the database: digits alone could be tried out on a stolen table. */
    codeHash: text('code_hash').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    unique('mailed_grants_token_hash_key').on(table.tokenHash),
    index('mailed_grants_request_id').on(table.requestId),
  ],
);

/**
 * What is counted by the address that mails go to, whether or not anybody has it. The row with an empty `counter`
 * holds the epoch: every statement that asks for a mail or uses a grant locks it first. The others count, each apart:
 * mails and wrong codes of strangers, of each known device of the owner's, and each kind of notice.
 */
export const emailDestinations = pgTable(
  'email_destinations',
  {
    /**
     * SHA-256 of the address; or `service`, where wrong codes are counted over all addresses; or of a network, where guests are
     * counted.
     */
    addressHash: text('address_hash').notNull(),
    counter: text('counter').notNull(),
    /**
     * Counts the grants that were used: using one ends all the others. In a counter, the one in which `alive` was
     * noted.
     */
    grantEpoch: integer('grant_epoch').notNull().default(0),
    /** Mails and wrong codes since `countedSince`. */
    mails: integer('mails').notNull().default(0),
    wrongCodes: integer('wrong_codes').notNull().default(0),
    countedSince: instant('counted_since').notNull(),
    /** Up to when the mails that were sent use up the hourly allowance (a leaky bucket). */
    mailsPaidUntil: instant('mails_paid_until').notNull(),
    /** By purpose, until when the newest mail's grant is good: where none is, another mail may always leave. */
    alive: jsonb('alive').notNull().default({}),
    /**
     * The mail that was allowed last, or the call that used a grant last: whether it was this one is read back from
     * here.
     */
    decidedFor: uuid('decided_for'),
    /** Long after everything that was mailed has died. */
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'email_destinations_pkey', columns: [table.addressHash, table.counter] }),
    index('email_destinations_expires_at').on(table.expiresAt),
  ],
);

/** Devices that have signed in before: what a stranger guesses at the address locks none of them out. */
export const knownDevices = pgTable(
  'known_devices',
  {
    id: uuid('id').primaryKey(),
    /**
     * The account's at its last sign-in: with another password it is not known, even if it was made at that very
     * moment.
     */
    passwordVersion: integer('password_version').notNull().default(0),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull(),
    /** A year after its last sign-in. */
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    index('known_devices_user_id').on(table.userId),
    index('known_devices_expires_at').on(table.expiresAt),
  ],
);

/** Calls with an Idempotency-Key that made something: a repetition gets the same. */
export const idempotentCalls = pgTable(
  'idempotent_calls',
  {
    /** HMAC-SHA-256 of the endpoint, the key and the body. */
    callHash: text('call_hash').primaryKey(),
    /** What the call made: a session, a request, a mail. */
    madeId: uuid('made_id').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('idempotent_calls_created_at').on(table.createdAt)],
);

/**
 * Logins tried in a row, by address and not by account: an address that nobody has is counted and locked like any
 * other, so that neither answer nor time nor trace tells them apart.
 */
export const loginAttempts = pgTable(
  'login_attempts',
  {
    /**
     * SHA-256 of the address, of `device <id>` for a known device, or of `session <id>` where a password is asked for
     * once more.
     */
    addressHash: text('address_hash').primaryKey(),
    attempts: integer('attempts').notNull(),
    /** The call that was counted last: its repetition is no other attempt. */
    lastCall: text('last_call'),
    /** Until when no password is looked at. */
    lockedUntil: instant('locked_until').notNull(),
    /** When it is forgotten. */
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('login_attempts_expires_at').on(table.expiresAt)],
);

/** The mail queue. A row holds no secret: link and code are made when the mail is sent. */
export const mails = pgTable(
  'mails',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind').notNull(),
    /** Nobody's where there is no account yet, or none any more: then `recipient` says where it goes. */
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    recipient: text('recipient'),
    /** The request whose link and code it carries. */
    requestId: uuid('request_id').references(() => emailRequests.id, { onDelete: 'set null' }),
    /** What the text needs beside the user: a device, a moment, another address. */
    details: jsonb('details').notNull().default({}),
    createdAt: instant('created_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** When it is next to be tried. A claim moves it on, so a claim that died runs out by itself. */
    dueAt: instant('due_at').notNull(),
    sentAt: instant('sent_at'),
    failedAt: instant('failed_at'),
    /** What the mail server said, or did, at the last attempt that failed. */
    lastError: text('last_error'),
  },
  (table) => [
    index('mails_due').on(table.dueAt).where(sql`${table.sentAt} is null and ${table.failedAt} is null`),
    index('mails_user_id').on(table.userId),
    index('mails_request_id').on(table.requestId),
    index('mails_done').on(sql`coalesce(${table.sentAt}, ${table.failedAt})`),
    index('mails_failed').on(table.id).where(sql`${table.failedAt} is not null`),
  ],
);

/** What happened to an account, for its owner to read. */
export const securityEvents = pgTable(
  'security_events',
  {
    id: uuid('id').primaryKey(),
    /** Nobody's where a login was tried at an address that no account has. */
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull(),
    sessionId: uuid('session_id'),
    ip: text('ip'),
    userAgent: text('user_agent'),
    /** How often within the hour: guesses are counted in one row, so that nobody can bury what else happened. */
    count: integer('count').notNull().default(1),
    /** The request that caused it, as in the log. */
    requestId: uuid('request_id'),
    /** The operator who did it, where one did. No foreign key: it outlives them. */
    actorId: uuid('actor_id'),
    /** For operators alone: a reason; of an account that they have deleted, which it was. */
    details: jsonb('details').notNull().default({}),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('security_events_user_id').on(table.userId, table.id),
    index('security_events_ip').on(table.ip, table.id),
    index('security_events_kind').on(table.kind, table.id),
    index('security_events_created_at').on(table.createdAt),
  ],
);

/**
 * What other systems are told of users, sessions and factors (transactional outbox). Written by triggers, so that no way of
 * changing them can forget it; times are the database's own. What is told is composed when it is sent, as it is then.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    /** In the order of the changes, where one waited for the other; some have not been committed yet. */
    position: bigint('position', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    /**
     * Given once the change is committed, by one statement at a time: whoever has read up to a number misses nothing below it.
     */
    number: bigint('number', { mode: 'number' }),
    /** No foreign key: it outlives the user. */
    userId: uuid('user_id').notNull(),
    type: text('type').notNull(),
    /** The user's, with the change; of a change of sessions null. */
    version: integer('version'),
    /** The session, or the factor, and why it ended. */
    details: jsonb('details').notNull().default({}),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3, mode: 'string' })
      .notNull()
      .default(sql`clock_timestamp()`),
    attempts: integer('attempts').notNull().default(0),
    /** When it is next to be tried; null: at once. A claim moves it on, so a claim that died runs out by itself. */
    dueAt: instant('due_at'),
    deliveredAt: instant('delivered_at'),
    failedAt: instant('failed_at'),
    lastError: text('last_error'),
  },
  (table) => [
    unique('outbox_number_key').on(table.number),
    index('outbox_without_number').on(table.position).where(sql`${table.number} is null`),
    index('outbox_waiting')
      .on(table.userId, table.number)
      .where(sql`${table.deliveredAt} is null and ${table.failedAt} is null`),
    index('outbox_due')
      .on(table.dueAt)
      .where(sql`${table.deliveredAt} is null and ${table.failedAt} is null`),
    index('outbox_created_at').on(table.createdAt),
    index('outbox_failed').on(table.failedAt).where(sql`${table.failedAt} is not null`),
  ],
);

export const outboxNumbers = pgSequence('outbox_numbers');

/** The example of an application's own table. Ids are UUIDv7, so that their order is the order of creation. */
export const posts = pgTable(
  'posts',
  {
    id: uuid('id').primaryKey(),
    authorId: uuid('author_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    title: text('title').notNull(),
    content: text('content').notNull(),
    image: text('image'),
    /** Counts changes: the entity tag. */
    version: integer('version').notNull().default(1),
    /** SHA-256 of the Idempotency-Key of the call that created it. */
    creationKeyHash: text('creation_key_hash'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    unique('posts_title_key').on(table.title),
    unique('posts_creation_key').on(table.authorId, table.creationKeyHash),
  ],
);
