// The function is given the user's row as the statement leaves it: a user who is made by it, and one whom it changes.

import { decodeJwt } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { signedIn } from '../accounts/people.ts';
import { mailed, use } from '../email-codes/codes.ts';
import { withApps } from '../endpoints.ts';
import { withTotp } from '../factors/totp.ts';
import { newGuest, prove } from '../guests/people.ts';
import { shown } from '../identities/ceremonies.ts';
import { byCode, otherPassword, registered, verify } from '../mail/granted.ts';
import { insertImported } from '../mail/tables.ts';
import { type Answer, newAddress, password, type Service, startService } from '../service.ts';
import { refresh } from '../sessions/driver.ts';
import { claimsIn, ofTheRow, saidOf, says, userIn } from './function.ts';

let service: Service;
beforeAll(async () => {
  service = await startService(withApps);
  await says(service, ofTheRow);
});

const gmail = () => `person-${crypto.randomUUID()}@gmail.com`;
const google = async (claims: object, json: object = {}, bearer?: string): Promise<Answer> =>
  service.call('POST', '/api/auth/login/google', {
    json: { ...(await shown(service, { email_verified: true, ...claims })), ...json },
    ...(bearer !== undefined && { bearer }),
  });

async function expectRow(answer: Answer, row: object): Promise<void> {
  expect(answer.status, answer.text).toBe(200);
  expect(claimsIn(answer)).toEqual(await saidOf(service, userIn(answer)));
  expect(claimsIn(answer)).toMatchObject({ row });
}

/** An import's, whom nobody has proven: whoever proves the address is no admin. */
async function imported(email = newAddress()): Promise<string> {
  await insertImported(service, email, 'admin');
  return email;
}

test('an imported admin is a user from the token on that proves the address', async () => {
  const byMail = await registered(service, await imported());
  const answers = [
    await verify(service, byCode(byMail), { sign_in: true }),
    await use(service, await mailed(service, await imported())),
    await google({ email: await imported(gmail()) }),
  ];
  for (const answer of answers) {
    await expectRow(answer, { role: 'user' });
    expect(decodeJwt(answer.body.access_token)['role']).toBe('user');
  }
});

test('a user who is made has the address and the name that they came with', async () => {
  const email = gmail();
  await expectRow(await google({ email }, { name: 'Grace' }), { email, name: 'Grace', identities: 1 });
  const code = await mailed(service, newAddress(), {});
  await expectRow(await use(service, code, { name: 'Grace' }), { email: code.email, name: 'Grace' });
});

test('a name that a later sign-in brings is in its token', async () => {
  const email = gmail();
  const sub = crypto.randomUUID();
  await expectRow(await google({ email, sub, name: undefined }), { name: '' });
  await expectRow(await google({ email, sub, name: undefined }, { name: 'Grace' }), { name: 'Grace' });
});

test('an identity that joins is counted, with the second factor as well', async () => {
  const person = await signedIn(service, gmail());
  await expectRow(await google({ email: person.email }), { identities: 1 });
  const owing = await signedIn(service, gmail());
  const app = await withTotp(service, owing);
  const { body } = await google({ email: owing.email });
  const json = { auth_session: body.auth_session, totp: await app.code() };
  await expectRow(await service.call('POST', '/api/auth/login/second-factor', { json }), { identities: 1 });
});

test('a guest who becomes somebody is none in the token', async () => {
  const guest = await newGuest(service);
  const granted = await registered(service);
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const upgrade = () => prove(service, guest.access_token, byCode(granted), { sign_in: true }, { headers });
  const row = { is_guest: false, email: granted.email };
  await expectRow(await upgrade(), row);
  await expectRow(await upgrade(), row);
  const email = gmail();
  await expectRow(await google({ email }, { name: 'Grace' }, (await newGuest(service)).access_token), {
    is_guest: false,
    email,
    identities: 1,
  });
});

test('the session that a change of the password began, for the old token with its key', async () => {
  const person = await signedIn(service);
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const json = { current_password: password, new_password: otherPassword };
  const changed = await person.call('POST', '/api/auth/change-password', { json, headers });
  await expectRow(changed, { passwords: 1 });
  const found = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: person.refresh_token },
    headers,
  });
  await expectRow(found, { passwords: 1 });
  expect(found.body.session_id).toBe(changed.body.session_id);
});

test('a retry of a refresh has what is so now, beside the same refresh token', async () => {
  const person = await signedIn(service);
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const json = { refresh_token: person.refresh_token };
  const once = await service.call('POST', '/api/auth/refresh', { json, headers });
  await person.call('PATCH', '/api/users/me', { json: { name: 'Grace' } });
  const again = await service.call('POST', '/api/auth/refresh', { json, headers });
  expect(again.body.refresh_token).toBe(once.body.refresh_token);
  await expectRow(again, { name: 'Grace' });
  await expectRow(await refresh(service, once.body.refresh_token), { name: 'Grace' });
});

test('an access token with a kibibyte of claims fits into a cookie, which may have four', async () => {
  await says(service, `jsonb_build_object('org', repeat('o', 1013))`);
  const { email } = await signedIn(service);
  const answer = await service.call('POST', '/api/auth/login', {
    json: { email, password, token_delivery: 'cookie' },
    headers: { Origin: 'https://app.example.test' },
  });
  const cookies = answer.headers.getSetCookie();
  expect(cookies).toHaveLength(4);
  expect(Math.max(...cookies.map(({ length }) => length))).toBeLessThan(3_000);
  await says(service, ofTheRow);
});
