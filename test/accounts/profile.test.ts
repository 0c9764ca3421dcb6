// People change their name and photo, as much of it as they name, and nothing that is not theirs to change.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { addPasskey, turnOnTotp } from '../factors/changes.ts';
import { byLink, grantedTo, otherPassword, verify } from '../mail/granted.ts';
import { newAddress, password, startService } from '../service.ts';
import { another, problem, signedIn } from './people.ts';

const photo = 'https://pictures.example.test/ada.png';

test('what is named is changed and the rest stays', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { body: before } = await person.call('GET', '/api/users/me');
  service.clock.advance(1);
  const named = await person.call('PATCH', '/api/users/me', { json: { name: '  Grace Hopper ' } });
  expect(named).toMatchObject({ status: 200, trips: 1 });
  const updated_at = service.clock.now.toISOString();
  expect(named.body).toEqual({ ...before, name: 'Grace Hopper', updated_at });
  expect((await person.call('PATCH', '/api/users/me', { json: { photo } })).body).toEqual({
    ...named.body,
    photo,
  });
  expect((await person.call('PATCH', '/api/users/me', { json: {} })).body).toEqual({ ...named.body, photo });
  expect((await person.call('GET', '/api/users/me')).body).toEqual({ ...named.body, photo });
});

test('a photo of null clears the photo', async () => {
  const service = await startService();
  const person = await signedIn(service);
  await person.call('PATCH', '/api/users/me', { json: { photo } });
  const cleared = await person.call('PATCH', '/api/users/me', { json: { photo: null } });
  expect(cleared.body).toMatchObject({ photo: null, name: 'Ada' });
});

test('a name, photo or language that cannot be one is refused', async () => {
  const service = await startService();
  const person = await signedIn(service);
  for (const [field, value] of [
    ['name', ''],
    ['name', ' '],
    ['name', 7],
    ['name', 'a\u0000b'],
    ['name', 'two\nlines'],
    ['name', 'x'.repeat(101)],
    ['photo', 'javascript:alert(1)'],
    ['photo', 7],
    ['locale', 'German'],
    ['locale', 7],
  ]) {
    const answer = await person.call('PATCH', '/api/users/me', { json: { [String(field)]: value } });
    expect(answer, `${field}: ${value}`).toMatchObject(
      problem(422, 'validation-failed', { errors: [{ pointer: `/${field}` }] }),
    );
  }
});

test('another person is not touched', async () => {
  const service = await startService();
  const [person, other] = [await signedIn(service), await signedIn(service)];
  await person.call('PATCH', '/api/users/me', { json: { name: 'Grace', id: other.id, email: other.email } });
  expect((await other.call('GET', '/api/users/me')).body).toMatchObject({ name: 'Ada', email: other.email });
  expect((await person.call('GET', '/api/users/me')).body).toMatchObject({
    id: person.id,
    email: person.email,
  });
});

test('no request sets a role, a verification or an owner', async () => {
  const service = await startService();
  const email = newAddress();
  const forged = {
    role: 'admin',
    id: '00000000-0000-7000-8000-000000000000',
    email_verified: true,
    email_verified_at: '2020-01-01T00:00:00.000Z',
    provider: 'forged',
    session_epoch: 7,
    created_at: '2020-01-01T00:00:00.000Z',
  };
  const account = { email, password, name: 'Ada', ...forged };
  await service.call('POST', '/api/auth/register', { json: account });
  const early = await service.call('POST', '/api/auth/login', { json: account });
  expect(early).toMatchObject(problem(401, 'invalid-credentials'));
  expect(await verify(service, { ...forged, ...byLink(await grantedTo(email, 1)) })).toMatchObject({
    status: 204,
  });

  const person = await another(service, email, forged);
  const newEmail = newAddress();
  for (const [method, path, json] of [
    ['PATCH', '/api/users/me', { name: 'Ada' }],
    ['POST', '/api/auth/refresh', { refresh_token: person.refresh_token }],
    ['POST', '/api/users/me/email', { new_email: newEmail, password }],
    ['POST', '/api/auth/change-password', { current_password: password, new_password: otherPassword }],
  ] as const) {
    expect((await person.call(method, path, { json: { ...json, ...forged } })).status, path).toBeLessThan(
      300,
    );
  }
  const after = await another(service, email, { password: otherPassword });
  const { body: me } = await after.call('GET', '/api/users/me');
  expect(me).toMatchObject({ id: person.id, role: 'user', provider: 'local', email });
  expect(me.id).not.toBe(forged.id);
  expect(me.created_at).toBe(service.clock.now.toISOString());
  const again = await another(service, email, { password: otherPassword });
  const claims = JSON.parse(
    atob((again.access_token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')),
  );
  expect(claims).toMatchObject({ role: 'user', sub: person.id });
});

test('how one can sign in is shown: the password, the second factor, and how many passkeys', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const shown = async () => (await person.call('GET', '/api/users/me')).body;
  expect(await shown()).toMatchObject({ has_password: true, second_factors: [], passkeys: 0 });
  await addPasskey(service, person);
  await addPasskey(service, person);
  await turnOnTotp(service, person);
  expect(await shown()).toMatchObject({ has_password: true, second_factors: ['totp'], passkeys: 2 });
  await service.dependencies.database.query(
    sql`update users set password_hash = null where id = ${person.id}`,
    {
      repeatable: true,
    },
  );
  expect(await shown()).toMatchObject({ has_password: false });
  const { body } = await person.call('PATCH', '/api/users/me', { json: {} });
  expect(body).toMatchObject({ has_password: false, second_factors: ['totp'], passkeys: 2 });
});
