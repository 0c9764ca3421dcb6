// Events of Apple's beside what the same user does at that moment: one of the two comes first, and both outcomes are whole.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, inject, test } from 'vitest';
import { makeWaitingProviderCalls } from '../../src/features/provider-calls/make.ts';
import { another, problem } from '../accounts/people.ts';
import { dump, rowsWith } from '../mail/tables.ts';
import { password, type Service } from '../service.ts';
import { lineUp } from '../sessions/line-up.ts';
import { type Apple, callsOf, identityRow, queueCode, run, startWithApple, withApple } from './apple.ts';

const rounds = inject('largeRun') ? 100 : 8;

const sender = async (service: Service, apple: Apple, type: string) => {
  const payload = await apple.notification({ type, sub: apple.subject });
  return () => service.call('POST', '/api/auth/apple/notifications', { json: { payload } });
};

const aloneWithApple = async (service: Service, { subject }: Apple) => {
  const person = await withApple(service, { subject, refreshToken: 'kept' });
  await run(
    service,
    sql`update users set password_hash = null, email = id || '@icloud.com' where id = ${person.id}`,
  );
  return person;
};

test('the account is deleted by Apple’s event and by its owner at once: it is deleted once, and Apple is told once', async () => {
  const { service, apple } = await startWithApple();
  for (let round = 0; round < rounds; round += 1) {
    apple.subject = `of round ${round}`.replaceAll(' ', '.');
    const person = await aloneWithApple(service, apple);
    const calls = [
      await sender(service, apple, 'account-delete'),
      () => person.call('DELETE', '/api/users/me'),
    ];
    const answers = await lineUp(
      service,
      { table: 'users', id: person.id },
      round % 2 === 0 ? calls : calls.reverse(),
    );
    expect(answers.map(({ status }) => status).every((status) => [200, 204, 401].includes(status))).toBe(
      true,
    );
    await makeWaitingProviderCalls(service.dependencies);
    expect(apple.calls).toHaveLength(round + 1);
    const named = await rowsWith(service, [person.id]);
    expect(named).toEqual([]);
  }
});

test('whoever sets a password at that moment has an account, whole, or none', async () => {
  const { service, apple } = await startWithApple();
  for (let round = 0; round < rounds; round += 1) {
    apple.subject = `of round ${round}`.replaceAll(' ', '.');
    const person = await aloneWithApple(service, apple);
    const send = await sender(service, apple, 'account-delete');
    const give = () =>
      run(service, sql`update users set password_hash = 'x' where id = ${person.id} returning id`);
    const calls = [send, give];
    await lineUp(service, { table: 'users', id: person.id }, round % 2 === 0 ? calls : calls.reverse());
    const [row] = await service.dependencies.database.query<{ identity_count: number }>(
      sql`select identity_count from users where id = ${person.id}`,
      { repeatable: true },
    );
    expect(await identityRow(service, person.identityId)).toBeUndefined();
    // The one who waited decides by the row as it is then.
    expect(row).toEqual(round % 2 === 0 ? undefined : { identity_count: 0 });
  }
});

test('a sign-in by password beside a withdrawn consent is ended, or began after it', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service);
  for (let round = 0; round < rounds; round += 1) {
    const send = await sender(service, apple, 'consent-revoked');
    service.clock.advance(1);
    const [, login] = await Promise.all([
      send(),
      service.call('POST', '/api/auth/login', { json: { email: person.email, password } }),
    ]);
    expect(login.status).toBe(200);
    const bearer = login.body.access_token;
    expect(await service.call('GET', '/api/users/me', { bearer })).toMatchObject({ status: 200 });
  }
  expect(await person.call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
});

test('a code that is redeemed beside the removal of the identity leaves no token and no call behind', async () => {
  const { service, apple } = await startWithApple();
  for (let round = 0; round < rounds; round += 1) {
    apple.subject = `of round ${round}`.replaceAll(' ', '.');
    const person = await withApple(service, { subject: apple.subject });
    await another(service, person.email);
    await queueCode(service, person);
    const calls = [
      await sender(service, apple, 'account-delete'),
      () => makeWaitingProviderCalls(service.dependencies),
    ];
    await lineUp(
      service,
      { table: 'identities', id: person.identityId },
      round % 2 === 0 ? calls : calls.reverse(),
    );
    await makeWaitingProviderCalls(service.dependencies);
    expect(await identityRow(service, person.identityId)).toBeUndefined();
    for (const { secret } of await callsOf(service)) expect(secret).toBe('');
    expect((await dump(service)).join()).not.toContain(apple.refreshToken);
  }
});
