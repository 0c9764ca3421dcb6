import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { purgeBatch, purgeBatches } from '../../src/bounds.ts';
import { purge } from '../../src/features/purge/purge.ts';
import { accessTokenSeconds, idempotentCallSeconds } from '../../src/lifetimes.ts';
import { endedStatusKeptSeconds } from '../../src/status-lifetimes.ts';
import { newDatabase, type Service, startService } from '../service.ts';
import { newOwner, refresh, start } from './driver.ts';
import { hold } from './line-up.ts';

// What has expired goes, in bounded batches, and says so; what lives stays, whatever happens meanwhile.

const day = 24 * 60 * 60;

/** On a database of its own, on a Wednesday: the week of what expired a moment ago is not over, that of a week ago is. */
async function begin(): Promise<Service> {
  const service = await startService({ DATABASE_URL: await newDatabase() });
  service.clock.now = new Date('2030-01-09T00:00:00.000Z');
  return service;
}

const run = <Row = unknown>(service: Service, statement: SQL) =>
  service.dependencies.database.query<Row>(statement, { repeatable: false });

const later = (service: Service, seconds: number) =>
  new Date(service.clock.now.getTime() + seconds * 1000).toISOString();

/** As many sessions whose newest token expires so much later (earlier, where negative). */
async function addSessions(service: Service, count: number, seconds: number): Promise<void> {
  const { userId } = await newOwner(service);
  const expires = later(service, seconds);
  await run(
    service,
    sql`insert into sessions (id, user_id, rotated_at, expires_at, absolute_expires_at, created_at)
      select gen_random_uuid(), ${userId}, ${expires}, ${expires}, ${expires}, ${expires} from generate_series(1, ${count}::int)`,
  );
}

async function addListed(service: Service, count: number, seconds: number): Promise<void> {
  const expires = later(service, seconds);
  await run(
    service,
    sql`insert into revoked_tokens (jti, session_id, reason, revoked_at, expires_at)
      select gen_random_uuid() || '.0', gen_random_uuid(), 'logout', ${expires}, ${expires} from generate_series(1, ${count}::int)`,
  );
}

async function addGrants(service: Service, count: number, seconds: number): Promise<void> {
  const { userId, email } = await newOwner(service);
  await run(
    service,
    sql`insert into email_grants (user_id, purpose, mail_id, email, token_hash, code_hash, expires_at)
      select ${userId}, 'purpose ' || i, gen_random_uuid(), ${email}, gen_random_uuid(), '', ${later(service, seconds)}
      from generate_series(1, ${count}::int) i`,
  );
}

async function addDevices(service: Service, count: number, seconds: number): Promise<void> {
  const { userId } = await newOwner(service);
  const expires = later(service, seconds);
  await run(
    service,
    sql`insert into known_devices (id, user_id, created_at, expires_at)
      select gen_random_uuid(), ${userId}, ${expires}, ${expires} from generate_series(1, ${count}::int)`,
  );
}

async function addCalls(service: Service, count: number, seconds: number): Promise<void> {
  await run(
    service,
    sql`insert into idempotent_calls (call_hash, made_id, created_at)
      select gen_random_uuid(), gen_random_uuid(), ${later(service, seconds)} from generate_series(1, ${count}::int)`,
  );
}

/** @param seconds when it was listed. */
async function addEnded(service: Service, count: number, seconds: number): Promise<void> {
  await run(
    service,
    sql`insert into ended_statuses (status_index, listed_at)
      select (select coalesce(max(status_index), 0) from ended_statuses) + i, ${later(service, seconds)}::timestamptz
      from generate_series(1, ${count}::int) i`,
  );
}

/** @param done which of its times says that a mail needs nothing more; nothing for one that still waits. */
async function addMails(service: Service, count: number, seconds: number, done?: 'sent_at' | 'failed_at') {
  const { userId } = await newOwner(service);
  const time = later(service, seconds);
  const column = sql.identifier(done ?? 'due_at');
  await run(
    service,
    sql`insert into mails (id, kind, user_id, created_at, due_at)
      select gen_random_uuid(), 'none', ${userId}, ${time}, ${time} from generate_series(1, ${count}::int)`,
  );
  await run(service, sql`update mails set ${column} = ${time} where user_id = ${userId}`);
}

