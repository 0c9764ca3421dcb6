// What a letter says about its mails holds for what the statements queue: where they go, what they grant, what they know.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FactorChange } from '../../src/mail/letters/factor-changed.ts';
import { letters, type MailKind } from '../../src/mail/letters.ts';
import { changed, newest, register, tokenIn, undo } from '../accounts/mailed.ts';
import { another, signedIn } from '../accounts/people.ts';
import { withApple } from '../apple/apple.ts';
import { startNotifier } from '../apple/notifier.ts';
import { newKey } from '../dpop/prover.ts';
import { mailed } from '../email-codes/codes.ts';
import { changeFactor, subjects } from '../factors/changes.ts';
import { withProviders } from '../identities/issuer.ts';
import { newAddress, password, type Service } from '../service.ts';
import { refresh, reused, successor } from '../sessions/driver.ts';
import { forgot, reset } from './granted.ts';
import { breakMail } from './mail-server.ts';
import { startOwnService } from './own-service.ts';

type Queued = {
  readonly kind: string;
  readonly recipient: string | null;
  readonly request_id: string | null;
  readonly purpose: string | null;
  readonly details: Readonly<Record<string, unknown>>;
};

let rows: Queued[];

beforeAll(async () => {
  const service = await startOwnService({ EMAIL_CODES: 'true', ...withProviders });
  await causeEveryMail(service);
  rows = await service.dependencies.database.query<Queued>(
    sql`
      select m.kind, m.recipient, m.request_id, r.purpose, m.details
      from mails m left join email_requests r on r.id = m.request_id`,
    { repeatable: true },
  );
});

/** Mails to somebody without an account are kept from leaving, as the queue forgets afterwards where they went. */
async function causeEveryMail(service: Service): Promise<void> {
  const stranger = newAddress();
  await breakMail(stranger, 'temporary-failure');
  await register(service, stranger);

  const person = await signedIn(service);
  const phone = await another(service, person.email);
  await successor(refresh(service, await successor(refresh(service, phone.refresh_token))));
  expect(await refresh(service, phone.refresh_token)).toMatchObject(reused);

  const bound = await another(service, person.email);
  const key = await newKey();
  const withKey = async (token: string) =>
    refresh(service, token, undefined, undefined, {
      DPoP: await key.proof('POST /api/auth/refresh', service.clock.now),
    });
  const itsToken = await successor(withKey(bound.refresh_token));
  service.clock.advance(1);
  expect((await refresh(service, itsToken)).status).toBe(400);
  await successor(withKey(itsToken));

  await register(service, person.email);
  await forgot(service, person.email);
  await mailed(service, person.email);
  for (const kind of Object.keys(subjects) as FactorChange[]) await changeFactor(service, person, { kind });
  await undo(service, await changed(person, person.email));
  const token = tokenIn(await newest(person.email, 'was undone'));
  expect(await reset(service, { token })).toMatchObject({ status: 204 });

  await withApple(service);
  const payload = await startNotifier(service)({ type: 'account-delete', sub: '001234.ada.0001' });
  const told = await service.call('POST', '/api/auth/apple/notifications', { json: { payload } });
  expect(told.status).toBe(200);

  const leaver = await signedIn(service);
  await breakMail(leaver.email, 'temporary-failure');
  expect(await leaver.call('DELETE', '/api/users/me', { json: { password } })).toMatchObject({ status: 204 });
}

test('every kind was queued, and no other', () => {
  expect([...new Set(rows.map(({ kind }) => kind))].sort()).toEqual(Object.keys(letters).sort());
});

describe.each(Object.keys(letters) as MailKind[])('%s', (kind) => {
  const { recipient, grant, details } = letters[kind];

  test('goes where its letter says', () => {
    const places = rows
      .filter((row) => row.kind === kind)
      .map((row) => (row.request_id ? 'request' : row.recipient ? 'own' : 'account'));
    expect(new Set(places)).toEqual(new Set([recipient]));
  });

  test('grants what its letter says', () => {
    const purposes = rows.filter((row) => row.kind === kind).map(({ purpose }) => purpose);
    expect(new Set(purposes)).toEqual(new Set([grant ?? null]));
  });

  test('is queued with the details that its letter reads', () => {
    const read: string[] = [];
    details?.((name) => {
      // Of a reset that an operator sends.
      if (name !== 'by') read.push(name);
      return '';
    });
    for (const row of rows.filter((row) => row.kind === kind)) {
      expect(Object.keys(row.details)).toEqual(expect.arrayContaining(read));
    }
  });
});
