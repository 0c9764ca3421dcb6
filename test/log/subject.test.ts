// The line of a refused login, token or code: whose it is, and why it was refused.

import { sql } from 'drizzle-orm/sql/sql';
import { describe, expect, test } from 'vitest';
import { freeLoginAttempts, maximumFailedSignIns } from '../../src/lifetimes.ts';
import { logIn } from '../login/accounts.ts';
import { byLink, forgetful, reset, wrongly } from '../mail/granted.ts';
import { newPerson } from '../mail/tables.ts';
import { postForm } from '../oauth/post-form.ts';
import { changing } from '../pages/pages.ts';
import { newAddress, password, signIn, startService } from '../service.ts';
import { idOf, lastLine } from './last-line.ts';

describe('the line of a refused login', () => {
  test('says whose account it is, and why it was refused, in a pause too', async () => {
    const service = await startService();
    const { email } = await newPerson(service);
    const user_id = await idOf(service, email);
    expect(user_id).toBeDefined();
    for (let tries = 0; tries <= freeLoginAttempts; tries += 1) {
      await logIn(service, email, 'wrong horse');
      expect(lastLine(service)).toMatchObject({
        problem: 'invalid-credentials',
        refusal: 'wrong-password',
        user_id,
      });
    }
    await logIn(service, email, password);
    expect(lastLine(service)).toMatchObject({ problem: 'invalid-credentials', refusal: 'pause', user_id });
    expect(JSON.stringify(service.logged)).not.toContain(email);
  });

  test.for([
    [
      'after too many failures',
      sql`failed_sign_ins = ${maximumFailedSignIns}`,
      'invalid-credentials',
      'too-many-failures',
    ],
    ['before the address is proven', sql`email_verified_at = null`, 'email-not-verified', undefined],
  ] as const)('%s', async ([, state, problem, refusal]) => {
    const service = await startService();
    const { email } = await newPerson(service);
    await service.dependencies.database.query(sql`update users set ${state} where email = ${email}`, {
      repeatable: true,
    });
    await logIn(service, email, password);
    expect(lastLine(service)).toMatchObject({ problem, refusal, user_id: await idOf(service, email) });
  });

  test('whose password is another one meanwhile says that', async () => {
    const service = await startService();
    const { email } = await newPerson(service);
    const user_id = await idOf(service, email);
    const { transport } = service;
    let trips = 0;
    service.transport = async (input, init) => {
      trips += 1;
      if (trips === 2) {
        service.transport = transport;
        await service.dependencies.database.query(
          sql`update users set password_version = password_version + 1 where email = ${email}`,
          { repeatable: true },
        );
      }
      return transport(input, init);
    };
    await logIn(service, email, password);
    expect(lastLine(service)).toMatchObject({
      problem: 'invalid-credentials',
      refusal: 'changed-meanwhile',
      user_id,
    });
  });

  test('at an address that nobody has says that', async () => {
    const service = await startService();
    await logIn(service, newAddress(), password);
    expect(lastLine(service)).toMatchObject({ refusal: 'unknown-address', user_id: undefined });
  });
});

describe('the line of a refused token or code says whose it is', () => {
  test('a refresh token that was used long ago, at either door, and one whose session has ended', async () => {
    const service = await startService();
    const { email } = await newPerson(service);
    const user_id = await idOf(service, email);
    const { refresh_token, session_id } = await signIn(service, email);
    const refresh = () => service.call('POST', '/api/auth/refresh', { json: { refresh_token } });
    await refresh();
    service.clock.advance(60);
    await refresh();
    expect(lastLine(service)).toMatchObject({ problem: 'refresh-token-reused', user_id, session_id });
    await postForm(service, '/oauth/token', { grant_type: 'refresh_token', refresh_token });
    expect(lastLine(service)).toMatchObject({ problem: 'session-ended', user_id, session_id });
  });

  test('a token that has expired, of either kind', async () => {
    const service = await startService();
    const { email } = await newPerson(service);
    const { access_token, refresh_token, session_id } = await signIn(service, email);
    const whose = { refusal: 'expired', user_id: await idOf(service, email), session_id };
    service.clock.advance(31 * 24 * 3_600);
    await service.call('POST', '/api/auth/refresh', { json: { refresh_token } });
    expect(lastLine(service)).toMatchObject({ problem: 'invalid-refresh-token', ...whose });
    await service.call('GET', '/api/users/me', { bearer: access_token });
    expect(lastLine(service)).toMatchObject({ problem: 'invalid-access-token', ...whose });
  });

  test('but not one that somebody changed', async () => {
    const service = await startService();
    const { refresh_token } = await signIn(service, (await newPerson(service)).email);
    const forged = `${refresh_token.slice(0, -8)}AAAAAAAA`;
    await service.call('POST', '/api/auth/refresh', { json: { refresh_token: forged } });
    expect(lastLine(service)).toMatchObject({ problem: 'invalid-refresh-token', user_id: undefined });
  });

  test('a code of a reset that is wrong, and a link that was used', async () => {
    const service = await startService();
    const granted = await forgetful(service);
    const user_id = await idOf(service, granted.email);
    await reset(service, wrongly(granted));
    expect(lastLine(service)).toMatchObject({ problem: 'invalid-code', user_id });
    expect((await reset(service, byLink(granted))).status).toBe(204);
    await reset(service, byLink(granted));
    expect(lastLine(service)).toMatchObject({ problem: 'invalid-token', user_id });
  });

  test('a link to a new address that was used', async () => {
    const service = await startService();
    const { email, token } = await changing(service);
    const confirm = () => service.call('POST', '/api/auth/verify-email', { json: { token } });
    expect((await confirm()).status).toBe(204);
    await confirm();
    expect(lastLine(service)).toMatchObject({
      problem: 'invalid-token',
      user_id: await idOf(service, email),
    });
  });
});