/** As many of each kind, removed or left behind, that go so much later. */
async function addFactors(service: Service, count: number, seconds: number): Promise<void> {
  const { userId } = await newOwner(service);
  const expires = later(service, seconds);
  const rows = sql`from generate_series(1, ${count}::int)`;
  await run(
    service,
    sql`insert into totp_secrets (id, user_id, session_id, secret, created_at, expires_at)
      select gen_random_uuid(), ${userId}, gen_random_uuid(), '', ${expires}, ${expires} ${rows}`,
  );
  await run(
    service,
    sql`insert into passkeys (id, user_id, credential_id, public_key, rp_id, backup_eligible, backed_up, transports, aaguid,
        name, created_at, removed_at, expires_at)
      select gen_random_uuid(), ${userId}, gen_random_uuid(), '{}', '', true, true, '{}', gen_random_uuid(), '', ${expires},
        ${expires}, ${expires} ${rows}`,
  );
  await run(
    service,
    sql`insert into identities (id, user_id, provider, issuer, subject, created_at, removed_at, expires_at)
      select gen_random_uuid(), ${userId}, 'google', '', '', ${expires}, ${expires}, ${expires} ${rows}`,
  );
  await run(
    service,
    sql`insert into provider_calls (id, kind, identity_id, client_id, secret, created_at, due_at, expires_at)
      select gen_random_uuid(), 'apple-revoke', gen_random_uuid(), '', '', ${expires}, ${expires}, ${expires} ${rows}`,
  );
  await run(
    service,
    sql`insert into spent_challenges (challenge_hash, spent_call, expires_at) select gen_random_uuid(), '', ${expires} ${rows}`,
  );
}

async function addAuthSessions(service: Service, count: number, seconds: number): Promise<void> {
  const { userId } = await newOwner(service);
  const expires = later(service, seconds);
  await run(
    service,
    sql`insert into auth_sessions (id, user_id, password_version, epoch, factors_version, amr, created_at, expires_at)
      select gen_random_uuid(), ${userId}, 0, 0, 0, '{}', ${expires}, ${expires} from generate_series(1, ${count}::int)`,
  );
}

async function count(service: Service, table: string): Promise<number> {
  const [row] = await run<{ count: number }>(
    service,
    sql`select count(*)::int as count from ${sql.identifier(table)}`,
  );
  return row?.count ?? 0;
}

/** What the purges have said, the latest last. */
const said = ({ logged }: Service) =>
  logged.filter(({ event }) => event === 'purged').map(({ fields }) => fields);

test('what has expired goes, what lives stays, and the log has the numbers', async () => {
  const service = await begin();
  await addSessions(service, 3, -7 * day);
  await addSessions(service, 4, -1);
  await addSessions(service, 5, 1);
  await addListed(service, 6, -5);
  await addListed(service, 7, -4.999);
  await addListed(service, 8, 1);
  await addGrants(service, 2, 0);
  await addGrants(service, 9, 0.001);
  await addDevices(service, 14, 0);
  await addDevices(service, 15, 0.001);
  await addCalls(service, 16, -idempotentCallSeconds);
  await addCalls(service, 17, -idempotentCallSeconds + 0.001);
  await addEnded(service, 18, -endedStatusKeptSeconds - accessTokenSeconds);
  await addEnded(service, 19, -endedStatusKeptSeconds - accessTokenSeconds + 0.001);
  await addMails(service, 10, -7 * day, 'sent_at');
  await addMails(service, 11, -7 * day, 'failed_at');
  await addMails(service, 12, -7 * day + 1, 'sent_at');
  await addMails(service, 13, -90 * day);
  await purge(service.dependencies);
  expect(said(service)).toMatchObject([{ sessions: 3, revoked_tokens: 6, email_grants: 2, mails: 21 }]);
  expect(said(service)).toMatchObject([{ known_devices: 14, idempotent_calls: 16 }]);
  // With the three sessions: they had years left by the database's clock, and so were listed as they went.
  expect(said(service)).toMatchObject([{ ended_statuses: 18 + 3 }]);
  expect(await count(service, 'ended_statuses')).toBe(19);
  expect(await count(service, 'known_devices')).toBe(15);
  expect(await count(service, 'idempotent_calls')).toBe(17);
  expect(await count(service, 'sessions')).toBe(9);
  expect(await count(service, 'revoked_tokens')).toBe(15);
  expect(await count(service, 'email_grants')).toBe(9);
  expect(await count(service, 'mails')).toBe(25);

  await purge(service.dependencies);
  expect(said(service)[1]).toMatchObject({ sessions: 0, revoked_tokens: 0, email_grants: 0, mails: 0 });
});

test('factors that were removed or never confirmed go, and what is on stays', async () => {
  const service = await begin();
  await addFactors(service, 2, 0);
  await addFactors(service, 3, 0.001);
  await addAuthSessions(service, 4, -idempotentCallSeconds);
  await addAuthSessions(service, 5, -idempotentCallSeconds + 0.001);
  await run(
    service,
    sql`with on_now as (select id from totp_secrets where expires_at > ${later(service, 0)} limit 1)
      update totp_secrets t set confirmed_at = created_at, expires_at = null from on_now where t.id = on_now.id`,
  );
  await run(
    service,
    sql`with on_now as (select id from passkeys where expires_at > ${later(service, 0)} limit 1)
      update passkeys p set removed_at = null, expires_at = null from on_now where p.id = on_now.id`,
  );
  await purge(service.dependencies);
  const gone = {
    totp_secrets: 2,
    passkeys: 2,
    identities: 2,
    provider_calls: 0,
    spent_challenges: 2,
    auth_sessions: 4,
  };
  expect(said(service)).toMatchObject([gone]);
  service.clock.advance(day);
  await purge(service.dependencies);
  expect(said(service)[1]).toMatchObject({
    totp_secrets: 2,
    passkeys: 2,
    identities: 3,
    // Kept for as long as the call that queued them may come again.
    provider_calls: 5,
    spent_challenges: 3,
    auth_sessions: 5,
  });
});

