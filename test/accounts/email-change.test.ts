// Another address takes effect when its owner confirms it; the old one is told, and nobody learns who has an account.

import { expect, test } from 'vitest';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import { newAccount, shown } from '../login/accounts.ts';
import { byCode, byLink, otherPassword, registered, verify } from '../mail/granted.ts';
import { breakMail, mendMail } from '../mail/mail-server.ts';
import { newPerson } from '../mail/tables.ts';
import { mailsTo, newAddress, type Service, startService } from '../service.ts';
import { askFor, changing, confirm, resend, tokenIn } from './mailed.ts';
import { another, problem, signedIn } from './people.ts';

/** Somebody who asked, and what the mail that confirms brought. */
async function asked(service: Service) {
  const person = await signedIn(service);
  const granted = await changing(person);
  return { person, newEmail: granted.email, granted };
}

const invalidToken = problem(400, 'invalid-token');

test.for([
  ['link', byLink],
  ['code', byCode],
] as const)(
  'a change takes effect when the new address is confirmed by %s, and not before',
  async ([, way]) => {
    const service = await startService();
    const { person, newEmail, granted } = await asked(service);
    expect((await person.call('GET', '/api/users/me')).body.email).toBe(person.email);
    expect(await confirm(person, way(granted))).toMatchObject({ status: 204, text: '', trips: 1 });
    expect((await person.call('GET', '/api/users/me')).body).toMatchObject({
      email: newEmail,
      email_verified: true,
    });
    await expect(another(service, newEmail)).resolves.toMatchObject({ id: person.id });
    await expect(another(service, person.email)).rejects.toThrow('401');
  },
);

test('the answer is the handle’s, in one form, and the old address is told which address was asked for', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const newEmail = newAddress();
  expect(await askFor(person, newEmail)).toMatchObject({
    status: 202,
    body: { request: expect.any(String), expires_in: 86_400, code_length: 6, resend_after: 30 },
    trips: 2,
  });
  const [notice, ...more] = await mailsTo(person.email, 1);
  expect(more).toEqual([]);
  expect(notice?.subject).toContain('about to change');
  expect(notice?.text).toContain(newEmail);
  expect(notice?.text).not.toContain('token=');
});

test('the old address is told again when the change takes effect, and once, though the statement ran twice', async () => {
  const service = await startService();
  const { person, newEmail, granted } = await asked(service);
  await mailsTo(person.email, 1);
  const { transport } = service;
  service.transport = async (input, init) => {
    service.transport = transport;
    await transport(input, init);
    throw new TypeError('the answer is lost');
  };
  expect(await confirm(service, byLink(granted))).toMatchObject({ status: 204 });
  await deliverWaitingMails(service.dependencies);
  const [, notice, ...more] = await mailsTo(person.email, 2);
  expect(more).toEqual([]);
  expect(notice?.subject).toContain('was changed');
  expect(notice?.text).toContain(newEmail);
  expect(notice?.text).toContain('/undo-email-change?token=');
  expect(await confirm(service, byLink(granted))).toMatchObject(invalidToken);
  expect(await mailsTo(person.email)).toHaveLength(2);
});

test('the old address is told even where its mail is late and the change is confirmed meanwhile', async () => {
  const service = await startService();
  const person = await signedIn(service);
  await breakMail(person.email, 'temporary-failure');
  const granted = await changing(person);
  expect(await confirm(service, byLink(granted))).toMatchObject({ status: 204 });
  await mendMail(person.email);
  service.clock.advance(60);
  await deliverWaitingMails(service.dependencies);
  expect((await mailsTo(person.email)).map(({ subject }) => subject).sort()).toEqual([
    expect.stringContaining('about to change'),
    expect.stringContaining('was changed'),
  ]);
  expect(await mailsTo(granted.email)).toHaveLength(1);
});

test('an address that somebody has proven gets no mail, and nothing that is answered shows it', async () => {
  const service = await startService();
  const { email: taken } = await newPerson(service);
  const look = async (newEmail: string) => {
    const person = await signedIn(service);
    const first = await askFor(person, newEmail);
    service.clock.advance(1);
    const { request } = first.body;
    const wrong = await confirm(person, { request, code: '000000' });
    const again = await service.call('POST', '/api/auth/resend-verification', { json: { request } });
    const answers = [first, wrong, again].map(shown).map(({ text, ...rest }) => ({
      ...rest,
      text: text.replace(/"request":"[^"]*"/, ''),
    }));
    return { answers, own: (await mailsTo(person.email)).map(({ subject }) => subject) };
  };
  const free = await look(newAddress());
  const refused = await look(taken);
  expect(free.answers.map(({ status }) => status)).toEqual([202, 400, 202]);
  expect(refused).toEqual(free);
  expect(await mailsTo(taken)).toEqual([]);
});

