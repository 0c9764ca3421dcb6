// Data keys rotate without anybody noticing: what an older one has sealed, the cron trigger seals anew.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, inject, test } from 'vitest';
import { sealedAnewBatch } from '../../src/bounds.ts';
import { purge } from '../../src/features/purge/purge.ts';
import { removedFactorKeptSeconds, totpEnrolmentSeconds } from '../../src/lifetimes.ts';
import { importDataKeys } from '../../src/tokens/data-keys.ts';
import { sealTotpSecret } from '../../src/tokens/totp-secret.ts';
import { signedIn } from '../accounts/people.ts';
import { newDatabase, password, type Service, startService } from '../service.ts';
import { hold } from '../sessions/line-up.ts';
import { codesPath, enrol, enrolPath, twoFactorPerson } from './authenticator.ts';
import { rowsOf } from './rows.ts';

const [oldKey] = JSON.parse(inject('dataKeys')).keys as [{ kty: 'oct'; kid: string; k: string }];
/** With a name that has a colon, and one that begins like the other's. */
const newKey = { kty: 'oct' as const, kid: `${oldKey.kid}:2`, k: 'E'.repeat(43) };
const keySet = (...keys: object[]) => JSON.stringify({ keys });

/** Services on one database of their own: before the rotation, after it, and without the old key. */
async function begin() {
  const DATABASE_URL = await newDatabase();
  const started = (...keys: object[]) => startService({ DATABASE_URL, DATA_KEYS: keySet(...keys) });
  const services = await Promise.all([started(oldKey), started(newKey, oldKey), started(newKey)]);
  const [before, rotated, after] = services;
  return { before, rotated, after, clocks: services.map(({ clock }) => clock) };
}

const kidsOf = async (service: Service) => {
  const rows = await service.dependencies.database.query<{ kid: string; count: number }>(
    sql`select substring(secret from '^(.*):') as kid, count(*)::int as count from totp_secrets group by 1 order by 1`,
    { repeatable: true },
  );
  return Object.fromEntries(rows.map(({ kid, count }) => [kid, count]));
};

const said = ({ logged }: Service) =>
  logged.filter(({ event }) => event === 'purged').map(({ fields }) => fields?.['sealed_anew']);

/** Secrets that the old key has sealed, each of somebody's. */
async function addSecrets(service: Service, userId: string, count: number): Promise<void> {
  const { database, newId, now } = service.dependencies;
  const keys = await importDataKeys([oldKey]);
  const secrets = await Promise.all(
    Array.from({ length: count }, async (_, index) => ({
      id: newId(),
      secret: await sealTotpSecret(keys, {
        userId,
        totp: new Uint8Array(20).fill(index),
        recovery: new Uint8Array(16).fill(index),
      }),
    })),
  );
  await database.query(
    sql`insert into totp_secrets (id, user_id, session_id, secret, created_at, confirmed_at)
      select s.id, ${userId}, s.id, s.secret, ${now().toISOString()}, ${now().toISOString()}
      from jsonb_to_recordset(${JSON.stringify(secrets)}::jsonb) as s(id uuid, secret text)`,
    { repeatable: false },
  );
}

test('before, between and after, the app and the recovery codes are good', async () => {
  const { before, rotated, after, clocks } = await begin();
  const person = await twoFactorPerson(before);
  const login = (service: Service, more: object) =>
    service.call('POST', '/api/auth/login', { json: { email: person.email, password, ...more } });
  const later = () => {
    for (const clock of clocks) clock.now = new Date(before.clock.now.getTime() + 30_000);
    return { totp: person.app.code() };
  };
  const [first, second, third] = person.recoveryCodes;
  expect((await login(before, later())).status).toBe(200);
  expect((await login(rotated, later())).status).toBe(200);
  expect((await login(rotated, { recovery_code: first })).status).toBe(200);
  const [row] = await rowsOf(before, person);

  await purge(rotated.dependencies);
  expect(said(rotated)).toEqual([1]);
  expect(await kidsOf(rotated)).toEqual({ [newKey.kid]: 1 });
  const [anew] = await rowsOf(before, person);
  expect({ ...anew, secret: '' }).toEqual({ ...row, secret: '' });

  expect((await login(rotated, later())).status).toBe(200);
  expect((await login(after, later())).status).toBe(200);
  expect((await login(after, { recovery_code: second })).status).toBe(200);
  expect((await login(after, { recovery_code: first })).status).toBe(403);
  expect((await login(after, { recovery_code: third })).status).toBe(200);
});

