// A change of address is the session's that asked for it: it dies with it, and its code is for nobody else to type.

import { expect, test } from 'vitest';
import { codeTries, mailsPerHour } from '../../src/lifetimes.ts';
import { byCode, byLink, forgot, type Granted, otherPassword, reset, wrongCode } from '../mail/granted.ts';
import { mailsTo, newAddress, password, type Service, startService } from '../service.ts';
import { askFor, changing, confirm } from './mailed.ts';
import { another, type Person, problem, signedIn } from './people.ts';

const invalidToken = problem(400, 'invalid-token');

const endings: Record<string, (service: Service, person: Person) => Promise<unknown>> = {
  'its logout': (service, { refresh_token }) =>
    service.call('POST', '/api/auth/logout', { json: { refresh_token } }),
  'a logout everywhere': async (service, { email }) =>
    (await another(service, email)).call('POST', '/api/auth/logout-all'),
  'its revocation on another device': async (service, { email, session_id }) =>
    (await another(service, email)).call('DELETE', `/api/auth/sessions/${session_id}`),
  'a copied token that shows': async (service, { refresh_token }) => {
    const { body } = await service.call('POST', '/api/auth/refresh', { json: { refresh_token } });
    await service.call('POST', '/api/auth/refresh', { json: { refresh_token: body.refresh_token } });
    await service.call('POST', '/api/auth/refresh', { json: { refresh_token } });
  },
  'a new password, chosen in it': (_service, { call }) => call('POST', '/api/auth/change-password', change),
  'a new password, chosen on another device': async (service, { email }) =>
    (await another(service, email)).call('POST', '/api/auth/change-password', change),
  'a reset': async (service, { email }) =>
    reset(service, byLink(await forgot(service, email)), otherPassword),
};
const change = { json: { current_password: password, new_password: otherPassword } };

test.for(Object.entries(endings))('it dies with its session by %s', async ([, end]) => {
  const service = await startService();
  const person = await signedIn(service);
  const granted = await changing(person);
  await end(service, person);
  expect(await confirm(service, byLink(granted))).toMatchObject(invalidToken);
  expect((await confirm(person, byCode(granted))).status).toBeGreaterThanOrEqual(400);
  // Nor does another mail bring it back.
  await service.call('POST', '/api/auth/resend-verification', { json: { request: granted.request } });
  expect(await mailsTo(granted.email)).toHaveLength(1);
  const chosen = { password: otherPassword };
  const owner = await another(service, person.email).catch(() => another(service, person.email, chosen));
  expect(owner.id).toBe(person.id);
});

test('it lives as long as the session does, and no longer', async () => {
  const service = await startService({ SESSION_MAX_AGE: '3600', REFRESH_TOKEN_TTL: '3600' });
  const granted = await changing(await signedIn(service));
  service.clock.advance(3601);
  expect(await confirm(service, byLink(granted))).toMatchObject(invalidToken);
});

test('a refresh is the same session', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const granted = await changing(person);
  const json = { refresh_token: person.refresh_token };
  const { body } = await service.call('POST', '/api/auth/refresh', { json });
  const answer = await service.call('POST', '/api/auth/verify-email', {
    bearer: body.access_token,
    json: byCode(granted),
  });
  expect(answer).toMatchObject({ status: 204 });
});

test('the right code is refused to everybody but the session that asked, costs it no try, and then works there', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const granted = await changing(person);
  const strangers = {
    'another session': await another(service, person.email),
    other: await signedIn(service),
  };
  for (const [who, stranger] of Object.entries(strangers)) {
    for (let count = 0; count <= codeTries; count += 1) {
      const code = count % 2 ? wrongCode(granted.code) : granted.code;
      const answer = await confirm(stranger, { request: granted.request, code });
      expect(answer, who).toMatchObject(invalidToken);
    }
  }
  expect(await confirm(service, byCode(granted))).toMatchObject(problem(401, 'invalid-access-token'));
  expect((await person.call('GET', '/api/users/me')).body.email).toBe(person.email);
  const wrong = await confirm(person, { request: granted.request, code: wrongCode(granted.code) });
  expect(wrong).toMatchObject(problem(400, 'invalid-code', { attempts_left: codeTries - 1 }));
  expect(await confirm(person, byCode(granted))).toMatchObject({ status: 204 });
});

test('a code dies after five tries, and takes the link with it no more than anything else', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const granted = await changing(person);
  for (let left = codeTries - 1; left >= 0; left -= 1) {
    const answer = await confirm(person, { request: granted.request, code: wrongCode(granted.code) });
    expect(answer).toMatchObject(problem(400, 'invalid-code', { attempts_left: left }));
  }
  expect(await confirm(person, byCode(granted))).toMatchObject(invalidToken);
  expect(await confirm(service, byLink(granted))).toMatchObject({ status: 204 });
});

test('twenty accounts that ask for one address: few mails, and a guess is a try against one handle alone', async () => {
  const service = await startService();
  const coveted = newAddress();
  const people: Person[] = [];
  const requests: string[] = [];
  for (let count = 0; count < 20; count += 1) {
    const person = await signedIn(service);
    const { status, body } = await askFor(person, coveted);
    expect(status).toBe(202);
    people.push(person);
    requests.push(body.request);
  }
  const mails = await mailsTo(coveted);
  expect(mails).toHaveLength(mailsPerHour);
  // A code that is right for the third account's handle is right for no other.
  const codes = mails.map(({ text }) => /^\s*(\d{6})\s*$/m.exec(text)?.[1] ?? '');
  const code = codes[2] ?? '';
  expect(new Set(codes).size).toBe(codes.length);
  for (const [index, person] of people.entries()) {
    if (index === 2) continue;
    const answer = await confirm(person, { request: requests[index] ?? '', code });
    expect(answer).toMatchObject(problem(400, 'invalid-code', { attempts_left: codeTries - 1 }));
  }
  // Nor does anybody's handle work with another's bearer.
  expect(await confirm(people[3] as Person, { request: requests[2] ?? '', code })).toMatchObject(
    invalidToken,
  );
  expect(await confirm(people[2] as Person, { request: requests[2] ?? '', code })).toMatchObject({
    status: 204,
  });
  const link = { token: /token=([\w-]+)/.exec(mails[0]?.text ?? '')?.[1] ?? '' } as Granted;
  expect(await confirm(service, byLink(link))).toMatchObject(invalidToken);
});
