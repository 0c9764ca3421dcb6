import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { decoyPlace } from '../../src/features/sign-in/decoy-place.ts';
import { freeLoginAttempts } from '../../src/lifetimes.ts';
import { insertUsers } from '../mail/tables.ts';
import { newAddress, newDatabase, type Service, startService } from '../service.ts';
import { begin, logIn, newAccount } from './accounts.ts';

// What a login costs tells nothing: an address that nobody has is checked against the hash of some account or other.

const password = 'correct horse battery staple';
const newDataKeys = () => {
  const k = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
  const url = k.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return JSON.stringify({ keys: [{ kty: 'oct', kid: 'other', k: url }] });
};

/** The accounts that these addresses are checked against, some at a time. */
async function picks(service: Service, addresses: readonly string[]): Promise<(string | null)[]> {
  const picked: (string | null)[] = [];
  for (let at = 0; at < addresses.length; at += 50) {
    const candidates = await Promise.all(addresses.slice(at, at + 50).map((email) => begin(service, email)));
    picked.push(...candidates.map(({ checked_id }) => checked_id));
  }
  return picked;
}

const imported = '$2b$04$VRPDlm7dsL0ccOTlpW2Rne4ZRYRMb.hqE2ejXn1X1sZF2DkUazJ/S';

test('where there is no account at all, there is still something to check', async () => {
  const service = await startService();
  expect(await begin(service, newAddress())).toMatchObject({
    id: null,
    is_theirs: false,
    checked_id: null,
    password_hash: null,
    is_locked: false,
  });
  expect(await logIn(service, newAddress(), password)).toMatchObject({ status: 401 });
});

test('an address that nobody has is checked against one account, always the same, and no account stands in for many', async () => {
  const service = await startService();
  const accounts = 400;
  await insertUsers(service, Array.from({ length: accounts }, newAddress));
  const strangers = Array.from({ length: 2_000 }, newAddress);
  const picked = await picks(service, strangers);
  expect(await picks(service, strangers)).toEqual(picked);
  const times = [...Map.groupBy(picked, (id) => id).values()].map((ids) => ids.length);
  // Accounts lie at random, so that the largest gap of 400 is some ln(400) times the average one.
  expect(Math.max(...times) / strangers.length).toBeLessThan(0.04);
  expect(times.length).toBeGreaterThan(accounts / 2);
});

test('which account that is follows from no hash that a stranger can compute', async () => {
  const [service, other] = [await startService(), await startService({ DATA_KEYS: newDataKeys() })];
  const strangers = Array.from({ length: 200 }, newAddress);
  const places = async ({ dependencies }: Service) =>
    Promise.all(strangers.map((email) => decoyPlace(dependencies.dataKeys, email)));
  const [ours, theirs] = [await places(service), await places(other)];
  // Under another key another place: neighbours under one key are no neighbours under the other.
  const near = ours.filter((place, index) => Math.abs(place - (theirs[index] ?? 0)) < 0.001);
  expect(near.length).toBeLessThan(10);
  for (const place of [...ours, ...theirs]) expect(place >= 0 && place < 1).toBe(true);
});

test('past the last account comes the first', async () => {
  const service = await startService({ DATABASE_URL: await newDatabase() });
  const email = await newAccount(service, imported);
  for (const spread of [0.999999, 0]) {
    await service.dependencies.database.query(sql`update users set spread = ${spread}::float8`, {
      repeatable: false,
    });
    for (let tries = 0; tries < 5; tries += 1) {
      const candidate = await begin(service, newAddress());
      expect(candidate).toMatchObject({ id: null, is_theirs: false, password_hash: imported });
    }
  }
  expect(await begin(service, email)).toMatchObject({ is_theirs: true, password_hash: imported });
});

test('the right password of that account opens nothing', async () => {
  const service = await startService();
  await newAccount(service, imported, { prefix: 'fffffff' });
  for (let tries = 0; tries < 5; tries += 1) {
    expect(await logIn(service, newAddress(), password)).toMatchObject({ status: 401 });
  }
});

test('in a pause the account’s own hash is checked as before, and the right password is wrong', async () => {
  const service = await startService();
  const email = await newAccount(service, imported);
  for (let tries = 0; tries <= freeLoginAttempts; tries += 1) await logIn(service, email, 'wrong horse');
  expect(await begin(service, email)).toMatchObject({
    password_hash: imported,
    email_verified: true,
    is_locked: true,
  });
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
});
