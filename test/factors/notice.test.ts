// Every change of a factor is told by mail, with a link that undoes it, and in the security log: nobody can keep that back.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import type { FactorChange } from '../../src/mail/letters/factor-changed.ts';
import { newest } from '../accounts/mailed.ts';
import { another, signedIn } from '../accounts/people.ts';
import { mailsTo, startService } from '../service.ts';
import { changeFactor, subjects } from './changes.ts';

test.for(Object.keys(subjects) as FactorChange[])('%s is told and written down', async (kind) => {
  const service = await startService();
  const person = await signedIn(service);
  const phone = await another(service, person.email, { device_name: 'Ada’s phone' });
  const token = await changeFactor(service, phone, { kind, acr: 'aal2', name: 'Yubi. key' });
  expect(token).toMatch(/^u[\w-]{43}$/);
  const text = (await newest(person.email, subjects[kind]))?.text ?? '';
  for (const words of ['Yubi. key', 'Ada’s phone', '192.0.2.7', '/undo-email-change?token=', '7 days'])
    expect(text).toContain(words);
  const [request] = await service.dependencies.database.query(
    sql`select email, user_id, session_id, acr, created_at, expires_at from email_requests where user_id = ${person.id}`,
    { repeatable: true },
  );
  const now = service.clock.now.getTime();
  expect(request).toEqual({
    email: person.email,
    user_id: person.id,
    session_id: phone.session_id,
    acr: 'aal2',
    created_at: new Date(now).toISOString(),
    expires_at: new Date(now + 7 * 24 * 60 * 60 * 1000).toISOString(),
  });
  const { body } = await person.call('GET', '/api/users/me/security-events');
  expect(body.data.filter((event: { kind: string }) => event.kind === kind)).toMatchObject([
    { session_id: phone.session_id, ip: '192.0.2.7', user_agent: 'Browser of Ada' },
  ]);
});

test('the same statement once more tells nobody again', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { newId } = service.dependencies;
  const ids = { mailId: newId(), eventId: newId() };
  for (const _ of ['first', 'again']) await changeFactor(service, person, { kind: 'passkey-added', ids });
  const mails = await mailsTo(person.email);
  expect(mails.filter(({ subject }) => subject.includes(subjects['passkey-added']))).toHaveLength(1);
  const { body } = await person.call('GET', '/api/users/me/security-events');
  const kinds = body.data.map((event: { kind: string }) => event.kind);
  expect(kinds.filter((kind: string) => kind === 'passkey-added')).toHaveLength(1);
});

test('twenty changes are twenty mails, each with a link of its own', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const tokens = new Set<string>();
  for (let times = 0; times < 20; times += 1) {
    tokens.add(await changeFactor(service, person, { kind: 'passkey-removed' }));
    service.clock.advance(1);
  }
  expect(tokens.size).toBe(20);
});

test('the mail leaves where nothing was mailed to the address for long', async () => {
  const service = await startService();
  const person = await signedIn(service);
  await service.dependencies.database.query(sql`delete from email_destinations`, { repeatable: true });
  expect(await changeFactor(service, person, { kind: 'totp-removed' })).toMatch(/^u/);
});
