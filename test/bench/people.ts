// Who uses the service in the bench: users, sessions and posts put straight into the tables, and tokens signed as ours are.

import { argon2Sync } from 'node:crypto';
import pg from 'pg';
import { applyMigrations } from '../../src/cli/deploy/schema.ts';
import { issueAccessToken, issueRefreshToken } from '../../src/tokens/issue.ts';
import { type PrivateJwk, PrivateKeySet } from '../../src/tokens/private-key-set.ts';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { type Factors, factors } from './factors.ts';
import { audience, clientId, issuer } from './settings.ts';
import { type SingleUse, singleUse } from './single-use.ts';

export const password = 'tide lamp orbit cello';

export type People = {
  readonly count: number;
  email(user: number): string;
  userId(user: number): string;
  /** Of the session that the user's access token is of. */
  sessionId(user: number): string;
  accessTokens: readonly string[];
  /** Of each user's one session that is for refreshing. */
  refreshTokens: readonly string[];
  /** Likewise, of sessions that are to be bound to a key. */
  tokensToBind: readonly string[];
  /** An access token that is bound to a key. */
  boundAccessToken(user: number, jkt: string): Promise<string>;
  /** Of sessions to be ended, one a user. */
  endingTokens: readonly string[];
  factors: Factors;
  singleUse: SingleUse;
  /** Makes the sessions to be ended live again. */
  revive(): Promise<void>;
  close(): Promise<void>;
};

/** Version 7 in form; the kind keeps users and sessions apart. */
const idOf = (kind: string, n: number) => `0190${kind}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const idIn = (kind: string, n = 'n') =>
  `('0190${kind}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const kinds = { user: '0001', used: '0002', refreshing: '0003', ending: '0004', post: '0005', bound: '0006' };

/** As many connections hold a user each, so that nobody waits for another one's row. */
export const connections = 16;
const sessionsEach = 5;

const fill = (count: number) => `
  create table floor (id uuid primary key, n integer not null default 0) with (fillfactor = 50);
  insert into floor (id) select ${idIn(kinds.user)} from generate_series(0, ${connections - 1}) n;

  insert into users (id, email, email_verified_at, password_hash, name, created_at, updated_at)
  select ${idIn(kinds.user)}, 'person-' || n || '@example.test', now(), '${passwordHash()}', 'Ada', now(), now()
  from generate_series(0, ${count - 1}) n;

  ${sessions(kinds.used, count * sessionsEach, count)}
  ${sessions(kinds.refreshing, connections, count)}
  ${sessions(kinds.bound, connections, count)}
  ${sessions(kinds.ending, count, count)}

  insert into posts (id, author_id, title, content, creation_key_hash, created_at, updated_at)
  select ${idIn(kinds.post)}, ${idIn(kinds.user, `n % ${count}`)}, 'Post number ' || n,
    repeat('Every light keeps its own rhythm. ', 6), n, now(), now()
  from generate_series(0, ${count - 1}) n`;

const sessions = (kind: string, rows: number, people: number) => `
  insert into sessions (id, user_id, rotated_at, expires_at, absolute_expires_at, user_agent, created_at)
  select ${idIn(kind)}, ${idIn(kinds.user, `n % ${people}`)}, now(), now() + interval '30 days',
    now() + interval '180 days', 'bench', now()
  from generate_series(0, ${rows - 1}) n;`;

/** Migrates the database and fills it with `count` users, five sessions each. */
export async function people(
  databaseUrl: string,
  keys: { ACCESS_TOKEN_KEYS: string; REFRESH_TOKEN_KEYS: string; DATA_KEYS: string },
  count: number,
): Promise<People> {
  await applyMigrations(databaseUrl);
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(fill(count));
  const made = await factors(client, keys, (user) => idOf(kinds.user, user));
  const once = await singleUse(client, keys, (user) => idOf(kinds.user, user));
  await client.query('vacuum analyze');

  const [access, refresh] = await Promise.all(
    [keys.ACCESS_TOKEN_KEYS, keys.REFRESH_TOKEN_KEYS].map((text) =>
      importKeySet(PrivateKeySet.parse(text).keys as PrivateJwk[]),
    ),
  );
  if (!access || !refresh) throw new Error('There are two key sets');
  const issuedAt = Math.floor(Date.now() / 1000);
  const claims = (kind: string, n: number) => ({
    issuer,
    userId: idOf(kinds.user, n),
    sessionId: idOf(kind, n),
    issuedAt,
  });
  const accessToken = (n: number, jkt?: string) =>
    issueAccessToken(access, {
      ...claims(kinds.used, n),
      audience,
      clientId,
      role: 'user',
      jkt,
      tokenId: crypto.randomUUID(),
      expiresAt: issuedAt + 86_400,
    });
  const refreshToken = (kind: string) => (n: number) =>
    issueRefreshToken(refresh, { ...claims(kind, n), generation: 0, expiresAt: issuedAt + 30 * 86_400 });
  const forEach = <T>(length: number, make: (n: number) => Promise<T>) =>
    Promise.all(Array.from({ length }, (_, n) => make(n)));

  return {
    count,
    email: (user) => `person-${user}@example.test`,
    userId: (user) => idOf(kinds.user, user),
    sessionId: (user) => idOf(kinds.used, user),
    accessTokens: await forEach(connections, (n) => accessToken(n)),
    refreshTokens: await forEach(connections, refreshToken(kinds.refreshing)),
    tokensToBind: await forEach(connections, refreshToken(kinds.bound)),
    boundAccessToken: accessToken,
    endingTokens: await forEach(count, refreshToken(kinds.ending)),
    factors: made,
    singleUse: once,
    async revive() {
      await client.query('update sessions set ended_at = null, end_reason = null where ended_at is not null');
      await client.query('truncate revoked_tokens');
    },
    close: () => client.end(),
  };
}

/** The service's own parameters, so that a login has no reason to hash again. */
function passwordHash(): string {
  const nonce = crypto.getRandomValues(new Uint8Array(16));
  const tag = argon2Sync('argon2id', {
    message: password,
    nonce,
    memory: 19_456,
    passes: 2,
    parallelism: 1,
    tagLength: 32,
  });
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=19456,t=2,p=1$${base64(nonce)}$${base64(tag)}`;
}
