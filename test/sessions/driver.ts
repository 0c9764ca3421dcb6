// Sessions for the tests of this folder: they cost no password hash, and what the database holds of one is one query away.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, inject } from 'vitest';
import type { SecurityEventKind } from '../../src/database/security-events.ts';
import { completeLogin } from '../../src/features/sign-in/complete-statements.ts';
import type { DpopMode } from '../../src/sessions/state.ts';
import { issueAccessToken, issueRefreshToken } from '../../src/tokens/issue.ts';
import { type Answer, newAddress, type Service, startService } from '../service.ts';

/** How often something is repeated: by default, and in the large run. */
export const times = (byDefault: number, large: number): number => (inject('largeRun') ? large : byDefault);

/** Where mails stay in the queue, for a file that causes thousands of them and counts them there. Once for a database. */
export async function startQuietService(): Promise<Service> {
  const service = await startService();
  const statements = [
    sql`create function never_due() returns trigger language plpgsql as
      'begin new.due_at = ''infinity''; return new; end'`,
    sql`create trigger never_due before insert on mails for each row execute function never_due()`,
  ];
  for (const statement of statements)
    await service.dependencies.database.query(statement, { repeatable: false });
  return service;
}

export type Owner = { readonly userId: string; readonly email: string };

/** A verified user whom nobody can log in as, unless a hash is given. */
export async function newOwner({ dependencies, clock }: Service, passwordHash = 'none'): Promise<Owner> {
  const owner = { userId: dependencies.newId(), email: newAddress() };
  const now = clock.now.toISOString();
  await dependencies.database.query(
    sql`insert into users (id, email, email_verified_at, password_hash, name, created_at, updated_at)
      values (${owner.userId}, ${owner.email}, ${now}, ${passwordHash}, 'Ada', ${now}, ${now})`,
    { repeatable: false },
  );
  return owner;
}

export type Session = { readonly id: string; readonly refreshToken: string; readonly accessToken: string };

/** What a login does after it has checked the password. */
export async function start(
  { dependencies, clock }: Service,
  { userId }: Owner,
  deviceName: string | null = null,
  bound?: { readonly jkt: string; readonly mode: DpopMode },
): Promise<Session> {
  const { database, config, newId, refreshTokenKeys, accessTokenKeys } = dependencies;
  const id = newId();
  const { now } = clock;
  const [user] = await database.query<{ password_hash: string; password_version: number }>(
    sql`select password_hash, password_version from users where id = ${userId}`,
    { repeatable: true },
  );
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  const newest = await completeLogin(database, {
    sessionId: id,
    newDeviceId: newId(),
    presentedDeviceId: null,
    dpopJkt: bound?.jkt ?? null,
    dpopMode: bound?.mode ?? null,
    roleClaim: 'role',
    call: null,
    userId,
    deviceId: null,
    passwordVersion: user?.password_version ?? 0,
    checkedHash: user?.password_hash ?? 'none',
    newHash: null,
    now,
    expiresAt: after(Math.min(config.refreshTokenSeconds, config.sessionMaxAgeSeconds)),
    absoluteExpiresAt: after(config.sessionMaxAgeSeconds),
    deviceName,
    origin: { userAgent: null, ip: null },
    network: null,
    eventId: newId(),
    mailId: newId(),
  });
  if (newest.outcome !== 'started') throw new Error('The session did not start');
  const statusIndex = Number(newest.status_index);
  const level = { authTime: seconds(now), acr: 'aal1', amr: ['pwd'] };
  const claims = { issuer: config.issuer, userId, sessionId: id, issuedAt: seconds(now), statusIndex, level };
  const [refreshToken, accessToken] = await Promise.all([
    issueRefreshToken(refreshTokenKeys, {
      ...claims,
      generation: 0,
      jkt: bound?.jkt,
      expiresAt: seconds(newest.expires_at),
    }),
    issueAccessToken(accessTokenKeys, {
      ...claims,
      audience: config.audience,
      clientId: config.clientId,
      role: newest.role,
      jkt: bound?.mode === 'full' ? bound.jkt : undefined,
      tokenId: newId(),
      expiresAt: seconds(after(config.accessTokenSeconds)),
    }),
  ]);
  return { id, refreshToken, accessToken };
}

/**
 * An access token for a session as it would be issued now.
 *
 * @param jkt of the key that the session is bound to in full.
 */
