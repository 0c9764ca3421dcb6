// What an application keeps with a user: the user's own is merged and bounded, and what operators keep is no request's to write.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, expect, test } from 'vitest';
import { jsonbBytes } from '../../src/http/metadata-field.ts';
import { mailed, use } from '../email-codes/codes.ts';
import { guestOf, newGuest, prove } from '../guests/people.ts';
import { byCode, byLink, forgot, registered, reset, verify } from '../mail/granted.ts';
import { insertImported } from '../mail/tables.ts';
import { newAddress, newDatabase, password, type Service, startService } from '../service.ts';
import { lineUp } from '../sessions/line-up.ts';
import { another, type Person, problem, signedIn } from './people.ts';

let service: Service;

beforeAll(async () => {
  service = await startService({ EMAIL_CODES: 'true', GUESTS: 'true' });
});

const path = '/api/users/me';
const invalid = problem(422, 'validation-failed', { errors: [{ pointer: '/metadata' }] });

const patch = (person: Pick<Person, 'call'>, metadata: unknown) =>
  person.call('PATCH', path, { json: { metadata } });

const metadataOf = async ({ call }: Pick<Person, 'call'>) => (await call('GET', path)).body.metadata;

type Row = { metadata: unknown; app_metadata: unknown; version: number };

async function rowOf(email: string): Promise<Row | undefined> {
  const [row] = await service.dependencies.database.query<Row>(
    sql`select metadata, app_metadata, version from users where email = ${email}`,
    { repeatable: true },
  );
  return row;
}

async function keptOf(email: string): Promise<unknown[]> {
  const row = await rowOf(email);
  return [row?.metadata, row?.app_metadata];
}

const set = (email: string, column: 'metadata' | 'app_metadata', value: object) =>
  service.dependencies.database.query(
    sql`update users set ${sql.identifier(column)} = ${JSON.stringify(value)}::jsonb where email = ${email}`,
    { repeatable: true },
  );

test('keys that are given take the place of what was there, null takes one away, and the others stay', async () => {
  const person = await signedIn(service);
  const { body: before } = await person.call('GET', path);
  expect([before.metadata, before.app_metadata]).toEqual([{}, {}]);
  const first = await patch(person, { theme: 'dark', deep: { a: 1, b: null }, list: [1, null] });
  expect(first).toMatchObject({ status: 200, trips: 1 });
  expect(first.body.metadata).toEqual({ theme: 'dark', deep: { a: 1, b: null }, list: [1, null] });
  const second = await patch(person, { theme: null, deep: { c: 2 }, missing: null, more: true });
  expect(second.body.metadata).toEqual({ deep: { c: 2 }, list: [1, null], more: true });
  for (const nothing of [{}, null, undefined])
    expect((await patch(person, nothing)).body.metadata).toEqual(second.body.metadata);
  expect(await metadataOf(person)).toEqual(second.body.metadata);
  const { body } = await person.call('GET', '/api/users/me/export');
  const { user } = body;
  expect([user.metadata, user.app_metadata, user.external_id]).toEqual([second.body.metadata, {}, null]);
});

test('the same values once more are no new version', async () => {
  const person = await signedIn(service);
  await patch(person, { theme: 'dark' });
  const before = await rowOf(person.email);
  await patch(person, { theme: 'dark', missing: null });
  expect(await rowOf(person.email)).toEqual(before);
  await patch(person, { theme: 'light' });
  expect((await rowOf(person.email))?.version).toBe((before?.version ?? 0) + 1);
});

test('what operators keep is shown, and no request writes it', async () => {
  const email = newAddress();
  const granted = await registered(service, email, { app_metadata: { plan: 'team' } });
  await verify(service, byCode(granted), { app_metadata: { plan: 'team' } });
  expect((await rowOf(email))?.app_metadata).toEqual({});
  await set(email, 'app_metadata', { plan: 'free' });
  const person = await another(service, email);
  const answer = await person.call('PATCH', path, {
    json: { app_metadata: { plan: 'team' }, external_id: 'x' },
  });
  expect(answer).toMatchObject({ status: 200, body: { app_metadata: { plan: 'free' } } });
});

