// TOTP is turned on by the session that asked for the secret, with the secret's first code, and by nothing else.

import { expect, test } from 'vitest';
import { totpEnrolmentSeconds } from '../../src/lifetimes.ts';
import { another, problem, signedIn } from '../accounts/people.ts';
import { levelOf } from '../level/tokens.ts';
import { dump } from '../mail/tables.ts';
import { password, startService } from '../service.ts';
import { refresh } from '../sessions/driver.ts';
import {
  aal2Wanted,
  begin,
  confirm,
  enrol,
  enrolPath,
  nothingWaits,
  refreshed,
  twoFactorPerson,
  wrongCode,
} from './authenticator.ts';
import { changesOf, rowsOf, userRow } from './rows.ts';

test('a secret is 160 bits that an authenticator app reads, and nothing is on yet', async () => {
  const { service, person } = await begin();
  const answer = await person.call('POST', enrolPath);
  expect(answer).toMatchObject({ status: 200, trips: 1 });
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
  const { secret, otpauth_uri } = answer.body;
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  const account = encodeURIComponent(person.email);
  expect(otpauth_uri).toBe(
    `otpauth://totp/app.example.test:${account}?secret=${secret}&issuer=app.example.test`,
  );
  expect(await userRow(service, person)).toEqual({ totp_id: null, factors_version: 0 });
  expect(await changesOf(service, person)).toEqual([]);
});

test('the database holds no secret in the clear', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const { body } = await confirm(person, app.code());
  const rows = (await dump(service)).join('\n');
  for (const text of [
    app.secret,
    ...body.recovery_codes,
    ...body.recovery_codes.map((code: string) => code.replace('-', '')),
  ])
    expect(rows).not.toContain(text);
});

test('the first code turns it on: ten recovery codes, an event, a mail with a way back', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const answer = await confirm(person, app.code());
  expect(answer).toMatchObject({ status: 200, trips: 2 });
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
  expect(Object.keys(answer.body)).toEqual(['recovery_codes']);
  expect(new Set(answer.body.recovery_codes).size).toBe(10);
  for (const code of answer.body.recovery_codes)
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  const [row] = await rowsOf(service, person);
  const now = service.clock.now.toISOString();
  expect(row).toMatchObject({
    session_id: person.session_id,
    confirmed_at: now,
    removed_at: null,
    expires_at: null,
    // The code that was used here signs nobody in.
    last_step: String(Math.floor(service.clock.now.getTime() / 30_000)),
    recovery_used: 0,
  });
  expect(await userRow(service, person)).toEqual({ totp_id: row?.id, factors_version: 1 });
  expect(await changesOf(service, person)).toEqual([
    { kind: 'totp-added', session_id: person.session_id, acr: 'aal1', events: 1 },
  ]);
});

test('from then on a sign-in takes a code, and the one that turned it on is used', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const used = app.code();
  await confirm(person, used);
  const login = (more: object) =>
    service.call('POST', '/api/auth/login', { json: { email: person.email, password, ...more } });
  expect(await login({})).toMatchObject(problem(403, 'second-factor-required'));
  expect((await login({ totp: used })).status).toBe(403);
  service.clock.advance(30);
  expect((await login({ totp: used })).status).toBe(403);
  expect((await login({ totp: app.code() })).status).toBe(200);
});

test('another session cannot confirm it, nor can another person', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  for (const stranger of [await another(service, person.email), await signedIn(service)])
    expect(await confirm(stranger, app.code())).toMatchObject(nothingWaits);
  expect(await userRow(service, person)).toMatchObject({ totp_id: null });
});

test('without a secret that waits, and with one that waited too long, there is nothing to confirm', async () => {
  const { service, person } = await begin();
  expect(await confirm(person, '123456')).toMatchObject({ ...nothingWaits, trips: 1 });
  const app = await enrol(service, person);
  service.clock.advance(totpEnrolmentSeconds);
  const late = await refreshed(service, person);
  expect(await confirm(late, app.code())).toMatchObject(nothingWaits);
  service.clock.advance(-1);
  expect(await confirm(person, app.code())).toMatchObject({ status: 200 });
});

test('asked again, the session has another secret, and the one before is void', async () => {
  const { service, person } = await begin();
  const first = await enrol(service, person);
  const second = await enrol(service, person);
  expect(second.secret).not.toBe(first.secret);
  expect(await rowsOf(service, person)).toHaveLength(1);
  expect(await confirm(person, first.code())).toMatchObject(wrongCode);
  expect(await confirm(person, second.code())).toMatchObject({ status: 200 });
});

test('a secret that is on is replaced by a new one, which takes the second factor', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  const [old] = await rowsOf(service, person);
  service.clock.advance(60);
  const app = await enrol(service, person);
  expect(await userRow(service, person)).toMatchObject({ totp_id: old?.id });
  const answer = await confirm(person, app.code());
  expect(answer.status).toBe(200);
  expect(answer.body.recovery_codes).not.toEqual(person.recoveryCodes);
  const [kept, present] = await rowsOf(service, person);
  const removed = service.clock.now.getTime();
  expect(kept).toMatchObject({
    id: old?.id,
    removed_at: new Date(removed).toISOString(),
    // For as long as an undo can bring it back, and a day.
    expires_at: new Date(removed + 8 * 24 * 60 * 60 * 1000).toISOString(),
  });
  expect(await userRow(service, person)).toEqual({ totp_id: present?.id, factors_version: 2 });
  expect(await changesOf(service, person)).toMatchObject([
    { acr: 'aal1' },
    { kind: 'totp-added', acr: 'aal2' },
  ]);
  const { body } = await refresh(service, person.refresh_token);
  expect(levelOf(body.access_token)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] });
});

test('whoever has only the first factor of a person with two neither asks for a secret nor confirms one', async () => {
  const { service, person } = await begin();
  const thief = await another(service, person.email);
  const waiting = await enrol(service, thief);
  await confirm(person, (await enrol(service, person)).code());
  const before = await userRow(service, person);
  expect(await confirm(thief, waiting.code())).toMatchObject({ ...aal2Wanted, trips: 2 });
  const asked = await thief.call('POST', enrolPath);
  expect(asked).toMatchObject(aal2Wanted);
  expect(asked.headers.get('WWW-Authenticate')).toContain('acr_values="aal2"');
  expect(await userRow(service, person)).toEqual(before);
});
