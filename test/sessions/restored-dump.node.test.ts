// Backups: a database that people use is dumped, goes on, is lost, and comes back as it was dumped. What tokens from before and after
// are worth then, and what `npm run users -- after-restore` makes of it: section 3 of the contract, and the README's steps of a restore.

import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DumpablePostgres, installation, startDumpablePostgres } from '../stack/dumpable-postgres.ts';
import { password, type ServedService, startServedService } from '../stack/served-service.ts';

type Tokens = {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly session_id: string;
  readonly known_device: string;
};
type Answer = {
  readonly status: number;
  readonly body: Tokens & { readonly type: string; readonly reason?: string };
};

const newPassword = 'plum radio fence maple';

let postgres: DumpablePostgres;
let service: ServedService;
const tokens: Record<string, Tokens> = {};
const people: Record<string, string> = {};
/** The number of the last event that another system may have read before the database was lost. */
let newest: number;

async function call(method: string, path: string, json?: object, bearer?: string): Promise<Answer> {
  const answer = await fetch(service.origin + path, {
    method,
    headers: {
      ...(json && { 'Content-Type': 'application/json' }),
      ...(bearer && { Authorization: `Bearer ${bearer}` }),
    },
    ...(json && { body: JSON.stringify(json) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
}

const logIn = (email = '', more: object = {}) =>
  call('POST', '/api/auth/login', { email, password, ...more });
const refresh = (of: Pick<Tokens, 'refresh_token'> | undefined) =>
  call('POST', '/api/auth/refresh', { refresh_token: of?.refresh_token });

async function spend(of: Tokens | undefined): Promise<Tokens> {
  const { status, body } = await refresh(of);
  if (status !== 200) throw new Error(`refresh: ${status} ${body.type}`);
  return body;
}

const refused = (name: string, more: object = {}) => ({
  status: 401,
  body: { type: expect.stringMatching(`/${name}$`), ...more },
});

async function rows<Row extends pg.QueryResultRow>(query: string): Promise<Row[]> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  try {
    return (await client.query<Row>(query)).rows;
  } finally {
    await client.end();
  }
}

/** As an operator types it. */
const afterRestore = async (...args: string[]) =>
  (
    await promisify(execFile)(
      process.execPath,
      [resolve(import.meta.dirname, '../../src/cli/users.ts'), 'after-restore', ...args],
      { env: { ...process.env, DATABASE_URL: postgres.url } },
    )
  ).stdout;

describe.skipIf(installation === undefined)(
  'a dump that was restored (skipped where there is no PostgreSQL with pg_dump: apt-get install postgresql)',
  { timeout: 60_000 },
  () => {
    beforeAll(async () => {
      postgres = await startDumpablePostgres(installation ?? '');
      service = await startServedService({
        DATABASE_URL: postgres.url,
        NEON_HTTP_ENDPOINT: postgres.endpoint,
      });
      for (const name of ['ada', 'bob', 'eve']) people[name] = await service.newUser();
      const begin = async (name: string, email: string | undefined) => {
        tokens[name] = (await logIn(email)).body;
      };
      for (const name of ['untouched', 'ahead', 'copied', 'signed out', 'signed out before'])
        await begin(name, people['ada']);
      await begin('replaced', people['bob']);
      await begin('deleted', people['eve']);
      tokens['spent twice'] = tokens['ahead'] as Tokens;
      tokens['ahead'] = await spend(await spend(tokens['ahead']));
      await call('POST', '/api/auth/logout', { refresh_token: tokens['signed out before']?.refresh_token });

      await rows("update outbox set number = nextval('outbox_numbers')");
      await postgres.dump();

      tokens['ahead'] = await spend(await spend(tokens['ahead']));
      tokens['copied, ahead'] = await spend(await spend(tokens['copied']));
      await call('POST', '/api/auth/logout', { refresh_token: tokens['signed out']?.refresh_token });
      const change = { current_password: password, new_password: newPassword };
      const changed = await call(
        'POST',
        '/api/auth/change-password',
        change,
        tokens['replaced']?.access_token,
      );
      tokens['since'] = changed.body;
      await call('DELETE', '/api/users/me', { password }, tokens['deleted']?.access_token);
      people['newcomer'] = await service.newUser();
      await begin('newcomer', people['newcomer']);

      const [told] = await rows<{ number: string }>(
        "with told as (update outbox set number = nextval('outbox_numbers') where number is null returning number) select max(number) as number from told",
      );
      newest = Number(told?.number);
      await postgres.restore();
    }, 120_000);
    afterAll(async () => {
      await service?.stop();
      await postgres?.stop();
    });

    test('the service is ready', async () => {
      expect((await call('GET', '/api/readiness')).status).toBe(200);
    });

    test('nobody is signed out by it: the newest token goes on, also one that the database has not issued yet', async () => {
      tokens['untouched'] = await spend(tokens['untouched']);
      expect((await call('GET', '/api/users/me', undefined, tokens['untouched'].access_token)).status).toBe(
        200,
      );
      tokens['ahead'] = await spend(await spend(tokens['ahead']));
    });

    test('a token that was spent since is good once more, and the one ahead of it ends up newest', async () => {
      await spend(tokens['copied']);
      tokens['copied, ahead'] = await spend(tokens['copied, ahead']);
      expect(await refresh(tokens['copied'])).toMatchObject(refused('refresh-token-reused'));
    });

    test('what was spent or ended before the dump still is', async () => {
      expect(await refresh(tokens['signed out before'])).toMatchObject(
        refused('session-ended', { reason: 'signed-out' }),
      );
      expect(await refresh(tokens['spent twice'])).toMatchObject(refused('refresh-token-reused'));
    });

    test('sessions and accounts that began since are unknown', async () => {
      for (const name of ['since', 'newcomer'])
        expect(await refresh(tokens[name]), name).toMatchObject(refused('invalid-refresh-token'));
      expect(await logIn(people['newcomer'])).toMatchObject(refused('invalid-credentials'));
    });

    test('what was ended, changed or deleted since is undone, which is why an operator runs after-restore', async () => {
      for (const name of ['signed out', 'replaced', 'deleted']) tokens[name] = await spend(tokens[name]);
      expect(await logIn(people['bob'], { password: newPassword })).toMatchObject(
        refused('invalid-credentials'),
      );
      const { status, body } = await logIn(people['bob']);
      expect(status).toBe(200);
      tokens['signed in since the restore'] = body;
    });

    test('what the database does by itself goes on: places in status lists, the outbox and its numbers, claims', async () => {
      const [restored] = await rows<{ position: string }>('select max(position) as position from outbox');
      const { body } = await logIn(people['bob']);
      await call('PATCH', '/api/users/me', { name: 'Robert' }, body.access_token);
      const [there] = await rows(
        `select (select count(*) - count(distinct status_index) from sessions)::int as shared_places,
          (select count(*) from ended_statuses e join sessions s using (status_index) where s.end_reason = 'reuse')::int as listed,
          (select string_agg(o.type, ' ' order by o.position) from outbox o where o.position > ${restored?.position}) as told,
          (select nextval('outbox_numbers') > max(o.number) from outbox o) as numbers,
          latchkey_claims(u) as claims, u.version > (select max(o.version) from outbox o
            where o.user_id = u.id and o.type <> 'user.updated') as versions
        from users u where u.name = 'Robert'`,
      );
      expect(there).toEqual({
        shared_places: 0,
        listed: 2,
        told: 'session.started user.updated',
        numbers: true,
        claims: {},
        versions: true,
      });
    });

    test('after-restore says how much it would end, and then ends it: here, and everywhere else', async () => {
      const [before] = await rows<{ living: number; position: string }>(
        `select (select count(*)::int from sessions where ended_at is null) as living, max(position) as position from outbox`,
      );
      expect(await afterRestore()).toContain(`${before?.living} sessions`);
      expect((await refresh(tokens['untouched'])).status).toBe(200);
      expect(await afterRestore('--yes')).toContain(`Ended: ${before?.living} sessions`);
      for (const name of ['untouched', 'signed out', 'replaced', 'deleted', 'signed in since the restore'])
        expect(await refresh(tokens[name]), name).toMatchObject(
          refused('session-ended', { reason: 'revoked' }),
        );
      const [after] = await rows(
        `select (select count(*)::int from sessions where ended_at is null) as living,
          (select count(*)::int from sessions s where s.end_reason = 'revoked'
            and not exists (select from ended_statuses e where e.status_index = s.status_index)) as unlisted,
          (select count(*)::int from outbox where position > ${before?.position} and type = 'session.ended') as told`,
      );
      expect(after).toEqual({ living: 0, unlisted: 0, told: before?.living });
      const [next] = await rows<{ number: string }>("select nextval('outbox_numbers') as number");
      expect(Number(next?.number)).toBeGreaterThan(newest);
    });

    test('people sign in once more, from devices that are not known', async () => {
      const known_device = tokens['untouched']?.known_device;
      const again = await logIn(people['ada'], { known_device });
      expect(again.status).toBe(200);
      expect((await refresh(again.body)).status).toBe(200);
    });
  },
);
