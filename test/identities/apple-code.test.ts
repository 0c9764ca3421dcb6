// Apple's code may come with the ID token that adds an identity, or that makes a session recent: it is redeemed for that identity.

import { expect, test } from 'vitest';
import { type Person, problem, signedIn } from '../accounts/people.ts';
import { callsOf, identityRow, startWithApple } from '../apple/apple.ts';
import { add, identityOf, shown, startWithProviders } from './ceremonies.ts';

const sub = '001234.ada.0001';
const again = (person: Person, json: object) =>
  person.call('POST', '/api/auth/reauthenticate', {
    json: { method: 'provider', provider: 'apple', ...json },
  });

test('the code that came with a new identity is redeemed once, right after the answer', async () => {
  const { service, apple } = await startWithApple();
  const person = await signedIn(service);
  const json = { ...(await shown(service, { sub }, 'apple')), authorization_code: 'c1f0a2' };
  const options = { headers: { 'Idempotency-Key': crypto.randomUUID() } };
  const { body, trips } = await add(person, json, options, 'apple');
  expect(trips).toBe(1);
  expect(await add(person, json, options, 'apple')).toMatchObject({ status: 201, body });
  expect(apple.calls).toMatchObject([{ endpoint: 'token', fields: { code: 'c1f0a2' } }]);
  expect(await identityRow(service, body.id)).toMatchObject({ refresh_token: expect.any(String) });
});

test('so is one that came with one’s own once more', async () => {
  const { service, apple } = await startWithApple();
  const person = await signedIn(service);
  const { id } = await identityOf(service, person, { sub }, 'apple');
  expect(apple.calls).toEqual([]);
  const json = { ...(await shown(service, { sub }, 'apple')), authorization_code: 'c2f0a2' };
  expect(await again(person, json)).toMatchObject({ status: 200, trips: 2 });
  expect(apple.calls).toMatchObject([{ endpoint: 'token', fields: { code: 'c2f0a2' } }]);
  expect(await identityRow(service, id)).toMatchObject({ refresh_token: expect.any(String) });
});

test('what is refused queues none', async () => {
  const { service, apple } = await startWithApple();
  const [person, grace] = [await signedIn(service), await signedIn(service)];
  await identityOf(service, person, { sub }, 'apple');
  const json = { ...(await shown(service, { sub }, 'apple')), authorization_code: 'c3f0a2' };
  expect(await add(grace, json, {}, 'apple')).toMatchObject(problem(409, 'identity-taken'));
  expect(await again(grace, json)).toMatchObject(problem(400, 'id-token-not-accepted'));
  expect([await callsOf(service), apple.calls]).toEqual([[], []]);
});

test('where none can be redeemed it is left alone', async () => {
  const service = await startWithProviders();
  const person = await signedIn(service);
  const json = { ...(await shown(service, {}, 'apple')), authorization_code: 'c4f0a2' };
  expect(await add(person, json, {}, 'apple')).toMatchObject({ status: 201 });
  expect(await callsOf(service)).toEqual([]);
});