test('of two at once neither is lost', async () => {
  const alone = await startService({ DATABASE_URL: await newDatabase() });
  const person = await signedIn(alone);
  await lineUp(alone, { table: 'users', id: person.id }, [
    () => patch(person, { one: 1 }),
    () => patch(person, { two: 2 }),
  ]);
  expect(await metadataOf(person)).toEqual({ one: 1, two: 2 });
});

test('what PostgreSQL writes is at most 4,096 bytes, alone and with what was there', async () => {
  const person = await signedIn(service);
  const room = 4096 - jsonbBytes({ text: '' });
  for (const letter of ['x', 'é', '"']) {
    const { length } = [...new TextEncoder().encode(letter === '"' ? '\\"' : letter)];
    const most = letter.repeat(Math.floor(room / length));
    expect(await patch(person, { text: most }), letter).toMatchObject({ status: 200 });
    expect(await patch(person, { text: most + letter }), letter).toMatchObject(invalid);
    expect(await metadataOf(person)).toEqual({ text: most });
  }
  // Each of them alone would do.
  expect(await patch(person, { more: 'x'.repeat(100) })).toMatchObject({ ...invalid, trips: 1 });
  expect(await patch(person, { more: 'x'.repeat(100), text: null })).toMatchObject({ status: 200 });
  const json = { email: newAddress(), name: 'Ada', metadata: { text: 'x'.repeat(room + 1) } };
  expect(await service.call('POST', '/api/auth/register', { json })).toMatchObject({ ...invalid, trips: 0 });
});

test('what was typed at a registration is taken over where the proof carries its request, and not otherwise', async () => {
  const metadata = { invited_by: 'Grace', gone: null };
  const [one, two] = [
    await registered(service, newAddress(), { metadata }),
    await registered(service, newAddress(), { metadata }),
  ];
  await verify(service, byLink(one));
  await verify(service, { ...byLink(two), request: two.request } as never);
  expect(await keptOf(one.email)).toEqual([{}, {}]);
  expect(await rowOf(two.email)).toMatchObject({ metadata: { invited_by: 'Grace' } });
});

test('of another registration’s request nothing is taken over', async () => {
  const email = newAddress();
  const strangers = await registered(service, email, { metadata: { from: 'a stranger' } });
  service.clock.advance(600);
  const own = await registered(service, email, { metadata: { from: 'the owner' } });
  await verify(service, { ...byLink(own), request: strangers.request } as never);
  expect(await keptOf(email)).toEqual([{}, {}]);
});

test('a guest’s own stays with the account, and what is typed is added while there is room', async () => {
  for (const [own, typed, expected] of [
    [{ cart: [1], theme: 'dark' }, { theme: 'light' }, { cart: [1], theme: 'light' }],
    [{ cart: 'x'.repeat(4_000) }, { more: 'x'.repeat(200) }, { cart: 'x'.repeat(4_000) }],
    [{ cart: [2] }, undefined, { cart: [2] }],
  ] as const) {
    const guest = await newGuest(service);
    expect(await patch(guest, own)).toMatchObject({ status: 200 });
    const granted = await registered(service, newAddress(), { metadata: typed });
    const { body } = await prove(service, guest.access_token, byCode(granted), { sign_in: true });
    expect(await metadataOf(guestOf(service, body))).toEqual(expected);
  }
});

// As the role and the name: whoever wrote it may have been a stranger.
test('of an imported account that somebody proves nothing is left', async () => {
  const addresses = Array.from({ length: 3 }, newAddress);
  for (const email of addresses) {
    await insertImported(service, email, 'admin');
    await set(email, 'metadata', { from: 'import' });
    await set(email, 'app_metadata', { plan: 'owner' });
  }
  const [registering, coded, forgetful] = addresses as [string, string, string];
  await verify(service, byCode(await registered(service, registering, { metadata: { theme: 'dark' } })));
  expect(await keptOf(registering)).toEqual([{ theme: 'dark' }, {}]);
  await use(service, await mailed(service, coded));
  expect(await keptOf(coded)).toEqual([{}, {}]);
  await reset(service, byCode(await forgot(service, forgetful)), password);
  expect(await keptOf(forgetful)).toEqual([{ from: 'import' }, {}]);
  const person = await signedIn(service);
  await set(person.email, 'app_metadata', { plan: 'team' });
  await reset(service, byCode(await forgot(service, person.email)), password);
  expect(await rowOf(person.email)).toMatchObject({ app_metadata: { plan: 'team' } });
});
