// An account without an address: nothing that would be mailed gets in its way, and it can be given one.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import { byLink } from '../mail/granted.ts';
import { withPasskey } from '../passkeys/owner.ts';
import { type Service, startService } from '../service.ts';
import { changing, confirm } from './mailed.ts';
import { type Person, signedIn } from './people.ts';

async function withoutAddress(service: Service): Promise<Person> {
  const person = await signedIn(service);
  await service.dependencies.database.query(
    sql`update users set email = null, email_verified_at = null, name = '' where id = ${person.id}`,
    { repeatable: true },
  );
  return person;
}

test('it is shown, exported and deleted', async () => {
  const service = await startService();
  const { call } = await withoutAddress(service);
  expect((await call('GET', '/api/users/me')).body).toMatchObject({ email: null, email_verified: false });
  expect((await call('GET', '/api/users/me/export')).body).toMatchObject({ user: { email: null } });
  expect(await call('DELETE', '/api/users/me')).toMatchObject({ status: 204 });
});

test('factors come and go without a mail', async () => {
  const service = await startService();
  const person = await withoutAddress(service);
  const { passkeyId } = await withPasskey(service, person);
  expect(await person.call('POST', '/api/users/me/totp')).toMatchObject({ status: 200 });
  expect(await person.call('POST', '/api/users/me/passkeys/options')).toMatchObject({ status: 200 });
  expect(await person.call('DELETE', `/api/users/me/passkeys/${passkeyId}`)).toMatchObject({ status: 204 });
  await deliverWaitingMails(service.dependencies);
  const { body } = await person.call('GET', '/api/users/me/security-events');
  expect(body.data).toContainEqual(expect.objectContaining({ kind: 'passkey-removed' }));
  const rows = await service.dependencies.database.query(
    sql`select from email_requests where user_id = ${person.id} union all select from mails where user_id = ${person.id}`,
    { repeatable: true },
  );
  expect(rows).toEqual([]);
});

test('a notice that was queued for it is no fault', async () => {
  const service = await startService();
  const { refresh_token, call } = await withoutAddress(service);
  const json = { refresh_token };
  await call('POST', '/api/auth/refresh', { json, headers: { 'Idempotency-Key': crypto.randomUUID() } });
  service.clock.advance(2 * 24 * 60 * 60);
  expect(await call('POST', '/api/auth/refresh', { json })).toMatchObject({ status: 401 });
  await deliverWaitingMails(service.dependencies);
  expect(service.logged).not.toContainEqual(expect.objectContaining({ event: 'mail-given-up' }));
});

test('it is given an address, with nothing to undo', async () => {
  const service = await startService();
  const person = await withoutAddress(service);
  const granted = await changing(person);
  expect(await confirm(person, byLink(granted))).toMatchObject({ status: 204 });
  expect((await person.call('GET', '/api/users/me')).body).toMatchObject({
    email: granted.email,
    email_verified: true,
  });
  const rows = await service.dependencies.database.query(
    sql`select from email_requests where user_id = ${person.id} and purpose = 'undo-email-change'`,
    { repeatable: true },
  );
  expect(rows).toEqual([]);
});
