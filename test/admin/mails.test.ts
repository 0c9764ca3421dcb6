// The mail queue as operators see it, and a mail once more: with secrets of its own, where there is something left to say.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { passwordResetSeconds, requestKeptSeconds } from '../../src/lifetimes.ts';
import { another, type Person, problem, signedIn } from '../accounts/people.ts';
import { twoFactorPerson } from '../factors/authenticator.ts';
import { codeIn, linkIn, mailsTo, newAddress, type Service, startService } from '../service.ts';
import { newAdmin, setRole } from './operators.ts';

const other = 'plum radio fence maple';

let service: Service;
let admin: Person;
let person: Person;

beforeAll(async () => {
  service = await startService();
  admin = await newAdmin(service);
});

beforeEach(async () => {
  person = await signedIn(service);
});

type Row = { readonly id: string; readonly kind: string; readonly email: string | null };

async function listed(query = ''): Promise<Row[]> {
  const { body } = await admin.call('GET', `/api/admin/mails?limit=100${query}`);
  return body.data;
}

/** The newest mail to an address. */
async function mailTo(email: string, kind: string): Promise<Row> {
  const mail = (await listed()).find((row) => row.email === email && row.kind === kind);
  if (!mail) throw new Error(`no ${kind} to ${email}`);
  return mail;
}

const retry = (id: string, headers: Record<string, string> = {}, by = admin) =>
  by.call('POST', `/api/admin/mails/${id}/retry`, { headers });

async function gaveUp(id: string): Promise<void> {
  await service.dependencies.database.query(
    sql`
      update mails set sent_at = null, failed_at = ${service.clock.now.toISOString()}, attempts = 5, last_error = '550 No such user',
        recipient = case when user_id is not null then recipient end, details = case when user_id is not null then details else '{}' end
      where id = ${id}`,
    { repeatable: true },
  );
}

async function forgot(email: string): Promise<{ request: string; mail: Row }> {
  const { body } = await service.call('POST', '/api/auth/forgot-password', { json: { email } });
  return { request: body.request, mail: await mailTo(email, 'reset-password') };
}

test('a list says what became of each, and of one user’s it is shown with them', async () => {
  const { mail } = await forgot(person.email);
  await mailsTo(person.email, 1);
  expect(await listed('&state=sent')).toContainEqual(
    expect.objectContaining({ id: mail.id, user_id: person.id }),
  );
  await gaveUp(mail.id);
  const failed = await listed('&state=failed');
  expect(failed).toContainEqual({
    id: mail.id,
    kind: 'reset-password',
    created_at: service.clock.now.toISOString(),
    attempts: 5,
    due_at: expect.stringMatching(/Z$/),
    sent_at: null,
    failed_at: service.clock.now.toISOString(),
    last_error: '550 No such user',
    user_id: person.id,
    email: person.email,
  });
  for (const state of ['sent', 'waiting'])
    expect((await listed(`&state=${state}`)).map(({ id }) => id)).not.toContain(mail.id);
  const { body } = await admin.call('GET', `/api/admin/users/${person.id}`);
  expect(body.mails).toMatchObject([{ id: mail.id, last_error: '550 No such user' }]);
  expect(await admin.call('GET', '/api/admin/mails?state=lost')).toMatchObject(
    problem(422, 'validation-failed'),
  );
});

test('a mail once more has another link and another code, good for the request that the app holds', async () => {
  const { request, mail } = await forgot(person.email);
  await gaveUp(mail.id);
  const answer = await retry(mail.id);
  expect(answer).toMatchObject({ status: 202, body: { id: expect.any(String) }, trips: 1 });
  expect(answer.body.id).not.toBe(mail.id);
  const [first, second] = await mailsTo(person.email, 2);
  expect(linkIn(second).href).not.toBe(linkIn(first).href);
  expect(codeIn(first)).toHaveLength(8);
  // No allowance counts it, so that it is not one to guess.
  expect(codeIn(second)).toHaveLength(12);
  const json = { request, code: codeIn(second), password: other };
  expect(await service.call('POST', '/api/auth/reset-password', { json })).toMatchObject({ status: 204 });
  const { body } = await admin.call('GET', `/api/admin/events?kind=mail-retried&user=${person.id}`);
  expect(body.data).toMatchObject([
    { actor_id: admin.id, details: { mail_id: mail.id, kind: 'reset-password' }, email: person.email },
  ]);
});

