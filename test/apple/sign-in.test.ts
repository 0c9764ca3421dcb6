// Apple's code comes with a sign-in, a join or a reauthentication: it is redeemed for the identity that came of it, and deleting the
// account revokes what it brought.

import { expect, test } from 'vitest';
import { signedIn } from '../accounts/people.ts';
import { withTotp } from '../factors/totp.ts';
import { appleToken, hexDigest, newNonce } from '../identities/issuer.ts';
import type { Service } from '../service.ts';
import { type Apple, startWithApple } from './apple.ts';

async function shown(service: Service, claims: object = {}) {
  const nonce = await newNonce(service);
  const id_token = await appleToken({ nonce: await hexDigest(nonce), ...claims });
  return { id_token, nonce, authorization_code: `c${crypto.randomUUID()}` };
}

const sub = '001234.ada.0001';

const signIn = (service: Service, json: object) => service.call('POST', '/api/auth/login/apple', { json });
const endpoints = ({ calls }: Apple) => calls.map(({ endpoint }) => endpoint);

test('a first sign-in redeems the code right after the answer, a deletion revokes its token', async () => {
  const { service, apple } = await startWithApple();
  const json = await shown(service, { sub });
  const first = await signIn(service, json);
  expect(first).toMatchObject({ status: 200, trips: 1 });
  expect(apple.calls).toMatchObject([{ endpoint: 'token', fields: { code: json.authorization_code } }]);
  // Another one, of an identity that is known.
  expect(await signIn(service, await shown(service, { sub }))).toMatchObject({ status: 200 });
  expect(endpoints(apple)).toEqual(['token', 'token']);
  const bearer = first.body.access_token;
  expect(await service.call('DELETE', '/api/users/me', { bearer })).toMatchObject({ status: 204 });
  expect(apple.calls.at(-1)).toMatchObject({ endpoint: 'revoke', fields: { token: apple.refreshToken } });
});

test('the repeat of a sign-in redeems its code once', async () => {
  const { service, apple } = await startWithApple();
  const json = await shown(service, { sub });
  const headers = { 'Idempotency-Key': 'k'.repeat(16) };
  const call = () => service.call('POST', '/api/auth/login/apple', { json, headers });
  const { body } = await call();
  expect((await call()).body.session_id).toBe(body.session_id);
  expect(endpoints(apple)).toEqual(['token']);
});

test('a refusal redeems nothing', async () => {
  const { service, apple } = await startWithApple();
  const person = await signedIn(service, `${crypto.randomUUID()}@gmail.com`);
  const claims = { sub, email: person.email, is_private_email: false };
  expect(await signIn(service, await shown(service, claims))).toMatchObject({ status: 409 });
  expect(apple.calls).toEqual([]);
});

test('a join that waits for the second factor takes its code with it', async () => {
  const { service, apple } = await startWithApple();
  const person = await signedIn(service, `${crypto.randomUUID()}@icloud.com`);
  const app = await withTotp(service, person);
  const json = await shown(service, { sub, email: person.email });
  const asked = await signIn(service, json);
  expect(asked).toMatchObject({ status: 403 });
  expect(apple.calls).toEqual([]);
  const second = { auth_session: asked.body.auth_session, totp: await app.code() };
  expect(await service.call('POST', '/api/auth/login/second-factor', { json: second })).toMatchObject({
    status: 200,
  });
  expect(apple.calls).toMatchObject([{ endpoint: 'token', fields: { code: json.authorization_code } }]);
});

test('added from within a session, and shown once more, its codes are redeemed as well', async () => {
  const { service, apple } = await startWithApple();
  const person = await signedIn(service);
  const json = await shown(service, { sub });
  expect(await person.call('POST', '/api/users/me/identities/apple', { json })).toMatchObject({
    status: 201,
  });
  const again = { method: 'provider', provider: 'apple', ...(await shown(service, { sub })) };
  expect(await person.call('POST', '/api/auth/reauthenticate', { json: again })).toMatchObject({
    status: 200,
  });
  expect(apple.calls.map(({ fields }) => fields['code'])).toEqual([
    json.authorization_code,
    again.authorization_code,
  ]);
});

test('where Apple is away, its user is signed in all the same', async () => {
  const { service, apple } = await startWithApple();
  apple.answers.push(() => Promise.reject(new TypeError('the network is down')));
  expect(await signIn(service, await shown(service, { sub }))).toMatchObject({ status: 200 });
});
