// A session for an ID token: the account is found, joined or made, in one round trip.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { problem, signedIn } from '../accounts/people.ts';
import { withTotp, wrongCode } from '../factors/totp.ts';
import { added } from '../passkeys/ceremonies.ts';
import { mailsTo, newAddress } from '../service.ts';
import { audiences } from './issuer.ts';
import { newStage, withKey } from './provider-sign-in.ts';

const gmail = () => `ada.${crypto.randomUUID()}@gmail.com`;

test('a first sign-in makes an account, with the address where the provider runs the mailbox', async () => {
  const { signIn, me } = await newStage();
  const email = gmail();
  const first = await signIn('google', { sub: 'first', email });
  expect(first).toMatchObject({ status: 200, trips: 1 });
  const made = await me(first);
  expect(made).toMatchObject({
    email,
    email_verified: true,
    name: 'Ada Lovelace',
    provider: 'google',
    has_password: false,
  });
  expect(decodeJwt(first.body.access_token)).toMatchObject({ idp: 'google', acr: 'aal1' });
  const again = await signIn('google', { sub: 'first', email: gmail() });
  expect(again).toMatchObject({ status: 200, trips: 1 });
  // The identity is the issuer and its subject, whatever address comes with it.
  expect(await me(again)).toMatchObject({ id: made.id, email });
});

test.for([
  ['acme, which runs no mailbox', 'acme', { email: 'grace@example.test', email_verified: true }],
  [
    'Google, of an address that is not its own',
    'google',
    { email: 'grace@example.test', email_verified: true },
  ],
  ['Google, not verified', 'google', { email: 'grace@gmail.com', email_verified: false }],
  ['Apple, of another mailbox', 'apple', { email: 'grace@gmail.com', is_private_email: 'false' }],
  ['no address at all', 'apple', { email: undefined, email_verified: undefined }],
] as const)('an account without an address: %s', async ([, provider, claims]) => {
  const { signIn, me, service } = await newStage();
  const answer = await signIn(provider, claims);
  expect(await me(answer)).toMatchObject({ email: null, email_verified: false });
  const rows = await service.dependencies.database.query(
    sql`select 1 from users where email like 'grace@%' union all select 1 from email_requests where email like 'grace@%'`,
    { repeatable: true },
  );
  expect(rows).toEqual([]);
});

test('Apple’s two issuers and its relay are one', async () => {
  const { signIn, me } = await newStage();
  const claims = { sub: '001.a.2', email: `${crypto.randomUUID()}@privaterelay.appleid.com` };
  const one = await me(await signIn('apple', claims, { name: 'Ada' }));
  const other = await me(await signIn('apple', { ...claims, iss: 'https://account.apple.com' }));
  expect(one).toMatchObject({ email: claims.email, email_verified: true, name: 'Ada' });
  expect(other.id).toBe(one.id);
});

test('a name is used where the account has none, and never over one', async () => {
  const { signIn, me } = await newStage();
  const sub = '001.b.2';
  expect(await me(await signIn('apple', { sub }))).toMatchObject({ name: '' });
  expect(await me(await signIn('apple', { sub }, { name: 'Ada' }))).toMatchObject({ name: 'Ada' });
  expect(await me(await signIn('apple', { sub }, { name: 'Mallory' }))).toMatchObject({ name: 'Ada' });
});

test('a provider with authority joins the account that has proven the address, by mail and event', async () => {
  const stage = await newStage();
  const person = await signedIn(stage.service, gmail());
  const joined = await stage.signIn('google', { email: person.email, sub: '7' });
  expect(joined).toMatchObject({ status: 200, trips: 1 });
  expect(await stage.me(joined)).toMatchObject({
    id: person.id,
    has_password: true,
    // Not the one that Google has.
    name: 'Ada',
    identities: [{ provider: 'google' }],
  });
  const [row] = await stage.service.dependencies.database.query(
    sql`select identity_count, factors_version from users where id = ${person.id}`,
    { repeatable: true },
  );
  expect(row).toEqual({ identity_count: 1, factors_version: 1 });
  expect(await stage.events(joined)).toContain('identity-added');
  const mails = await mailsTo(person.email, 2);
  expect(mails.map(({ subject }) => subject)).toContainEqual(expect.stringContaining('added'));
  // Once.
  expect(await stage.signIn('google', { email: person.email, sub: '7' })).toMatchObject({ status: 200 });
  expect((await stage.events(joined)).filter((kind) => kind === 'identity-added')).toHaveLength(1);
});