export function accessTokenNow(
  { dependencies, clock }: Service,
  { userId }: Owner,
  sessionId: string,
  jkt?: string,
): Promise<string> {
  const { config, newId, accessTokenKeys } = dependencies;
  const issuedAt = seconds(clock.now);
  return issueAccessToken(accessTokenKeys, {
    issuer: config.issuer,
    audience: config.audience,
    clientId: config.clientId,
    userId,
    sessionId,
    role: 'user',
    jkt,
    tokenId: newId(),
    issuedAt,
    expiresAt: issuedAt + config.accessTokenSeconds,
    level: { authTime: issuedAt, acr: 'aal1', amr: ['pwd'] },
  });
}

/** @param ip where it comes from, in Cloudflare's words. */
export function refresh(
  service: Service,
  token: string,
  key?: string,
  ip?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: token },
    headers: {
      ...(key !== undefined && { 'Idempotency-Key': key }),
      ...(ip !== undefined && { 'CF-Connecting-IP': ip }),
      ...headers,
    },
  });
}

export function logout(service: Service, token: string): Promise<Answer> {
  return service.call('POST', '/api/auth/logout', { json: { refresh_token: token } });
}

/** The successor out of a refresh that has to have worked. */
export async function successor(answer: Answer | Promise<Answer>): Promise<string> {
  const { status, body, text } = await answer;
  if (status !== 200) throw new Error(`refresh: ${status} ${text}`);
  return body.refresh_token;
}

export type Row = {
  readonly generation: number;
  readonly rotated_at: string;
  readonly expires_at: string;
  readonly ended_at: string | null;
  readonly end_reason: string | null;
};

export async function rowOf({ dependencies }: Service, sessionId: string): Promise<Row> {
  const [row] = await dependencies.database.query<Row>(
    sql`select generation, rotated_at, expires_at, ended_at, end_reason from sessions where id = ${sessionId}`,
    { repeatable: true },
  );
  if (!row) throw new Error('The session is not there');
  return row;
}

export type Listed = { readonly jti: string; readonly reason: string; readonly expires_at: string };

/** What the revocation list holds of a session. */
export function listed({ dependencies }: Service, sessionId: string): Promise<Listed[]> {
  return dependencies.database.query<Listed>(
    sql`select jti, reason, expires_at from revoked_tokens where session_id = ${sessionId} order by jti`,
    { repeatable: true },
  );
}

/** How many mails of a theft a user was ever sent or is to be sent. */
export async function theftMails({ dependencies }: Service, { userId }: Owner): Promise<number> {
  const [row] = await dependencies.database.query<{ count: number }>(
    sql`select count(*)::int as count from mails where user_id = ${userId} and kind = 'session-stopped'`,
    { repeatable: true },
  );
  return row?.count ?? 0;
}

/** How many events of a kind are in the security log of a user. */
export async function eventsOf(
  { dependencies }: Service,
  { userId }: Owner,
  kind: SecurityEventKind,
): Promise<number> {
  const [row] = await dependencies.database.query<{ count: number }>(
    sql`select count(*)::int as count from security_events where user_id = ${userId} and kind = ${kind}`,
    { repeatable: true },
  );
  return row?.count ?? 0;
}

type Meaning = { readonly retryable: boolean; readonly discard: boolean };

/** The exact answer that a problem is, without its words. */
export function problem(status: number, name: string, { retryable, discard }: Meaning) {
  return {
    status,
    body: {
      type: `https://auth.example.test/problems/${name}`,
      title: expect.any(String),
      status,
      instance: expect.stringMatching(/^urn:uuid:/),
      retryable,
      discard_credentials: discard,
    },
  };
}

const over = { retryable: false, discard: true };
export const invalid = problem(401, 'invalid-refresh-token', over);
export const reused = problem(401, 'refresh-token-reused', over);
export const ended = problem(401, 'session-ended', over);
/** @param reason as the API says it. */
export const endedBecause = (reason: string) => ({ ...ended, body: { ...ended.body, reason } });
export const superseded = problem(409, 'refresh-superseded', { retryable: true, discard: false });
export const unavailable = problem(503, 'service-unavailable', { retryable: true, discard: false });

function seconds(time: Date | string): number {
  return Math.floor(new Date(time).getTime() / 1000);
}