test('what is new is sealed by the newest key', async () => {
  const { before, rotated } = await begin();
  const person = await twoFactorPerson(before);
  await rotated.call('POST', codesPath, { bearer: person.access_token });
  expect(await kidsOf(rotated)).toEqual({ [oldKey.kid]: 1, [newKey.kid]: 1 });
  await rotated.call('POST', enrolPath, { bearer: person.access_token });
  expect(await kidsOf(rotated)).toEqual({ [oldKey.kid]: 1, [newKey.kid]: 2 });
  // What was replaced as well: an undo may bring it back.
  await purge(rotated.dependencies);
  expect(await kidsOf(rotated)).toEqual({ [newKey.kid]: 3 });
});

test('with one key there is nothing to seal anew, and nothing is asked', async () => {
  const { before } = await begin();
  await twoFactorPerson(before);
  const statements: string[] = [];
  const { transport } = before;
  before.transport = (input, init) => {
    statements.push(String(init?.body));
    return transport(input, init);
  };
  await purge(before.dependencies);
  expect(said(before)).toEqual([undefined]);
  expect(statements.filter((statement) => statement.includes('as holder, '))).toEqual([]);
});

test('a run takes a batch, and the next goes on, until there is none', async () => {
  const { rotated } = await begin();
  const { id } = await signedIn(rotated);
  await addSecrets(rotated, id, sealedAnewBatch + 10);
  for (const _ of [1, 2, 3]) await purge(rotated.dependencies);
  expect(said(rotated)).toEqual([sealedAnewBatch, 10, 0]);
  expect(await kidsOf(rotated)).toEqual({ [newKey.kid]: sealedAnewBatch + 10 });
});

test('runs at once do each once, and wait for nobody', async () => {
  const { rotated } = await begin();
  const { id } = await signedIn(rotated);
  await addSecrets(rotated, id, 50);
  const { release } = await hold(rotated, sql`(select * from totp_secrets limit 5) t`);
  await Promise.all([1, 2, 3, 4].map(() => purge(rotated.dependencies)));
  expect(said(rotated).reduce((sum: number, count) => sum + Number(count), 0)).toBe(45);
  await release();
  await purge(rotated.dependencies);
  expect(said(rotated).at(-1)).toBe(5);
  expect(await kidsOf(rotated)).toEqual({ [newKey.kid]: 50 });
});

test('one that has changed since it was read stays as it is', async () => {
  const { rotated } = await begin();
  const { id } = await signedIn(rotated);
  await addSecrets(rotated, id, 2);
  const { transport } = rotated;
  rotated.transport = async (input, init) => {
    const response = await transport(input, init);
    if (!String(init?.body).includes('as holder, ')) return response;
    rotated.transport = transport;
    await rotated.dependencies.database.query(
      sql`update totp_secrets set secret = 'another:text' where id = (select min(id::text)::uuid from totp_secrets)`,
      { repeatable: true },
    );
    return response;
  };
  await purge(rotated.dependencies);
  expect(said(rotated)).toEqual([1]);
  expect(await kidsOf(rotated)).toEqual({ [newKey.kid]: 1, another: 1 });
});

test('one that does not open is said, and the others are sealed anew', async () => {
  const { rotated } = await begin();
  const { id } = await signedIn(rotated);
  await addSecrets(rotated, id, 3);
  await rotated.dependencies.database.query(
    sql`update totp_secrets set secret = ${oldKey.kid} || ':AAAA' where id = (select min(id::text)::uuid from totp_secrets)`,
    { repeatable: true },
  );
  await purge(rotated.dependencies);
  expect(said(rotated)).toEqual([2]);
  expect(rotated.logged).toContainEqual({
    level: 'error',
    event: 'unreadable-secrets',
    fields: { table: 'totp_secrets', count: 1 },
  });
});

test('a secret that nobody confirmed goes, and one that was removed once no undo can bring it back', async () => {
  const { before } = await begin();
  const person = await twoFactorPerson(before);
  await enrol(before, person);
  const rowsAfter = async (seconds: number) => {
    before.clock.advance(seconds);
    await purge(before.dependencies);
    return (await rowsOf(before, person)).length;
  };
  expect(await rowsAfter(totpEnrolmentSeconds - 1)).toBe(2);
  expect(await rowsAfter(1)).toBe(1);
  expect(await rowsAfter(365 * 24 * 60 * 60)).toBe(1);
  const other = await twoFactorPerson(before);
  await other.call('DELETE', enrolPath);
  before.clock.advance(removedFactorKeptSeconds - 1);
  await purge(before.dependencies);
  expect(await rowsOf(before, other)).toHaveLength(1);
  before.clock.advance(1);
  await purge(before.dependencies);
  expect(await rowsOf(before, other)).toHaveLength(0);
});