test('an account that has as many identities as it can have is joined by no other', async () => {
  const { service, signIn } = await newStage();
  const person = await signedIn(service, gmail());
  await service.dependencies.database.query(
    sql`update users set identity_count = 20 where id = ${person.id}`,
    { repeatable: true },
  );
  expect(await signIn('google', { email: person.email })).toMatchObject(problem(409, 'too-many-identities'));
});

test('an ID token signs in once, and its call again and again', async () => {
  const { service, shown } = await newStage();
  const json = await shown('google');
  const call = (options: object = {}) => service.call('POST', '/api/auth/login/google', { json, ...options });
  const first = await call(withKey('k'.repeat(16)));
  expect(first).toMatchObject({ status: 200 });
  expect((await call(withKey('k'.repeat(16)))).body.session_id).toBe(first.body.session_id);
  for (const options of [{}, withKey()])
    expect(await call(options)).toMatchObject(problem(400, 'id-token-not-accepted'));
  service.clock.advance(9 * 60);
  expect((await call(withKey('k'.repeat(16)))).body.session_id).toBe(first.body.session_id);
});

test('an ID token that comes thirty times at once signs in once', async () => {
  const { service, shown } = await newStage();
  for (let round = 0; round < 5; round += 1) {
    const json = await shown('google', { sub: `${round}` });
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => service.call('POST', '/api/auth/login/google', { json })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(29);
  }
});

test('of many first sign-ins at once, with a token each, one makes the account', async () => {
  const { service, shown, me } = await newStage();
  for (let round = 0; round < 5; round += 1) {
    const email = gmail();
    const tokens = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        shown('google', { sub: `${round}`, email: index % 2 ? email : gmail() }),
      ),
    );
    const answers = await Promise.all(
      tokens.map((json) => service.call('POST', '/api/auth/login/google', { json })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const ids = await Promise.all(answers.map(async (answer) => (await me(answer)).id));
    expect(new Set(ids).size).toBe(1);
  }
});

test('a second factor is owed, in one trip; a join waits for it', async () => {
  const stage = await newStage();
  const { service, signIn } = stage;
  const person = await signedIn(service, gmail());
  const app = await withTotp(service, person);
  const asked = await signIn('google', { email: person.email, sub: '9' });
  expect(asked).toMatchObject({ ...problem(403, 'second-factor-required'), trips: 1 });
  expect(asked.body.factors).toEqual(['totp', 'recovery_code']);
  const identities = () =>
    service.dependencies.database.query(
      sql`select i.provider, i.subject, u.identity_count from identities i join users u on u.id = i.user_id where u.id = ${person.id}`,
      { repeatable: true },
    );
  expect(await identities()).toEqual([]);
  const finish = (options: object = withKey('f'.repeat(16))) =>
    app.code().then((totp) =>
      service.call('POST', '/api/auth/login/second-factor', {
        json: { auth_session: asked.body.auth_session, totp },
        ...options,
      }),
    );
  const finished = await finish();
  expect(finished).toMatchObject({ status: 200, trips: 2 });
  expect(decodeJwt(finished.body.access_token)).toMatchObject({
    idp: 'google',
    acr: 'aal2',
    amr: ['otp', 'mfa'],
  });
  // The answer was lost: the account has changed by the join, and the repeat still finds it.
  expect((await finish()).body.session_id).toBe(finished.body.session_id);
  expect(await identities()).toMatchObject([{ provider: 'google', subject: '9', identity_count: 1 }]);
  expect(await stage.events(finished)).toContain('identity-added');
});