test('it lives as long as any, where the request has run out meanwhile, for a day', async () => {
  const { mail } = await forgot(person.email);
  await mailsTo(person.email, 1);
  service.clock.advance(passwordResetSeconds + 60);
  const { access_token: bearer } = await newAdmin(service);
  const again = () => service.call('POST', `/api/admin/mails/${mail.id}/retry`, { bearer });
  expect(await again()).toMatchObject({ status: 202 });
  const token = linkIn((await mailsTo(person.email, 2))[1]).searchParams.get('token');
  const json = { token, password: other };
  expect(await service.call('POST', '/api/auth/reset-password', { json })).toMatchObject({ status: 204 });
  admin = await newAdmin(service);
});

test('with its key it is one mail and one event', async () => {
  const { mail } = await forgot(person.email);
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const answers = await Promise.all([retry(mail.id, headers), retry(mail.id, headers)]);
  expect(answers[0]?.body.id).toBe(answers[1]?.body.id);
  const { body } = await admin.call('GET', `/api/admin/events?kind=mail-retried&user=${person.id}`);
  expect(body.data).toHaveLength(1);
  expect((await listed()).filter(({ email }) => email === person.email)).toHaveLength(2);
});

test('a registration’s mail that was given up can be sent again, for its request knows the address', async () => {
  const email = newAddress();
  const { body } = await service.call('POST', '/api/auth/register', { json: { email, name: 'Ada' } });
  const mail = await mailTo(email, 'verify-email');
  await mailsTo(email, 1);
  await gaveUp(mail.id);
  expect(await retry(mail.id)).toMatchObject({ status: 202 });
  const code = codeIn((await mailsTo(email, 2))[1]);
  const json = { request: body.request, code, password: other };
  expect(await service.call('POST', '/api/auth/verify-email', { json })).toMatchObject({ status: 204 });
});

test('a notice is sent again with what it says', async () => {
  await another(service, person.email, { device_name: 'Phone' });
  const notice = await mailTo(person.email, 'new-sign-in');
  await mailsTo(person.email, 1);
  expect(await retry(notice.id)).toMatchObject({ status: 202 });
  const [first, second] = await mailsTo(person.email, 2);
  expect(second?.text).toBe(first?.text);
});

describe('nothing is mailed', () => {
  const refused = problem(404, 'not-found');
  /** And nothing is written. */
  async function expectNothing(id: string, answer: object = refused) {
    const count = (await listed()).length;
    expect(await retry(id)).toMatchObject(answer);
    expect(await listed()).toHaveLength(count);
  }

  test('of a mail that nobody has', async () => {
    await expectNothing('0197a1b2-0000-7000-8000-00000000000a');
  });

  test('where the request was used, nor where another one for the address was', async () => {
    const first = await forgot(person.email);
    service.clock.advance(1);
    const second = await forgot(person.email);
    expect(first.mail.id).not.toBe(second.mail.id);
    const token = linkIn((await mailsTo(person.email, 2))[1]).searchParams.get('token');
    await service.call('POST', '/api/auth/reset-password', { json: { token, password: other } });
    for (const { mail } of [first, second]) await expectNothing(mail.id);
  });

  test('where the request is a day too old', async () => {
    const { mail } = await forgot(person.email);
    service.clock.advance(passwordResetSeconds + requestKeptSeconds + 1);
    admin = await newAdmin(service);
    await expectNothing(mail.id);
  });

  test('of a change of address whose session has ended', async () => {
    const address = newAddress();
    await person.call('POST', '/api/users/me/email', { json: { new_email: address } });
    const mail = await mailTo(address, 'confirm-new-email');
    await person.call('POST', '/api/auth/logout-all');
    await expectNothing(mail.id);
  });

  test('of an undo once its week is over: what it brings back is gone', async () => {
    const two = await twoFactorPerson(service);
    const mail = await mailTo(two.email, 'totp-added');
    expect(await retry(mail.id)).toMatchObject({ status: 202 });
    service.clock.advance(7 * 24 * 60 * 60 + 1);
    admin = await newAdmin(service);
    await expectNothing(mail.id);
  });

  test('where nobody knows any more where it went', async () => {
    await person.call('DELETE', '/api/users/me');
    await mailsTo(person.email, 1);
    const { rows } = { rows: await listed() };
    const gone = rows.find(({ kind, email }) => kind === 'account-deleted' && email === null);
    await expectNothing(gone?.id ?? '');
  });

  test('to another admin: that is for the command line', async () => {
    const { mail } = await forgot(person.email);
    await setRole(service, person.id, 'admin');
    await expectNothing(mail.id, problem(403, 'user-is-admin'));
  });
});
