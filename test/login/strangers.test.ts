import { expect, test } from 'vitest';
import { beginLogin } from '../../src/features/login/statements.ts';
import { freeLoginAttempts } from '../../src/lifetimes.ts';
import { newAddress, startService } from '../service.ts';
import { logIn, newAccount } from './accounts.ts';

// What a login costs tells nothing: an address that nobody has is checked against the hash of some account or other.

const password = 'correct horse battery staple';
const imported = '$2b$04$VRPDlm7dsL0ccOTlpW2Rne4ZRYRMb.hqE2ejXn1X1sZF2DkUazJ/S';

test('where there is no account at all, there is still something to check', async () => {
  const service = await startService();
  const { database } = service.dependencies;
  const candidate = await beginLogin(database, { email: newAddress(), now: service.clock.now });
  expect(candidate).toEqual({ id: null, email_verified: false, password_hash: null, counts: true });
  expect(await logIn(service, newAddress(), password)).toMatchObject({ status: 401 });
});

test('the hash of an account is picked by the address: always the same one, and each kind as often as there is', async () => {
  const service = await startService();
  const { database, passwords } = service.dependencies;
  for (let index = 0; index < 64; index += 1) {
    // The index is ordered by the address: hexadecimal digits in front spread the accounts over all that may be picked.
    await newAccount(service, index % 2 ? imported : passwords.decoy, { prefix: crypto.randomUUID() });
  }
  const hashFor = async (email: string) =>
    (await beginLogin(database, { email, now: service.clock.now })).password_hash;
  const strangers = Array.from({ length: 64 }, newAddress);
  const hashes = await Promise.all(strangers.map(hashFor));
  expect(await Promise.all(strangers.map(hashFor))).toEqual(hashes);
  const share = hashes.filter((hash) => hash === imported).length / hashes.length;
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.8);
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
  const { database } = service.dependencies;
  const email = await newAccount(service, imported);
  for (let tries = 0; tries <= freeLoginAttempts; tries += 1) await logIn(service, email, 'wrong horse');
  const candidate = await beginLogin(database, { email, now: service.clock.now });
  expect(candidate).toMatchObject({ password_hash: imported, email_verified: true, counts: false });
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
});
