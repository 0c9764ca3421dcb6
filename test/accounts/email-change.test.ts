// Another address takes effect when its owner confirms it; the old one is told, and nobody learns who has an account.

import { expect, test } from 'vitest';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import { byCode, byLink, grantedTo, otherPassword, registered, verify } from '../mail/granted.ts';
import { breakMail, mendMail } from '../mail/mail-server.ts';
import { newPerson } from '../mail/tables.ts';
import { mailsTo, newAddress, password, type Service, startService } from '../service.ts';
import { another, type Person, problem, signedIn } from './people.ts';

const ask = (person: Person, newEmail: string) =>
  person.call('POST', '/api/users/me/email', { json: { new_email: newEmail, password } });

/** Asks, and reads the mail that confirms. */
async function changing(service: Service) {
  const person = await signedIn(service);
  const newEmail = newAddress();
  expect(await ask(person, newEmail)).toMatchObject({ status: 202, body: {}, trips: 2 });
  return { person, newEmail, granted: await grantedTo(newEmail, 1) };
}

const invalidToken = problem(400, 'invalid-token');

test.for([
  ['link', byLink],
  ['code', byCode],
] as const)(
  'a change takes effect when the new address is confirmed by %s, and not before',
  async ([, way]) => {
    const service = await startService();
    const { person, newEmail, granted } = await changing(service);
    expect((await person.call('GET', '/api/users/me')).body.email).toBe(person.email);
    expect(await verify(service, way(granted))).toMatchObject({ status: 204, trips: 1 });
    expect((await person.call('GET', '/api/users/me')).body).toMatchObject({
      email: newEmail,
      email_verified: true,
    });
    await expect(another(service, newEmail)).resolves.toMatchObject({ id: person.id });
    await expect(another(service, person.email)).rejects.toThrow('401');
  },
);

test('the old address is told which address was asked for, and gets no link', async () => {
  const service = await startService();
  const { person, newEmail } = await changing(service);
  const [notice, ...more] = await mailsTo(person.email, 1);
  expect(more).toEqual([]);
  expect(notice?.subject).toContain('about to change');
  expect(notice?.text).toContain(newEmail);
  expect(notice?.text).not.toContain('token=');
});

test('the old address is told again when the change takes effect, and once, though the statement ran twice', async () => {
  const service = await startService();
  const { person, newEmail, granted } = await changing(service);
  await mailsTo(person.email, 1);
  const { transport } = service;
  service.transport = async (input, init) => {
    service.transport = transport;
    await transport(input, init);
    throw new TypeError('the answer is lost');
  };
  expect(await verify(service, byLink(granted))).toMatchObject({ status: 204 });
  await deliverWaitingMails(service.dependencies);
  const [, notice, ...more] = await mailsTo(person.email, 2);
  expect(more).toEqual([]);
  expect(notice?.subject).toContain('was changed');
  expect(notice?.text).toContain(newEmail);
  expect(await verify(service, byLink(granted))).toMatchObject(invalidToken);
  expect(await mailsTo(person.email)).toHaveLength(2);
});

test('the old address is told even where its mail is late and the change is confirmed meanwhile', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const newEmail = newAddress();
  await breakMail(person.email, 'temporary-failure');
  await ask(person, newEmail);
  await verify(service, byLink(await grantedTo(newEmail, 1)));
  await mendMail(person.email);
  service.clock.advance(60);
  await deliverWaitingMails(service.dependencies);
  expect((await mailsTo(person.email)).map(({ subject }) => subject).sort()).toEqual([
    expect.stringContaining('about to change'),
    expect.stringContaining('was changed'),
  ]);
  expect(await mailsTo(newEmail)).toHaveLength(1);
});

test('an address that somebody has proven gets no mail, and the answer is the same', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { email: taken } = await newPerson(service);
  const free = await ask(person, newAddress());
  service.clock.advance(1);
  const refused = await ask(person, taken);
  expect([refused.status, refused.text, refused.trips]).toEqual([free.status, free.text, free.trips]);
  const shown = ({ headers }: typeof free) => [...headers].filter(([name]) => !/request-id|date/.test(name));
  expect(shown(refused)).toEqual(shown(free));
  expect(await mailsTo(taken)).toEqual([]);
});

test('a registration that nobody proved gives way to who proves the address', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const squatted = await registered(service);
  await ask(person, squatted.email);
  expect(await verify(service, byLink(await grantedTo(squatted.email, 2)))).toMatchObject({ status: 204 });
  expect((await person.call('GET', '/api/users/me')).body.email).toBe(squatted.email);
  expect(await verify(service, byLink(squatted))).toMatchObject(invalidToken);
});

test('an address that was proven by somebody else meanwhile is theirs', async () => {
  const service = await startService();
  const { person, newEmail, granted } = await changing(service);
  await verify(service, byLink(await registered(service, newEmail).then(() => grantedTo(newEmail, 2))));
  expect(await verify(service, byLink(granted))).toMatchObject(invalidToken);
  expect((await person.call('GET', '/api/users/me')).body.email).toBe(person.email);
});

test('of two people who confirm one address at once exactly one gets it, 10 times', async () => {
  const service = await startService();
  for (let round = 0; round < 10; round += 1) {
    const people = [await signedIn(service), await signedIn(service)] as const;
    const contested = newAddress();
    await ask(people[0], contested);
    const first = await grantedTo(contested, 1);
    await ask(people[1], contested);
    const second = await grantedTo(contested, 2);
    const answers = await Promise.all([
      verify(service, byLink(first)),
      verify(service, round % 2 ? byLink(second) : byCode(second)),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
    const emails = await Promise.all(people.map(({ call }) => call('GET', '/api/users/me')));
    expect(emails.map(({ body }) => body.email === contested)).toEqual(
      answers.map(({ status }) => status === 204),
    );
  }
}, 60_000);

test('a link of an earlier change is dead once a later one was asked for', async () => {
  const service = await startService();
  const { person, granted } = await changing(service);
  service.clock.advance(1);
  const later = newAddress();
  await ask(person, later);
  expect(await verify(service, byLink(granted))).toMatchObject(invalidToken);
  expect(await verify(service, byLink(await grantedTo(later, 1)))).toMatchObject({ status: 204 });
});

test('a verification mail for the address that the account left proves nothing', async () => {
  const service = await startService();
  const old = await registered(service);
  service.clock.advance(1);
  // Verified by a reset, so that the verification mail stays unused.
  await service.call('POST', '/api/auth/forgot-password', { json: { email: old.email } });
  const json = { ...byLink(await grantedTo(old.email, 2)), password };
  await service.call('POST', '/api/auth/reset-password', { json });
  const person = await another(service, old.email);
  const newEmail = newAddress();
  await ask(person, newEmail);
  await verify(service, byLink(await grantedTo(newEmail, 1)));
  for (const way of [byLink, byCode]) expect(await verify(service, way(old))).toMatchObject(invalidToken);
  expect((await person.call('GET', '/api/users/me')).body.email).toBe(newEmail);
  // The address is free for whoever has it now.
  const newcomer = await registered(service, old.email).then(() => grantedTo(old.email, 4));
  expect(await verify(service, byLink(newcomer))).toMatchObject({ status: 204 });
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
