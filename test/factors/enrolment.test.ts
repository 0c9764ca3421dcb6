// TOTP is turned on by the session that asked for the secret, with the secret's first code, and by nothing else.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { idempotentCallSeconds, totpEnrolmentSeconds } from '../../src/lifetimes.ts';
import { another, type Person, problem, signedIn } from '../accounts/people.ts';
import { levelIn, levelOf } from '../level/tokens.ts';
import { dump } from '../mail/tables.ts';
import { password, type Service, startService } from '../service.ts';
import { refresh } from '../sessions/driver.ts';
import { confirm, confirmPath, enrol, enrolPath, refreshed, twoFactorPerson } from './authenticator.ts';
import { changesOf, rowsOf, userRow } from './rows.ts';

const wrong = problem(403, 'invalid-second-factor');
const none = problem(400, 'invalid-token');
const aal2Wanted = problem(401, 'recent-sign-in-required', {
  acr_values: 'aal2',
  methods: ['password'],
  factors: ['totp', 'recovery_code'],
});

async function begin(): Promise<{ service: Service; person: Person }> {
  const service = await startService();
  return { service, person: await signedIn(service) };
}

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

test('codes of the step before and the one after are taken, others are not', async () => {
  for (const [steps, expected] of [
    [-2, wrong],
    [-1, { status: 200 }],
    [1, { status: 200 }],
    [2, wrong],
  ] as const) {
    const { service, person } = await begin();
    const app = await enrol(service, person);
    expect(await confirm(person, app.code(steps)), `${steps}`).toMatchObject(expected);
  }
});

test('a wrong code changes nothing, however often, and the right one does still', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const before = (await dump(service)).sort();
  const good = [-1, 0, 1].map((steps) => app.code(steps));
  const wrongCode = ['000000', '111111', '222222', '333333'].find((code) => !good.includes(code)) ?? '';
  for (let time = 0; time < 10; time += 1)
    expect(await confirm(person, wrongCode)).toMatchObject({ ...wrong, trips: 1 });
  expect((await dump(service)).sort()).toEqual(before);
  expect(await confirm(person, app.code())).toMatchObject({ status: 200 });
});

test('another session cannot confirm it, nor can another person', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  for (const stranger of [await another(service, person.email), await signedIn(service)])
    expect(await confirm(stranger, app.code())).toMatchObject(none);
  expect(await userRow(service, person)).toMatchObject({ totp_id: null });
});

test('without a secret that waits, and with one that waited too long, there is nothing to confirm', async () => {
  const { service, person } = await begin();
  expect(await confirm(person, '123456')).toMatchObject({ ...none, trips: 1 });
  const app = await enrol(service, person);
  service.clock.advance(totpEnrolmentSeconds);
  const late = await refreshed(service, person);
  expect(await confirm(late, app.code())).toMatchObject(none);
  service.clock.advance(-1);
  expect(await confirm(person, app.code())).toMatchObject({ status: 200 });
});