test('an ending is kept for as long as the longest of the lifetimes that tokens have had lately', async () => {
  const service = await begin();
  const longer = await startService({
    DATABASE_URL: service.dependencies.config.databaseUrl,
    ACCESS_TOKEN_TTL: '7200',
  });
  longer.clock.now = service.clock.now;
  await purge(longer.dependencies);
  await addEnded(service, 1, -endedStatusKeptSeconds - 7200);
  await addEnded(service, 2, -endedStatusKeptSeconds - 7199);
  await purge(service.dependencies);
  expect(await count(service, 'ended_statuses')).toBe(2);
  // The last token of the longer lifetime is over, and so is the release that issued it.
  await run(
    service,
    sql`update token_lifetimes set last_used_at = now() - interval '3 hours' where seconds = 7200`,
  );
  await purge(service.dependencies);
  expect(await count(service, 'ended_statuses')).toBe(0);
  expect(await count(service, 'token_lifetimes')).toBe(1);
});

test('a session that is used goes on, however long ago it began', async () => {
  const service = await begin();
  let token = (await start(service, await newOwner(service))).refreshToken;
  for (let month = 0; month < 6; month += 1) {
    service.clock.advance(29 * day);
    await purge(service.dependencies);
    const answer = await refresh(service, token);
    expect(answer.status).toBe(200);
    token = answer.body.refresh_token;
  }
  service.clock.advance(45 * day);
  await purge(service.dependencies);
  expect(await count(service, 'sessions')).toBe(0);
});

test('no statement takes more than a batch, and no run more than its batches', async () => {
  const service = await begin();
  const most = purgeBatch * purgeBatches;
  await addSessions(service, most + 1500, -30 * day);
  await addListed(service, 2 * purgeBatch + 1, -30 * day);
  const { transport } = service;
  const deleted: number[] = [];
  service.transport = async (input, init) => {
    const response = await transport(input, init);
    const { rows } = await response.clone().json<{ rows: string[][] }>();
    deleted.push(Number(rows[0]?.[0]));
    return response;
  };
  await purge(service.dependencies);
  service.transport = transport;
  expect(Math.max(...deleted)).toBe(purgeBatch);
  expect(said(service)).toMatchObject([{ sessions: most, revoked_tokens: 2 * purgeBatch + 1 }]);
  expect(await count(service, 'sessions')).toBe(1500);
  await purge(service.dependencies);
  expect(await count(service, 'sessions')).toBe(0);
});

test('purges at once neither wait for each other nor count a row twice', async () => {
  const service = await begin();
  await addSessions(service, 4500, -30 * day);
  await addListed(service, 4500, -30 * day);
  await Promise.all([1, 2, 3, 4].map(() => purge(service.dependencies)));
  for (const table of ['sessions', 'revoked_tokens']) {
    const numbers = said(service).map((fields) => Number(fields?.[table]));
    expect(numbers).toHaveLength(4);
    const together = numbers.reduce((sum, number) => sum + number, 0);
    expect(together + (await count(service, table)), table).toBe(4500);
  }
  expect(service.logged.map(({ event }) => event)).toEqual(Array(4).fill('purged'));
  await purge(service.dependencies);
  expect(await count(service, 'sessions')).toBe(0);
});

test('a row that somebody works on is left to the next run, without waiting for it', async () => {
  const service = await begin();
  await addSessions(service, 300, -30 * day);
  const { release } = await hold(service, sql`(select * from sessions limit 100) s`);
  await purge(service.dependencies);
  expect(await count(service, 'sessions')).toBe(100);
  await release();
  await purge(service.dependencies);
  expect(said(service)).toMatchObject([{ sessions: 200 }, { sessions: 100 }]);
});

// The first statement notes how long access tokens live.
test.for([2, 3, 4, 5])(
  'a run that is cut off after %s statements loses nothing, and the next goes on',
  async (whole) => {
    const service = await begin();
    await addSessions(service, 2 * purgeBatch + 10, -30 * day);
    await addSessions(service, 10, 1);
    await addListed(service, purgeBatch + 10, -30 * day);
    await addListed(service, 10, 1);
    const { transport } = service;
    let statements = 0;
    service.transport = (input, init) => {
      statements += 1;
      return statements > whole
        ? Promise.reject(new TypeError('Network connection lost.'))
        : transport(input, init);
    };
    await purge(service.dependencies);
    service.transport = transport;
    expect(service.logged.map(({ level, event }) => `${level} ${event}`)).toEqual([
      'error purge-cut-off',
      'info purged',
    ]);
    const gone = 2 * purgeBatch + 20 - (await count(service, 'sessions'));
    expect(said(service)).toMatchObject([{ sessions: gone }]);
    await purge(service.dependencies);
    expect(await count(service, 'sessions')).toBe(10);
    expect(await count(service, 'revoked_tokens')).toBe(10);
  },
);
