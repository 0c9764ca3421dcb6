// An account without a password: nothing typed is it, alike for anybody who tries, and a reset gives it one.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { logIn } from '../login/accounts.ts';
import { byLink, forgot, otherPassword, reset } from '../mail/granted.ts';
import { startOwnService } from '../mail/own-service.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { another, type Person, problem, signedIn } from './people.ts';

const wrong = problem(401, 'invalid-credentials');

async function withoutPassword(service: Service): Promise<Person> {
  const person = await signedIn(service);
  await service.dependencies.database.query(
    sql`update users set password_hash = null where id = ${person.id}`,
    {
      repeatable: true,
    },
  );
  return person;
}

test('no password opens it, changes it or confirms anything, and the empty one is none', async () => {
  const service = await startService();
  const { email, call } = await withoutPassword(service);
  expect(await logIn(service, email, password)).toMatchObject(wrong);
  for (const [method, path, json] of [
    ['POST', '/api/auth/change-password', { current_password: password, new_password: otherPassword }],
    ['POST', '/api/users/me/email', { new_email: newAddress(), password }],
    ['POST', '/api/auth/reauthenticate', { method: 'password', password }],
    ['DELETE', '/api/users/me', { password }],
  ] as const)
    expect(await call(method, path, { json }), path).toMatchObject({ ...wrong, trips: 1 });
  expect((await call('GET', '/api/users/me')).body).toMatchObject({ has_password: false });
});

test('where nobody has a password, a login is refused as anywhere', async () => {
  const service = await startOwnService();
  const { email } = await withoutPassword(service);
  for (const address of [email, newAddress()])
    expect(await logIn(service, address, password)).toMatchObject({ ...wrong, trips: 2 });
});

test('a reset gives it one, which then works and can be changed', async () => {
  const service = await startService();
  const { email } = await withoutPassword(service);
  expect(await reset(service, byLink(await forgot(service, email)))).toMatchObject({ status: 204 });
  const person = await another(service, email, { password: otherPassword });
  const json = { current_password: otherPassword, new_password: password };
  expect(await person.call('POST', '/api/auth/change-password', { json })).toMatchObject({ status: 200 });
  expect(await logIn(service, email, password)).toMatchObject({ status: 200 });
});
