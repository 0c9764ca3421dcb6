// The session that turns TOTP on has shown it: its tokens say so from the next refresh on.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { another } from '../accounts/people.ts';
import { levelIn, levelOf } from '../level/tokens.ts';
import { refresh } from '../sessions/driver.ts';
import { begin, confirm, enrol } from './authenticator.ts';

test('the session that turned it on has shown it: its next tokens say so, and when it was signed in stays', async () => {
  const { service, person } = await begin();
  const before = levelOf(person.access_token);
  const app = await enrol(service, person);
  service.clock.advance(60);
  await confirm(person, app.code());
  const next = await refresh(service, person.refresh_token);
  expect(levelIn(next)).toEqual({ ...before, acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] });
});

test('the refresh token that is out stays what it was, for the retry of the call that gave it', async () => {
  const { service, person } = await begin();
  const key = crypto.randomUUID();
  const first = await refresh(service, person.refresh_token, key);
  const app = await enrol(service, person);
  await confirm(person, app.code());
  const again = await refresh(service, person.refresh_token, key);
  expect(again.body.refresh_token).toBe(first.body.refresh_token);
  expect(levelOf(again.body.access_token)).toMatchObject({ acr: 'aal2' });
});

test('another session of the same person is no surer than it was', async () => {
  const { service, person } = await begin();
  const other = await another(service, person.email);
  await confirm(person, (await enrol(service, person)).code());
  expect(levelIn(await refresh(service, other.refresh_token))).toMatchObject({ acr: 'aal1', amr: ['pwd'] });
});

test('a session of deployed code, which has no level, is one that was signed in by password', async () => {
  const { service, person } = await begin();
  await service.dependencies.database.query(
    sql`update sessions set amr = null, acr = null, auth_time = null where id = ${person.session_id}`,
    { repeatable: true },
  );
  await confirm(person, (await enrol(service, person)).code());
  const { body } = await refresh(service, person.refresh_token);
  expect(levelOf(body.access_token)).toEqual({
    acr: 'aal2',
    amr: ['pwd', 'otp', 'mfa'],
    auth_time: decodeJwt(person.access_token)['auth_time'],
  });
});