test('asked again, the session has another secret, and the one before is void', async () => {
  const { service, person } = await begin();
  const first = await enrol(service, person);
  const second = await enrol(service, person);
  expect(second.secret).not.toBe(first.secret);
  expect(await rowsOf(service, person)).toHaveLength(1);
  expect(await confirm(person, first.code())).toMatchObject(wrong);
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

test('with its key a repeat has the same codes, for ten minutes, and tells nobody again', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const [key, code] = [crypto.randomUUID(), app.code()];
  const first = await confirm(person, code, key);
  service.clock.advance(idempotentCallSeconds - 1);
  // The code is of long ago, and the token is not at the user's level any more.
  expect(await confirm(person, code, key)).toMatchObject({ status: 200, body: first.body, trips: 1 });
  expect(await changesOf(service, person)).toHaveLength(1);
  expect(await userRow(service, person)).toMatchObject({ factors_version: 1 });
  service.clock.advance(1);
  expect(await confirm(person, code, key)).toMatchObject(aal2Wanted);
});

test('another key, another code, no key and another session are other calls', async () => {
  const { service, person } = await begin();
  const other = await another(service, person.email);
  const app = await enrol(service, person);
  const [key, code] = [crypto.randomUUID(), app.code()];
  await confirm(person, code, key);
  expect(await confirm(person, code)).toMatchObject(aal2Wanted);
  expect(await confirm(person, code, crypto.randomUUID())).toMatchObject(aal2Wanted);
  expect(await confirm(person, app.code(1), key)).toMatchObject(aal2Wanted);
  expect(await confirm(other, code, key)).toMatchObject(aal2Wanted);
});

test('twenty calls at once with one key are one, with one set of codes', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const [key, code] = [crypto.randomUUID(), app.code()];
  const answers = await Promise.all(Array.from({ length: 20 }, () => confirm(person, code, key)));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(await userRow(service, person)).toMatchObject({ factors_version: 1 });
  expect(await changesOf(service, person)).toEqual([expect.objectContaining({ events: 1 })]);
});

test('of twenty calls at once without a key one turns it on', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const answers = await Promise.all(Array.from({ length: 20 }, () => confirm(person, app.code())));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const answer of answers.filter(({ status }) => status !== 200))
    expect(answer).toMatchObject(aal2Wanted);
  expect(await userRow(service, person)).toMatchObject({ factors_version: 1 });
  expect(await changesOf(service, person)).toHaveLength(1);
});

test('a fault after the statement has run costs nothing, with a key or without', async () => {
  for (const key of [crypto.randomUUID(), undefined]) {
    const { service, person } = await begin();
    const app = await enrol(service, person);
    const { transport } = service;
    let faults = 0;
    service.transport = async (input, init) => {
      const response = await transport(input, init);
      if (!String(init?.body).includes('totp-added') || faults > 0) return response;
      faults += 1;
      throw new TypeError('connection lost');
    };
    expect(await confirm(person, app.code(), key)).toMatchObject({ status: 200 });
    expect(faults).toBe(1);
    expect(await userRow(service, person)).toMatchObject({ factors_version: 1 });
    expect(await changesOf(service, person)).toEqual([expect.objectContaining({ events: 1 })]);
  }
});

test('a session that ended confirms nothing, and gets no codes for its key', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const [key, code] = [crypto.randomUUID(), app.code()];
  await confirm(person, code, key);
  await person.call('POST', '/api/auth/logout-all');
  expect(await confirm(person, code, key)).toMatchObject(problem(401, 'session-ended'));
});

test.for([
  {},
  { totp: null },
  { totp: '' },
  { totp: '12345' },
  { totp: '1234567' },
  { totp: 'ABCDEF' },
  { totp: 123456 },
  { totp: ['123456'] },
  { totp: '1'.repeat(10_000) },
  { totp: '123456\u0000\ud800'.repeat(10) },
])('%j is no code: a typing error, which is looked at before anything else', async (json) => {
  const { person } = await begin();
  const answer = await person.call('POST', confirmPath, { json });
  expect(answer).toMatchObject({
    ...problem(422, 'validation-failed', { errors: [{ pointer: '/totp' }] }),
    trips: 0,
  });
});

test.for(['١٢٣٤٥٦', ' 123 456 ', '123-456', '１２３４５６'])('%s is a code', async (totp) => {
  const { person } = await begin();
  expect(await confirm(person, totp)).toMatchObject(none);
});

test('a code may be typed as the app shows it, in any digits', async () => {
  const { service, person } = await begin();
  const code = (await enrol(service, person)).code();
  const arabic = [...code].map((digit) => String.fromCodePoint(0x0660 + Number(digit))).join('');
  const typed = `${arabic.slice(0, 3)} ${arabic.slice(3)}`;
  expect(await confirm(person, typed)).toMatchObject({ status: 200 });
});