test('a code in the call: a wrong one spends neither token nor nonce, and counts', async () => {
  const { service, shown } = await newStage();
  const person = await signedIn(service, gmail());
  const app = await withTotp(service, person);
  const json = await shown('google', { email: person.email });
  const call = (totp: string) => service.call('POST', '/api/auth/login/google', { json: { ...json, totp } });
  expect(await call(await wrongCode(app))).toMatchObject(problem(403, 'invalid-second-factor'));
  const right = await call(await app.code());
  expect(right).toMatchObject({ status: 200, trips: 2 });
  expect(decodeJwt(right.body.access_token)).toMatchObject({ acr: 'aal2', sub: person.id });
  expect(await call(await app.code())).toMatchObject(problem(400, 'id-token-not-accepted'));
});

test('who knows a password, and guesses at it, keeps nobody from the second step of a provider', async () => {
  const { service, signIn } = await newStage();
  const person = await signedIn(service, gmail());
  const app = await withTotp(service, person);
  await service.dependencies.database.query(
    sql`update users set failed_sign_ins = 100 where id = ${person.id}`,
    { repeatable: true },
  );
  const { body } = await signIn('google', { email: person.email });
  const json = { auth_session: body.auth_session, totp: await app.code() };
  expect(await service.call('POST', '/api/auth/login/second-factor', { json })).toMatchObject({
    status: 200,
  });
});

test('what is not there is `way-not-enabled`, and no path of ours is a provider', async () => {
  const { service } = await newStage();
  const json = { id_token: 'e30.e30.AA' };
  expect(await service.call('POST', '/api/auth/login/github', { json })).toMatchObject(
    problem(404, 'way-not-enabled'),
  );
  expect(await service.call('POST', '/api/auth/login/second-factor', { json })).toMatchObject({
    status: 422,
  });
});

test('another app’s token, a nonce of nobody’s, and a stranger’s key are refused, and the reason said', async () => {
  const { service, signIn, issuers, shown } = await newStage();
  expect(await signIn('google', { aud: 'another', azp: audiences.google })).toMatchObject({
    ...problem(400, 'id-token-not-accepted'),
    body: { detail: expect.stringContaining('aud') },
  });
  expect(await signIn('google', { nonce: 'mine' })).toMatchObject(problem(400, 'id-token-not-accepted'));
  const { nonce } = await shown('google');
  const acme = await issuers.acme.token({ nonce });
  expect(
    await service.call('POST', '/api/auth/login/google', { json: { id_token: acme, nonce } }),
  ).toMatchObject(problem(400, 'id-token-not-accepted'));
});

test('cookies, a device key and a new device’s mail are as at any sign-in', async () => {
  const { service, signIn } = await newStage({ WEB_ORIGINS: 'https://app.example.test' });
  const email = gmail();
  const first = await signIn('google', { sub: 'cookies', email }, { device_name: 'Phone' });
  const { known_device } = first.body;
  await signIn('google', { sub: 'cookies', email }, { known_device });
  expect(await mailsTo(email)).toHaveLength(0);
  const other = await signIn(
    'google',
    { sub: 'cookies', email },
    { token_delivery: 'cookie' },
    { headers: { Origin: 'https://app.example.test' } },
  );
  expect(other.headers.getSetCookie().join()).toContain('__Host-');
  expect(other.body.access_token).toBeUndefined();
  const [mail] = await mailsTo(email, 1);
  expect(mail?.subject).toContain('sign-in');
  expect(newAddress()).toContain('@');
  expect(await signIn('google', {}, { token_delivery: 'cookie' })).toMatchObject(
    problem(403, 'cross-site-request'),
  );
  expect(service.logged.filter(({ level }) => level === 'error')).toEqual([]);
});

test('a change that its owner can undo holds the address against others, and not against the owner', async () => {
  const { signIn, me, service } = await newStage();
  const person = await signedIn(service, gmail());
  await added(person);
  const joined = await signIn('google', { sub: 'owner', email: person.email });
  expect(await me(joined)).toMatchObject({ id: person.id, identities: [{ provider: 'google' }] });
});