test('a registration that nobody proved gives way to who proves the address', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const squatted = await registered(service);
  expect(await confirm(service, byLink(await changing(person, squatted.email)))).toMatchObject({
    status: 204,
  });
  expect((await person.call('GET', '/api/users/me')).body.email).toBe(squatted.email);
  for (const way of [byLink, byCode])
    expect(await verify(service, way(squatted))).toMatchObject(invalidToken);
});

test('an imported user whom nobody had proven gives way as well', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const email = await newAccount(service, '-', { isVerified: false });
  expect(await confirm(service, byLink(await changing(person, email)))).toMatchObject({ status: 204 });
  expect((await person.call('GET', '/api/users/me')).body).toMatchObject({ id: person.id, email });
});

test('an address that was proven by somebody else meanwhile is theirs', async () => {
  const service = await startService();
  const { person, newEmail, granted } = await asked(service);
  await verify(service, byLink(await registered(service, newEmail)));
  for (const way of [byLink, byCode]) expect(await confirm(person, way(granted))).toMatchObject(invalidToken);
  expect((await person.call('GET', '/api/users/me')).body.email).toBe(person.email);
});

test('of two people who confirm one address at once exactly one gets it, 10 times', async () => {
  const service = await startService();
  for (let round = 0; round < 10; round += 1) {
    const people = [await signedIn(service), await signedIn(service)] as const;
    const contested = newAddress();
    const first = await changing(people[0], contested);
    const second = await changing(people[1], contested);
    const answers = await Promise.all([
      confirm(people[0], byLink(first)),
      confirm(people[1], round % 2 ? byLink(second) : byCode(second)),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
    const emails = await Promise.all(people.map(({ call }) => call('GET', '/api/users/me')));
    expect(emails.map(({ body }) => body.email === contested)).toEqual(
      answers.map(({ status }) => status === 204),
    );
  }
});

test('once a later change was asked for, to any address, the earlier one is dead: it may have been a slip', async () => {
  const service = await startService();
  const { email: taken } = await newPerson(service);
  for (const later of [newAddress(), taken]) {
    const { person, granted } = await asked(service);
    service.clock.advance(1);
    await askFor(person, later);
    for (const way of [byLink, byCode])
      expect(await confirm(person, way(granted))).toMatchObject(invalidToken);
    const { length } = await mailsTo(granted.email);
    await service.call('POST', '/api/auth/resend-verification', { json: { request: granted.request } });
    expect(await mailsTo(granted.email)).toHaveLength(length);
    if (later === taken) continue;
    const token = tokenIn((await mailsTo(later, 1)).at(-1));
    expect(await confirm(service, { token })).toMatchObject({ status: 204 });
  }
});

test('a verification mail for the address that the account left proves nothing', async () => {
  const service = await startService();
  const unused = await registered(service);
  await verify(service, byLink(await registered(service, unused.email)));
  const person = await another(service, unused.email);
  const granted = await changing(person);
  await confirm(service, byLink(granted));
  for (const way of [byLink, byCode]) expect(await verify(service, way(unused))).toMatchObject(invalidToken);
  expect((await person.call('GET', '/api/users/me')).body.email).toBe(granted.email);
});

test('another mail for a change goes with its handle, from within any session', async () => {
  const service = await startService();
  const { person, granted } = await asked(service);
  service.clock.advance(1);
  const second = await resend(service, granted);
  expect(await confirm(person, byCode(second))).toMatchObject({ status: 204 });
});

test('one’s own address is no change and no alarm: no mail, no event', async () => {
  const service = await startService();
  const { person, granted } = await asked(service);
  const events = () => person.call('GET', '/api/users/me/security-events');
  const { body: before } = await events();
  const { length } = await mailsTo(person.email);
  service.clock.advance(1);
  for (const own of [person.email, person.email.toUpperCase()])
    expect(await askFor(person, own)).toMatchObject({
      status: 202,
      body: { request: expect.any(String), expires_in: 86_400, code_length: 6 },
    });
  expect((await events()).body).toEqual(before);
  expect(await mailsTo(person.email)).toHaveLength(length);
  // Nor does it call off what was asked for before.
  expect(await confirm(person, byCode(granted))).toMatchObject({ status: 204 });
});

test('a wrong password asks for nothing', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const newEmail = newAddress();
  const json = { new_email: newEmail, password: otherPassword };
  expect(await person.call('POST', '/api/users/me/email', { json })).toMatchObject(
    problem(401, 'invalid-credentials', { discard_credentials: false }),
  );
  expect([await mailsTo(person.email), await mailsTo(newEmail)]).toEqual([[], []]);
});
