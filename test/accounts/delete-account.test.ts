// A deleted account leaves no row that names the person, and the list still refuses their tokens.

import { expect, test } from 'vitest';
import { forgot, otherPassword } from '../mail/granted.ts';
import { dump } from '../mail/tables.ts';
import { newAddress, password, startService } from '../service.ts';
import { another, problem, signedIn } from './people.ts';

const remove = { json: { password } };

test('no table names the person afterwards, and the list alone knows their sessions', async () => {
  const service = await startService();
  const bystander = await signedIn(service);
  const person = await signedIn(service, newAddress());
  await person.call('PATCH', '/api/users/me', {
    json: { name: 'Quillon Featherstone', photo: 'https://pictures.example.test/quillon.png' },
  });
  const phone = await another(service, person.email, { device_name: 'Quillon’s phone' });
  await forgot(service, person.email);
  await person.call('POST', '/api/users/me/email', { json: { new_email: newAddress(), password } });
  // A wrong password leaves a trace as well.
  await service.call('POST', '/api/auth/login', { json: { email: person.email, password: otherPassword } });
  const sessionIds = [person.session_id, phone.session_id];
  const personal = [person.email, person.id, 'Quillon', 'quillon.png', await sha256(person.email)];
  const naming = async (words: string[]) =>
    (await dump(service)).filter((row) => words.some((word) => row.includes(word)));
  expect((await naming(personal)).length).toBeGreaterThan(7);

  expect(await person.call('DELETE', '/api/users/me', remove)).toMatchObject({
    status: 204,
    text: '',
    trips: 2,
  });
  expect(await naming(personal)).toEqual([]);
  const left = await naming(sessionIds);
  expect(left.map((row) => row.split(',')[0]).sort()).toEqual(
    sessionIds.map((id) => `revoked_tokens (${id}.0`).sort(),
  );
  expect(left.every((row) => row.includes('account-deleted'))).toBe(true);
  expect(await bystander.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
});

test('the tokens are refused afterwards, and the password opens nothing', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const phone = await another(service, person.email);
  await person.call('DELETE', '/api/users/me', remove);
  for (const { call, refresh_token } of [person, phone]) {
    expect(await call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
    expect(await service.call('POST', '/api/auth/refresh', { json: { refresh_token } })).toMatchObject({
      status: 401,
      body: { discard_credentials: true, retryable: false },
    });
  }
  const json = { email: person.email, password };
  expect(await service.call('POST', '/api/auth/login', { json })).toMatchObject(
    problem(401, 'invalid-credentials'),
  );
});

test('a wrong password deletes nothing', async () => {
  const service = await startService();
  const person = await signedIn(service);
  expect(await person.call('DELETE', '/api/users/me', { json: { password: otherPassword } })).toMatchObject(
    problem(401, 'invalid-credentials', { discard_credentials: false }),
  );
  expect(await person.call('DELETE', '/api/users/me', { json: {} })).toMatchObject(
    problem(422, 'validation-failed'),
  );
  expect(await person.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
});

test('a login that races with the deletion leaves no session, and a refresh leaves no token, 10 times', async () => {
  const service = await startService();
  const other = await startService();
  for (let round = 0; round < 10; round += 1) {
    const person = await signedIn(service);
    const [deleted, login, refresh] = await Promise.all([
      person.call('DELETE', '/api/users/me', remove),
      other.call('POST', '/api/auth/login', { json: { email: person.email, password } }),
      other.call('POST', '/api/auth/refresh', { json: { refresh_token: person.refresh_token } }),
    ]);
    expect(deleted.status).toBe(204);
    for (const { status, body } of [login, refresh]) {
      expect([200, 401]).toContain(status);
      if (status !== 200) continue;
      const me = await service.call('GET', '/api/users/me', { bearer: body.access_token });
      expect(me).toMatchObject(problem(401, 'session-ended'));
      const json = { refresh_token: body.refresh_token };
      expect(await service.call('POST', '/api/auth/refresh', { json })).toMatchObject({ status: 401 });
    }
    expect((await dump(service)).filter((row) => row.includes(person.id))).toEqual([]);
  }
}, 60_000);

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
