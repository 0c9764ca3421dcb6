// New recovery codes take the place of those before, for somebody who has shown the second factor; an undo has the older ones.

import { expect, test } from 'vitest';
import { matchingRecoveryCode, readRecoveryCode } from '../../src/factors/recovery-codes.ts';
import { idempotentCallSeconds } from '../../src/lifetimes.ts';
import { openTotpSecret } from '../../src/tokens/totp-secret.ts';
import { another, problem, signedIn } from '../accounts/people.ts';
import { dump } from '../mail/tables.ts';
import { password, type Service, startService } from '../service.ts';
import { codesPath, twoFactorPerson, type WithApp, withTotp } from './authenticator.ts';
import { changesOf, rowsOf, userRow } from './rows.ts';

const renew = ({ call }: WithApp, key?: string) =>
  call('POST', codesPath, key === undefined ? {} : { headers: { 'Idempotency-Key': key } });

/** What the secret that is on takes. */
async function accepted(service: Service, person: WithApp, codes: readonly string[]): Promise<boolean[]> {
  const { totp_id } = (await userRow(service, person)) ?? {};
  const row = (await rowsOf(service, person)).find(({ id }) => id === totp_id);
  const secret = await openTotpSecret(service.dependencies.dataKeys, person.id, row?.secret ?? '');
  expect(secret).toBeDefined();
  const recovery = secret?.recovery ?? new Uint8Array();
  return Promise.all(
    codes.map(
      async (code) => (await matchingRecoveryCode(recovery, readRecoveryCode(code) ?? '')) !== undefined,
    ),
  );
}

test('ten new ones, and the old ones are dead; the app goes on', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  service.clock.advance(60);
  const answer = await renew(person);
  expect(answer).toMatchObject({ status: 200, trips: 2 });
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
  const codes: string[] = answer.body.recovery_codes;
  expect(new Set([...codes, ...person.recoveryCodes]).size).toBe(20);
  expect(await accepted(service, person, codes)).toEqual(Array(10).fill(true));
  expect(await accepted(service, person, person.recoveryCodes)).toEqual(Array(10).fill(false));
  const { dataKeys } = service.dependencies;
  const [before, after] = await Promise.all(
    (await rowsOf(service, person)).map(({ secret }) => openTotpSecret(dataKeys, person.id, secret)),
  );
  expect(after?.totp).toEqual(before?.totp);
});

test('at a sign-in the new ones work, and the old ones do not', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  const [old] = person.recoveryCodes;
  const { body } = await renew(person);
  const login = (recovery_code: string | undefined) =>
    service.call('POST', '/api/auth/login', { json: { email: person.email, password, recovery_code } });
  expect((await login(old)).status).toBe(403);
  expect((await login(body.recovery_codes[9])).status).toBe(200);
});

test('the row before stays for an undo, a used step stays used, and the owner is told', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  service.clock.advance(60);
  await renew(person);
  const [old, present] = await rowsOf(service, person);
  const now = service.clock.now.getTime();
  expect(old).toMatchObject({
    removed_at: new Date(now).toISOString(),
    expires_at: new Date(now + 8 * 24 * 60 * 60 * 1000).toISOString(),
  });
  expect(present).toMatchObject({
    last_step: old?.last_step,
    recovery_used: 0,
    confirmed_at: new Date(now).toISOString(),
    removed_at: null,
    expires_at: null,
  });
  expect(await userRow(service, person)).toEqual({ totp_id: present?.id, factors_version: 2 });
  expect((await changesOf(service, person)).at(-1)).toEqual({
    ...{ kind: 'recovery-codes-renewed', session_id: person.session_id, acr: 'aal2', events: 1 },
  });
});

test('with its key a repeat has the same codes, for ten minutes', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  const key = crypto.randomUUID();
  const first = await renew(person, key);
  service.clock.advance(30);
  expect(await renew(person, key)).toMatchObject({ status: 200, body: first.body, trips: 1 });
  expect(await userRow(service, person)).toMatchObject({ factors_version: 2 });
  expect(await changesOf(service, person)).toHaveLength(2);
  expect((await renew(person, crypto.randomUUID())).body).not.toEqual(first.body);
});

test('ten minutes later it is another call', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  const key = crypto.randomUUID();
  const first = await renew(person, key);
  service.clock.advance(idempotentCallSeconds);
  const later = await renew(person, key);
  expect(later.status).toBe(200);
  expect(later.body).not.toEqual(first.body);
});

test('twenty calls at once with one key are one, with one set of codes', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  const key = crypto.randomUUID();
  const answers = await Promise.all(Array.from({ length: 20 }, () => renew(person, key)));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(await userRow(service, person)).toMatchObject({ factors_version: 2 });
  expect(await changesOf(service, person)).toHaveLength(2);
});

test('twenty calls at once without a key: the codes of one of them are good, and each is answered', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  const answers = await Promise.all(Array.from({ length: 20 }, () => renew(person)));
  const done = answers.filter(({ status }) => status === 200);
  for (const answer of answers.filter(({ status }) => status !== 200))
    expect(answer).toMatchObject(problem(429, 'too-many-requests', { retryable: true }));
  const good = await Promise.all(done.map(({ body }) => accepted(service, person, body.recovery_codes)));
  expect(good.filter((each) => each.every(Boolean))).toHaveLength(1);
  expect(good.filter((each) => each.some(Boolean))).toHaveLength(1);
  expect(await changesOf(service, person)).toHaveLength(1 + done.length);
  // All but one have been removed.
  const on = (await rowsOf(service, person)).filter(({ removed_at }) => removed_at === null);
  expect(on).toHaveLength(1);
});

test('a fault after the statement has run costs nothing, with a key or without', async () => {
  for (const key of [crypto.randomUUID(), undefined]) {
    const service = await startService();
    const person = await twoFactorPerson(service);
    const { transport } = service;
    let faults = 0;
    service.transport = async (input, init) => {
      const response = await transport(input, init);
      if (!String(init?.body).includes('recovery-codes-renewed') || faults > 0) return response;
      faults += 1;
      throw new TypeError('connection lost');
    };
    const answer = await renew(person, key);
    expect(answer.status).toBe(200);
    expect(faults).toBe(1);
    expect(await accepted(service, person, answer.body.recovery_codes)).toEqual(Array(10).fill(true));
    expect(await userRow(service, person)).toMatchObject({ factors_version: 2 });
    expect(await changesOf(service, person)).toHaveLength(2);
  }
});

test('a token without the second factor gets none, and changes nothing', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const thief = await another(service, person.email);
  await withTotp(service, person);
  const before = (await dump(service)).sort();
  for (const { call } of [thief, person])
    expect(await call('POST', codesPath)).toMatchObject(
      problem(401, 'recent-sign-in-required', { acr_values: 'aal2' }),
    );
  expect((await dump(service)).sort()).toEqual(before);
});

test('where there is no second factor there are no recovery codes', async () => {
  const service = await startService();
  const person = await signedIn(service);
  expect(await person.call('POST', codesPath)).toMatchObject({ ...problem(404, 'not-found'), trips: 1 });
});
