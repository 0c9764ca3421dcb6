// Have I Been Pwned's protocol against a real server: a breached password is refused, and no fault of the list keeps anybody out.

import { expect, inject, test } from 'vitest';
import { breachCheckMilliseconds } from '../../src/bounds.ts';
import { byLink, forgot, registered, reset, verify } from '../mail/granted.ts';
import { newPerson } from '../mail/tables.ts';
import { postForm } from '../oauth/post-form.ts';
import { type Answer, newAddress, password, type Service, startService } from '../service.ts';
import { breachedPassword, paddedPassword } from '../stack/breached-passwords.ts';
import { problem, signedIn } from './people.ts';

type Asked = { whose: string; method: string; prefix: string; padding: unknown };

/** A service whose list answers so, and what the list was asked. */
async function startChecking(how = 'range'): Promise<{ service: Service; asked: () => Promise<Asked[]> }> {
  const whose = crypto.randomUUID();
  const list = inject('breachListUrl');
  const service = await startService({ BREACH_CHECK_URL: `${list}/${how}/${whose}/` });
  const asked = async () => (await fetch(`${list}/requests/${whose}`)).json<Asked[]>();
  return { service, asked };
}

const register = (service: Service, chosen: string, email = newAddress()) =>
  service.call('POST', '/api/auth/register', { json: { email, password: chosen, name: 'Ada' } });

const refused = (pointer: string) =>
  problem(422, 'weak-password', {
    detail: expect.stringContaining('stolen from other services'),
    errors: [{ pointer, detail: expect.stringContaining('stolen') }],
  });

test('a breached password is refused wherever one is chosen, and spends nothing', async () => {
  const { service } = await startChecking();
  expect(await register(service, breachedPassword)).toMatchObject(refused('/password'));

  const person = await signedIn(service);
  const change = (new_password: string) =>
    person.call('POST', '/api/auth/change-password', { json: { current_password: password, new_password } });
  expect(await change(breachedPassword)).toMatchObject(refused('/new_password'));
  expect(await change('velvet sparrow tunnel mint')).toMatchObject({ status: 200 });

  const { email } = await newPerson(service);
  const resetting = byLink(await forgot(service, email));
  expect(await reset(service, resetting, breachedPassword)).toMatchObject(refused('/password'));
  const page = await postForm(service, '/reset-password', { ...resetting, password: breachedPassword });
  expect(page.text).toContain('stolen from other services');
  expect(await reset(service, resetting, 'velvet sparrow tunnel mint')).toMatchObject({ status: 204 });

  const proof = byLink(await registered(service));
  const breached = { password: breachedPassword };
  expect(await verify(service, proof, breached)).toMatchObject(refused('/password'));
  const proving = await postForm(service, '/verify-email', { ...proof, name: 'Ada', ...breached });
  expect(proving.text).toContain('stolen from other services');
  expect(await verify(service, proof)).toMatchObject({ status: 204 });
});

test('a password to log in with, or to confirm something with, is not looked up', async () => {
  const { service, asked } = await startChecking();
  const person = await signedIn(service);
  await person.call('DELETE', '/api/users/me', { json: { password } });
  expect(await asked()).toEqual([]);
});

test('the list learns five digits, and is asked once for padding', async () => {
  const { service, asked } = await startChecking();
  const digest = new Uint8Array(
    await crypto.subtle.digest('SHA-1', new TextEncoder().encode('grüner Tee auf dem Balkon')),
  );
  const prefix = digest.toHex().slice(0, 5).toUpperCase();
  // Typed with its accent as a character of its own.
  expect(await register(service, 'grüner Tee auf dem Balkon'.normalize('NFD'))).toMatchObject({
    status: 202,
  });
  expect(await asked()).toEqual([{ whose: expect.any(String), method: 'GET', prefix, padding: 'true' }]);
});

test('padding is no breach', async () => {
  const { service } = await startChecking();
  expect(await register(service, paddedPassword)).toMatchObject({ status: 202 });
});

test('what the policy refuses is not looked up', async () => {
  const { service, asked } = await startChecking();
  expect(await register(service, 'short')).toMatchObject({ status: 422 });
  expect(await asked()).toEqual([]);
});

test('the answer does not depend on whether the address is taken', async () => {
  const { service } = await startChecking();
  const { email } = await newPerson(service);
  const bare = ({ status, text }: Answer) => ({
    status,
    text: text.replace(/"(instance|request)":"[^"]+"/, ''),
  });
  for (const chosen of [breachedPassword, password]) {
    const taken = await register(service, chosen, email);
    expect(bare(taken)).toEqual(bare(await register(service, chosen)));
  }
});

test.for(['hang', 'hang-midway', 'error', 'not-found', 'garbage', 'hang-up'])(
  'where the list fails (%s) the password is taken in time, and the log says so without it',
  async (how) => {
    const { service, asked } = await startChecking(how);
    const start = performance.now();
    expect(await register(service, breachedPassword)).toMatchObject({ status: 202 });
    expect(performance.now() - start).toBeLessThan(breachCheckMilliseconds + 3_000);
    const complaints = service.logged.filter(({ event }) => event === 'breach-check-failed');
    expect(complaints).toEqual([
      { level: 'warn', event: 'breach-check-failed', fields: { reason: expect.any(String) } },
    ]);
    const [request] = await asked();
    const line = JSON.stringify(service.logged);
    expect(line).not.toContain(breachedPassword);
    expect(line).not.toContain(request?.prefix);
  },
);

test('where nobody listens the password is taken, and the log says so', async () => {
  const service = await startService({ BREACH_CHECK_URL: 'http://127.0.0.1:1/range/' });
  expect(await register(service, breachedPassword)).toMatchObject({ status: 202 });
  expect(service.logged.map(({ event }) => event)).toContain('breach-check-failed');
});

test('an empty list is one without this password', async () => {
  const { service } = await startChecking('nothing');
  expect(await register(service, breachedPassword)).toMatchObject({ status: 202 });
  expect(service.logged.map(({ event }) => event)).not.toContain('breach-check-failed');
});

test('without the binding nothing is asked', async () => {
  const service = await startService();
  expect(service.dependencies.breachCheck).toBeUndefined();
  // One round trip, which is the database's.
  expect(await register(service, breachedPassword)).toMatchObject({ status: 202, trips: 1 });
});
