// Whoever reads the account's mail has it to themselves after a reset, and nothing more than that happens.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { mailsTo, newAddress, password, signIn, startService } from '../service.ts';
import { byCode, byLink, forgot, grantedTo, otherPassword, registered, reset, verify } from './granted.ts';
import { insertImported, newPerson } from './tables.ts';

test('a reset ends every session, with its reason in the list, and the new password opens the account', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const sessions = [await signIn(service, email), await signIn(service, email)];
  const { email: bystander } = await newPerson(service);
  const untouched = await signIn(service, bystander);
  service.clock.advance(1);
  expect(await reset(service, await forgot(service, email))).toMatchObject({ status: 204, trips: 2 });

  for (const { access_token: bearer, refresh_token } of sessions) {
    expect(await service.call('GET', '/api/users/me', { bearer })).toMatchObject({
      status: 401,
      body: { type: expect.stringMatching(/session-ended$/) },
    });
    expect(await service.call('POST', '/api/auth/refresh', { json: { refresh_token } })).toMatchObject({
      status: 401,
      body: { type: expect.stringMatching(/session-ended$/), discard_credentials: true },
    });
  }
  const listed = await service.dependencies.database.query(
    sql`
      select jti, reason from revoked_tokens
      where session_id = any(${sql.param(sessions.map(({ session_id }) => session_id))}::uuid[]) order by jti`,
    { repeatable: true },
  );
  expect(listed).toEqual(
    sessions.map(({ session_id }) => ({ jti: `${session_id}.0`, reason: 'password-reset' })).sort(byJti),
  );
  await expect(signIn(service, email)).rejects.toThrow('401');
  await expect(signIn(service, email, { password: otherPassword })).resolves.toBeDefined();
  expect(await service.call('GET', '/api/users/me', { bearer: untouched.access_token })).toMatchObject({
    status: 200,
  });
});

test('a reset changes the password and nothing else of the person', async () => {
  const service = await startService();
  const email = newAddress();
  const photo = 'https://pictures.example.test/ada.png';
  const { request, code } = await registered(service, email, { name: 'Ada L.', photo });
  await verify(service, { request, code }, { name: undefined });
  const me = async (chosen: string) => {
    const { access_token: bearer } = await signIn(service, email, { password: chosen });
    return (await service.call('GET', '/api/users/me', { bearer })).body;
  };
  const before = await me(password);
  service.clock.advance(1);
  await reset(service, await forgot(service, email));
  expect(await me(otherPassword)).toEqual({ ...before, updated_at: service.clock.now.toISOString() });
});

test('a reset proves an address that somebody imported, and gives whoever proves it no more rights than anybody', async () => {
  const service = await startService();
  const email = newAddress();
  await insertImported(service, email, 'admin');
  expect(await reset(service, byCode(await forgot(service, email)))).toMatchObject({ status: 204 });
  const { access_token: bearer } = await signIn(service, email, { password: otherPassword });
  expect(await service.call('GET', '/api/users/me', { bearer })).toMatchObject({
    body: { email_verified: true, role: 'user' },
  });
});

test('a reset leaves the role of somebody who had proven the address', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await service.dependencies.database.query(sql`update users set role = 'admin' where email = ${email}`, {
    repeatable: true,
  });
  await reset(service, byLink(await forgot(service, email)));
  const { access_token: bearer } = await signIn(service, email, { password: otherPassword });
  expect((await service.call('GET', '/api/users/me', { bearer })).body.role).toBe('admin');
});

test('the person is told by mail that the password was changed', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  service.clock.advance(1);
  await reset(service, await forgot(service, email));
  expect((await mailsTo(email, 2)).at(-1)?.subject).toContain('was changed');
});

test.for([
  ['too short', 'short'],
  ['too common', 'passwordpassword'],
] as const)('a password that is %s is refused and does not spend the link', async ([, weak]) => {
  const service = await startService();
  const { email } = await newPerson(service);
  service.clock.advance(1);
  const { token } = await forgot(service, email);
  expect(await reset(service, { token }, weak)).toMatchObject({
    status: 422,
    // It was looked at, so that the policy knows whose password it is.
    trips: 1,
    body: { type: expect.stringMatching(/weak-password$/), errors: [{ pointer: '/password' }] },
  });
  expect(await reset(service, { token })).toMatchObject({ status: 204 });
});

test('a reset calls off a change of the address that is under way', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const { access_token: bearer } = await signIn(service, email);
  const newEmail = newAddress();
  await service.call('POST', '/api/users/me/email', { bearer, json: { new_email: newEmail, password } });
  const change = await grantedTo(newEmail, 1);
  service.clock.advance(1);
  await reset(service, await forgot(service, email));
  expect(await verify(service, byLink(change))).toMatchObject({ status: 400 });
  await expect(signIn(service, email, { password: otherPassword })).resolves.toBeDefined();
});

test('a link that was mailed to an address which the account left since resets nothing', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const { access_token: bearer } = await signIn(service, email);
  service.clock.advance(1);
  const old = await forgot(service, email);
  const newEmail = newAddress();
  await service.call('POST', '/api/users/me/email', { bearer, json: { new_email: newEmail, password } });
  expect(await verify(service, byLink(await grantedTo(newEmail, 1)))).toMatchObject({ status: 204 });
  expect(await reset(service, old)).toMatchObject({ status: 400 });
  await expect(signIn(service, newEmail)).resolves.toBeDefined();
});

function byJti(one: { jti: string }, other: { jti: string }): number {
  return one.jti < other.jti ? -1 : 1;
}
