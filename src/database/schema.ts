// The whole model on one page. What must always hold is a constraint here rather than a check in code.

import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';

/** Milliseconds, as the API shows them; always given by the caller's clock, so that a test can move time. */
const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'string' });

export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    /** Lower case (the constraint), so that plain uniqueness is uniqueness regardless of case. */
    email: text('email').notNull(),
    emailVerifiedAt: instant('email_verified_at'),
    /** A PHC string of ours, or until its first login what another system made (passwords/stored-hash.ts). */
    passwordHash: text('password_hash').notNull(),
    name: text('name').notNull(),
    photo: text('photo'),
    role: text('role', { enum: ['user', 'admin'] })
      .notNull()
      .default('user'),
    provider: text('provider').notNull().default('local'),
    /** Counts the times that every session was ended; a session of an earlier epoch is over, even one begun at that moment. */
    sessionEpoch: integer('session_epoch').notNull().default(0),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    unique('users_email_key').on(table.email),
    check('users_email_lower_case', sql`${table.email} = lower(${table.email})`),
    check('users_role', sql`${table.role} in ('user', 'admin')`),
  ],
);

/**
 * A session is a chain of refresh tokens, kept as the generation of its newest. Everything that decides a race between
 * two refreshes is a column of this one row, because READ COMMITTED re-reads only the row that it waited for.
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
    /** SHA-256 of the Idempotency-Key of the call that spent the parent. */
    rotationKeyHash: text('rotation_key_hash'),
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
     * The Monday of the week after the one in which the newest token expires: coarse, so that its index lets a refresh
     * stay HOT. Room on the pages for that is made in a migration of its own (`fillfactor`).
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
  ],
);

/** The revocation list: refresh tokens cancelled before their time. No foreign key: it outlives the session and the user. */
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

/** What a mailed link or code allows, once. One per person and purpose, so a newer mail replaces the older grant. */
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
    /** HMAC-SHA-256 under a key that is not in the database: six digits alone could be tried out on a stolen table. */
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
 * Logins tried in a row, by address and not by account: an address that nobody has is counted and locked like any other,
 * so that neither answer nor time nor trace tells them apart.
 */
export const loginAttempts = pgTable(
  'login_attempts',
  {
    /** SHA-256 of the address, or of `session <id>` where a password is asked for once more inside a session. */
    addressHash: text('address_hash').primaryKey(),
    attempts: integer('attempts').notNull(),
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
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** What the text needs beside the user: a device, a moment, another address. */
    details: jsonb('details').notNull().default({}),
    createdAt: instant('created_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** When it is next to be tried. A claim moves it on, so a claim that died runs out by itself. */
    dueAt: instant('due_at').notNull(),
    sentAt: instant('sent_at'),
    failedAt: instant('failed_at'),
  },
  (table) => [
    index('mails_due').on(table.dueAt).where(sql`${table.sentAt} is null and ${table.failedAt} is null`),
    index('mails_user_id').on(table.userId),
    index('mails_done').on(sql`coalesce(${table.sentAt}, ${table.failedAt})`),
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
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('security_events_user_id').on(table.userId, table.id),
    index('security_events_created_at').on(table.createdAt),
  ],
);

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
