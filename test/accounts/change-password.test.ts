// A changed password ends every session, the caller's too, and a new one takes its place.

import { expect, test } from 'vitest';
import { byLink, forgot, otherPassword, reset } from '../mail/granted.ts';
import { dump } from '../mail/tables.ts';
import { mailsTo, password, type Service, startService } from '../service.ts';
import { another, type Person, problem, signedIn } from './people.ts';

const path = '/api/auth/change-password';
const change = { current_password: password, new_password: otherPassword };

test('the new password opens the account, the old one no longer, and the person is told', async () => {
  const service = await startService();
  const person = await signedIn(service);
  expect(await person.call('POST', path, { json: change })).toMatchObject({ status: 200, trips: 2 });
  const login = (chosen: string) =>
    service.call('POST', '/api/auth/login', { json: { email: person.email, password: chosen } });
  expect(await login(password)).toMatchObject(problem(401, 'invalid-credentials'));
  expect(await login(otherPassword)).toMatchObject({ status: 200 });
  // The second sign-in is one of a device that nobody knows any more, and has a mail of its own.
  const subjects = (await mailsTo(person.email)).map(({ subject }) => subject);
  expect(subjects).toContainEqual(expect.stringContaining('was changed'));
});

test('every session ends, with the reason in the list', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const others = [await another(service, person.email), await another(service, person.email)];
  const bystander = await signedIn(service);
  await person.call('POST', path, { json: change });
  for (const { call, refresh_token, session_id } of [person, ...others]) {
    expect(await call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
    expect(await service.call('POST', '/api/auth/refresh', { json: { refresh_token } })).toMatchObject(
      problem(401, 'session-ended', { discard_credentials: true, reason: 'password-changed' }),
    );
    const listed = (await dump(service)).filter((row) => row.startsWith(`revoked_tokens (${session_id}.0,`));
    expect(listed).toEqual([expect.stringContaining('password-changed')]);
  }
  expect(await bystander.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
});

test('a wrong current password changes nothing but the count of such', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const rows = async () => (await dump(service)).filter((row) => !row.startsWith('login_attempts ')).sort();
  const before = await rows();
  const answer = await person.call('POST', path, { json: { ...change, current_password: otherPassword } });
  expect(answer).toMatchObject(problem(401, 'invalid-credentials', { discard_credentials: false }));
  expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer');
  expect(await rows()).toEqual(before);
});

test('a weak new password is refused with the reason and where it stands', async () => {
  const service = await startService();
  const person = await signedIn(service);
  for (const new_password of ['short', 'passwordpassword', `${person.email}`]) {
    expect(await person.call('POST', path, { json: { ...change, new_password } })).toMatchObject(
      problem(422, 'weak-password', { errors: [{ pointer: '/new_password' }] }),
    );
  }
  await expect(another(service, person.email)).resolves.toBeDefined();
});

test('a new password that is mostly the operator’s own words is refused, and one that holds them is not', async () => {
  const service = await startService({ PASSWORD_CONTEXT_WORDS: 'Acme, Roadrunner' });
  const { call } = await signedIn(service);
  const choose = (new_password: string) => call('POST', path, { json: { ...change, new_password } });
  expect(await choose('acme-roadrunner-2026')).toMatchObject(problem(422, 'weak-password'));
  expect(await choose('acme velvet sparrow tunnel')).toMatchObject({ status: 200 });
});

test('of two changes at once from two devices one wins, and its new session is the one that lives', async () => {
  const service = await startService();
  const first = await signedIn(service);
  const second = await another(service, first.email);
  const chosen = [otherPassword, 'copper violin raft dune'] as const;
  const answers = await Promise.all(
    [first, second].map(({ call }, index) =>
      call('POST', path, { json: { current_password: password, new_password: chosen[index] } }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  for (const { call } of [first, second])
    expect(await call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
  const winner = answers.findIndex(({ status }) => status === 200);
  const bearer = answers[winner]?.body.access_token;
  expect(await service.call('GET', '/api/users/me', { bearer })).toMatchObject({ status: 200 });
  const won = chosen[winner];
  await expect(another(service, first.email, { password: won })).resolves.toBeDefined();
});

test.for([
  [
    'a reset',
    async (service: Service, { email }: Person) => reset(service, byLink(await forgot(service, email))),
  ],
  [
    'another change by the same session',
    async (service: Service, { access_token: bearer }: Person) =>
      service.call('POST', path, { bearer, json: change }),
  ],
] as const)('%s between the check of the password and its change is not overruled', async ([, intervene]) => {
  const service = await startService();
  const person = await signedIn(service);
  const other = await startService();
  const { transport } = service;
  service.transport = async (input, init) => {
    if (!String(init?.body).includes('update users')) return transport(input, init);
    service.transport = transport;
    expect((await intervene(other, person)).status).toBeLessThan(300);
    return transport(input, init);
  };
  const json = { current_password: password, new_password: 'copper violin raft dune' };
  expect(await person.call('POST', path, { json })).toMatchObject({ status: 401 });
  await expect(another(service, person.email, { password: otherPassword })).resolves.toBeDefined();
});
