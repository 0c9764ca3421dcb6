import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { postForm } from '../oauth/post-form.ts';
import { newUser, type Service, signIn, startService } from '../service.ts';
import { newKey } from '../verify/new-key.ts';

// What an operator hears of tokens that are refused: why, and no more often than anybody can bear.

const stranger = importKeySet([await newKey()]);

async function forged(typ: string, kid: string): Promise<string> {
  return new SignJWT({}).setProtectedHeader({ alg: 'RS256', typ, kid }).sign((await stranger).signing.key);
}

const errors = ({ logged }: Service) => logged.filter(({ level }) => level === 'error');

test('however many unknown keys come, by whichever door, an isolate says so once a minute and counts the others', async () => {
  const service = await startService();
  const bearer = async (kid: string) =>
    service.call('GET', '/api/users/me', { bearer: await forged('at+jwt', kid) });
  const refresh = async (kid: string) =>
    service.call('POST', '/api/auth/refresh', { json: { refresh_token: await forged('rt+jwt', kid) } });
  const revoke = async (kid: string) =>
    postForm(service, '/oauth/revoke', { token: await forged('rt+jwt', kid) });

  expect((await bearer('first')).status).toBe(401);
  for (let index = 0; index < 5; index += 1) {
    for (const door of [bearer, refresh, revoke]) await door(`kid-${index}`);
  }
  expect(errors(service)).toEqual([
    {
      level: 'error',
      event: 'unknown-token-key',
      fields: { token: 'access', kid: 'first', not_logged_since_the_last: 0 },
    },
  ]);
  service.clock.advance(59);
  await refresh('early');
  expect(errors(service)).toHaveLength(1);
  service.clock.advance(1);
  await refresh('l'.repeat(1_000));
  expect(errors(service)[1]?.fields).toEqual({
    token: 'refresh',
    kid: 'l'.repeat(64),
    not_logged_since_the_last: 16,
  });
  await revoke('later');
  expect(errors(service)).toHaveLength(2);
});

test('the line of a request says why its token was refused, and its answer does not', async () => {
  const service = await startService();
  const { email } = await newUser(service);
  const tokens = await signIn(service, email);
  const elsewhere = await startService({ AUDIENCE: 'https://elsewhere.example.test' });
  const lastRefusal = ({ logged }: Service) =>
    logged.filter(({ event }) => event === 'request').at(-1)?.fields?.['refusal'];

  await service.call('GET', '/api/users/me', { bearer: tokens.access_token });
  expect(lastRefusal(service)).toBeUndefined();
  const answer = await elsewhere.call('GET', '/api/users/me', { bearer: tokens.access_token });
  expect(lastRefusal(elsewhere)).toBe('invalid: aud check_failed');
  expect(answer.text).not.toMatch(/aud|check_failed/);
  await service.call('GET', '/api/users/me', { bearer: tokens.refresh_token });
  expect(lastRefusal(service)).toBe('invalid: a token of another kind');
  await service.call('GET', '/api/users/me', { bearer: `${tokens.access_token.slice(0, -8)}AAAAAAAA` });
  expect(lastRefusal(service)).toBe('invalid: ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  await service.call('POST', '/api/auth/refresh', { json: { refresh_token: 'x' } });
  expect(lastRefusal(service)).toBe('invalid: not a compact JWS');
  await service.call('GET', '/api/users/me', { bearer: await forged('at+jwt', 'unknown') });
  expect(lastRefusal(service)).toBe('unknown-key');
  service.clock.advance(3_600);
  await service.call('GET', '/api/users/me', { bearer: tokens.access_token });
  expect(lastRefusal(service)).toBe('expired');
});

test('nothing of a forged token gets into the log by its refusal', async () => {
  const service = await startService();
  const key = (await stranger).signing.key;
  const token = await new SignJWT({})
    .setProtectedHeader({
      alg: 'RS256',
      typ: 'at+jwt',
      kid: 'k',
      crit: ['planted-words'],
      'planted-words': 1,
    } as never)
    .sign(key, { crit: { 'planted-words': true } });
  await service.call('GET', '/api/users/me', { bearer: token });
  expect(JSON.stringify(service.logged)).not.toContain('planted-words');
});
