// TOTP is turned off by somebody who has shown it, and its owner is told.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { recentSignInSeconds } from '../../src/lifetimes.ts';
import { another, problem, signedIn } from '../accounts/people.ts';
import { startOwnService } from '../mail/own-service.ts';
import { dump } from '../mail/tables.ts';
import { password, startService } from '../service.ts';
import { lineUp } from '../sessions/line-up.ts';
import { confirm, enrol, enrolPath, twoFactorPerson, withTotp } from './authenticator.ts';
import { changesOf, rowsOf, userRow } from './rows.ts';

test('it is off: the secret stays for an undo, with an event and a mail', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  service.clock.advance(60);
  expect(await person.call('DELETE', enrolPath)).toMatchObject({ status: 204, trips: 1 });
  expect(await userRow(service, person)).toEqual({ totp_id: null, factors_version: 2 });
  const removed = service.clock.now.getTime();
  expect(await rowsOf(service, person)).toMatchObject([
    {
      removed_at: new Date(removed).toISOString(),
      expires_at: new Date(removed + 8 * 24 * 60 * 60 * 1000).toISOString(),
    },
  ]);
  expect(await changesOf(service, person)).toMatchObject([
    { kind: 'totp-added' },
    { kind: 'totp-removed', session_id: person.session_id, acr: 'aal2', events: 1 },
  ]);
});

test('from then on a sign-in takes no code; one that waited for it begins again', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  const login = () => service.call('POST', '/api/auth/login', { json: { email: person.email, password } });
  const waiting = await login();
  expect(waiting.body).toMatchObject({ auth_session: expect.any(String) });
  await person.call('DELETE', enrolPath);
  const json = { auth_session: waiting.body.auth_session, totp: person.app.code(1) };
  const late = await service.call('POST', '/api/auth/login/second-factor', { json });
  expect(late).toMatchObject(problem(400, 'invalid-token'));
  expect(await login()).toMatchObject({ status: 200 });
});

test('where there is none it is off already, and nobody is told', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const before = (await dump(service)).sort();
  expect(await person.call('DELETE', enrolPath)).toMatchObject({ status: 204, trips: 1 });
  expect((await dump(service)).sort()).toEqual(before);
  const other = await twoFactorPerson(service);
  for (let time = 0; time < 3; time += 1)
    expect(await other.call('DELETE', enrolPath)).toMatchObject({ status: 204 });
  expect((await changesOf(service, other)).filter(({ kind }) => kind === 'totp-removed')).toHaveLength(1);
  expect(await userRow(service, other)).toMatchObject({ factors_version: 2 });
});

test('a token without the second factor turns nothing off, however recent it is', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const thief = await another(service, person.email);
  await withTotp(service, person);
  const before = (await dump(service)).sort();
  // The token of before, of the very session, as well.
  for (const { call } of [thief, person]) {
    const answer = await call('DELETE', enrolPath);
    expect(answer).toMatchObject(
      problem(401, 'recent-sign-in-required', {
        acr_values: 'aal2',
        max_age: recentSignInSeconds,
        methods: ['password'],
        factors: ['totp', 'recovery_code'],
      }),
    );
    expect(answer.headers.get('WWW-Authenticate')).toBe(
      `Bearer error="insufficient_user_authentication", acr_values="aal2", max_age="${recentSignInSeconds}"`,
    );
  }
  expect((await dump(service)).sort()).toEqual(before);
});

test('a token with the second factor that is not recent turns nothing off', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  service.clock.advance(recentSignInSeconds + 1);
  const answer = await person.call('DELETE', enrolPath);
  expect(answer).toMatchObject(problem(401, 'recent-sign-in-required'));
  expect(answer.body.acr_values).toBeUndefined();
  expect((await userRow(service, person))?.totp_id).not.toBeNull();
});

test('turned off and on again it is another secret', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  await person.call('DELETE', enrolPath);
  service.clock.advance(1);
  const app = await enrol(service, person);
  expect(app.secret).not.toBe(person.app.secret);
  expect(await confirm(person, app.code())).toMatchObject({ status: 200 });
  expect(await rowsOf(service, person)).toHaveLength(2);
});

test('twenty calls at once are one removal', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  const answers = await Promise.all(Array.from({ length: 20 }, () => person.call('DELETE', enrolPath)));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(204));
  expect(await userRow(service, person)).toEqual({ totp_id: null, factors_version: 2 });
  expect((await changesOf(service, person)).filter(({ kind }) => kind === 'totp-removed')).toHaveLength(1);
});

// READ COMMITTED: what was read before the wait for the user's row says nothing of what is there after it.
test('turned on while a removal without the second factor waits, it stays on', async () => {
  const service = await startOwnService();
  const person = await signedIn(service);
  const thief = await another(service, person.email);
  const app = await enrol(service, person);
  const [confirmed, removed] = await lineUp(service, { table: 'users', id: person.id }, [
    () => confirm(person, app.code()),
    () => thief.call('DELETE', enrolPath),
  ]);
  expect(confirmed).toMatchObject({ status: 200 });
  expect(removed).toMatchObject(problem(401, 'recent-sign-in-required', { acr_values: 'aal2' }));
  expect((await userRow(service, person))?.totp_id).not.toBeNull();
  expect(await changesOf(service, person)).toHaveLength(1);
});

test('with the account everything goes', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  expect(await person.call('DELETE', '/api/users/me')).toMatchObject({ status: 204 });
  const [left] = await service.dependencies.database.query(
    sql`select count(*)::int as count from totp_secrets where user_id = ${person.id}`,
    { repeatable: true },
  );
  expect(left).toEqual({ count: 0 });
});
