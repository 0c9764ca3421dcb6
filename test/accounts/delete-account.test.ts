// A deleted account leaves no row that names the person, and the list still refuses their tokens.

import { expect, test } from 'vitest';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import { recentSignInSeconds } from '../../src/lifetimes.ts';
import { byCode, byLink, forgot, otherPassword, registered, reset, verify } from '../mail/granted.ts';
import { breakMail, mendMail } from '../mail/mail-server.ts';
import { dump, rowsWith } from '../mail/tables.ts';
import { mailsTo, newAddress, password, startService } from '../service.ts';
import { askFor, changed, register } from './mailed.ts';
import { another, problem, signedIn } from './people.ts';

const remove = { json: { password } };
const photo = 'https://pictures.example.test/quillon.png';

test('no table names the person afterwards, and the list alone knows their sessions', async () => {
  const service = await startService();
  const bystander = await signedIn(service);
  const granted = await registered(service, newAddress(), { name: 'Quillon of the form', photo });
  await verify(service, byLink(granted));
  const person = await another(service, granted.email);
  await person.call('PATCH', '/api/users/me', {
    json: { name: 'Quillon Featherstone', photo },
  });
  const phone = await another(service, person.email, { device_name: 'Quillon’s phone' });
  await forgot(service, person.email);
  await askFor(person, newAddress());
  // Somebody else's registration with the address.
  const strangers = { name: 'Quillon of a stranger', locale: 'xx-wombat', metadata: { nick: 'Quillon' } };
  await register(service, person.email, strangers);
  // A wrong password leaves a trace as well.
  await service.call('POST', '/api/auth/login', { json: { email: person.email, password: otherPassword } });
  const sessionIds = [person.session_id, phone.session_id];
  const personal = [
    person.email,
    person.id,
    'Quillon',
    'quillon.png',
    'xx-wombat',
    await sha256(person.email),
  ];
  const naming = (words: string[]) => rowsWith(service, words);
  expect((await naming(personal)).length).toBeGreaterThan(7);

  expect(await person.call('DELETE', '/api/users/me', remove)).toMatchObject({
    status: 204,
    text: '',
    trips: 2,
  });
  const counters = /^email_(destinations|requests) /;
  expect((await naming(personal)).filter((row) => !counters.test(row))).toEqual([]);
  // The counts of mails and codes are kept by the hash of any address that somebody has ever typed, and tell nothing else.
  expect(await naming(personal.slice(0, -1))).toEqual([]);
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

test('its owner is told, once and after it is gone, and gets no link', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { length } = await mailsTo(person.email);
  expect(await person.call('DELETE', '/api/users/me', { json: { password: otherPassword } })).toMatchObject({
    status: 401,
  });
  expect(await mailsTo(person.email)).toHaveLength(length);
  await person.call('DELETE', '/api/users/me', remove);
  await deliverWaitingMails(service.dependencies);
  const [mail, ...more] = (await mailsTo(person.email)).slice(length);
  expect(more).toEqual([]);
  expect(mail?.subject).toContain('was deleted');
  expect(mail?.text).toContain('Hello Ada,');
  for (const word of ['token=', person.id, person.session_id, password])
    expect(`${mail?.text}${mail?.html}`).not.toContain(word);
});

test('nobody is told where the mail server refuses it, and then nothing of the person is kept either', async () => {
  const service = await startService();
  const person = await signedIn(service);
  await breakMail(person.email, 'refuse-recipient');
  await person.call('DELETE', '/api/users/me', remove);
  const rows = (await dump(service)).filter((row) => row.includes(person.email));
  expect(rows).toEqual([]);
  await mendMail(person.email);
});

test('what was mailed for the account does nothing any more, and the address is free', async () => {
  const service = await startService();
  const unused = await registered(service);
  await verify(service, byLink(await registered(service, unused.email)));
  const person = await another(service, unused.email);
  // Asked for while the address was taken, by whoever it was.
  const { body: strangers } = await register(service, unused.email);
  const resetting = await forgot(service, unused.email);
  await person.call('DELETE', '/api/users/me', remove);
  for (const way of [byLink, byCode]) {
    expect(await reset(service, way(resetting), otherPassword)).toMatchObject({ status: 400 });
    expect(await verify(service, way(unused))).toMatchObject(problem(400, 'invalid-token'));
  }
  expect(await verify(service, { request: strangers.request, code: '123456' })).toMatchObject(
    problem(400, 'invalid-code', { attempts_left: 4 }),
  );
  const { length } = await mailsTo(unused.email);
  const queue = async () => (await dump(service)).filter((row) => row.startsWith('mails ')).length;
  const inQueue = await queue();
  const json = { request: strangers.request };
  expect(await service.call('POST', '/api/auth/resend-verification', { json })).toMatchObject({
    status: 202,
  });
  expect(await mailsTo(unused.email)).toHaveLength(length);
  // Nor does one wait in the queue for an address that it has not.
  expect(await queue()).toBe(inQueue);
  service.clock.advance(60 * 60); // five mails have gone to it
  expect(await verify(service, byLink(await registered(service, unused.email)))).toMatchObject({
    status: 204,
  });
});

test('the address that the account had before is not told, and its link brings nothing back', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const current = newAddress();
  await changed(person, person.email, current);
  const { length } = await mailsTo(person.email);
  await person.call('DELETE', '/api/users/me', remove);
  expect(await mailsTo(person.email)).toHaveLength(length);
  expect((await mailsTo(current)).at(-1)?.subject).toContain('was deleted');
});

test('a wrong password deletes nothing', async () => {
  const service = await startService();
  const person = await signedIn(service);
  expect(await person.call('DELETE', '/api/users/me', { json: { password: otherPassword } })).toMatchObject(
    problem(401, 'invalid-credentials', { discard_credentials: false }),
  );
  expect(await person.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
});

test.for([{}, { json: {} }, { json: { password: null } }])(
  'after a recent sign-in it takes no password (%j)',
  async (options) => {
    const service = await startService();
    const person = await signedIn(service);
    service.clock.advance(recentSignInSeconds);
    expect(await person.call('DELETE', '/api/users/me', options)).toMatchObject({ status: 204, trips: 1 });
    expect((await mailsTo(person.email)).at(-1)?.subject).toContain('was deleted');
    expect(await rowsWith(service, [person.id])).toEqual([]);
  },
);

test('later it takes the password, or another sign-in: neither a refresh nor another session makes one recent', async () => {
  const service = await startService();
  const person = await signedIn(service);
  service.clock.advance(recentSignInSeconds + 1);
  const recent = await another(service, person.email);
  const { refresh_token } = person;
  const { body } = await service.call('POST', '/api/auth/refresh', { json: { refresh_token } });
  for (const bearer of [person.access_token, body.access_token]) {
    const answer = await person.call('DELETE', '/api/users/me', { bearer });
    expect(answer).toMatchObject(
      problem(401, 'recent-sign-in-required', {
        max_age: recentSignInSeconds,
        methods: ['password'],
        retryable: false,
        discard_credentials: false,
      }),
    );
    expect(answer.headers.get('WWW-Authenticate')).toBe(
      `Bearer error="insufficient_user_authentication", max_age="${recentSignInSeconds}"`,
    );
  }
  expect(await person.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
  expect(await recent.call('DELETE', '/api/users/me')).toMatchObject({ status: 204 });
  expect(await person.call('DELETE', '/api/users/me', remove)).toMatchObject(problem(401, 'session-ended'));
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
    expect(await rowsWith(service, [person.id])).toEqual([]);
  }
});

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
