import { expect, test } from 'vitest';
import { startService } from '../service.ts';

// What an app is told of the ways of signing in before anybody has: what the operator has switched on, and nothing else.

const path = '/api/auth/ways';

const everything = {
  PASSWORD_MIN_LENGTH: '12',
  PASSKEY_RP_ID: 'example.test',
  EMAIL_CODES: 'true',
  GUESTS: 'true',
  IDENTITY_PROVIDERS: JSON.stringify({
    apple: { audiences: ['com.example.app'] },
    google: { audiences: ['web.apps.example', 'ios.apps.example'], nonce: 'optional' },
    work: {
      audiences: ['app'],
      issuer: 'https://login.work.example',
      jwks_uri: 'https://login.work.example/keys',
    },
  }),
};

test('beyond passwords and passkeys there is nothing until it is switched on', async () => {
  const service = await startService();
  expect(await service.call('GET', path)).toMatchObject({
    status: 200,
    trips: 0,
    body: {
      password: { min_length: 15, max_length: 1024 },
      passkey: { rp_id: 'app.example.test' },
      providers: [],
      email_code: false,
      guest: false,
      sign_up: 'open',
      code_lengths: { registration: 6, sign_in: 8, reset: 8, long: 12 },
    },
  });
});

test('what is switched on is named, with what a platform’s SDK is given', async () => {
  const service = await startService(everything);
  const { body, text } = await service.call('GET', path);
  expect(body).toMatchObject({
    password: { min_length: 12 },
    passkey: { rp_id: 'example.test' },
    providers: [
      { name: 'apple', client_ids: ['com.example.app'], nonce: 'required' },
      { name: 'google', client_ids: ['web.apps.example', 'ios.apps.example'], nonce: 'optional' },
      { name: 'work', client_ids: ['app'], nonce: 'required' },
    ],
    email_code: true,
    guest: true,
  });
  // Where an issuer’s keys are is between it and us.
  expect(text).not.toContain('login.work.example');
});

test('who may sign up is said, and not of which domains', async () => {
  const saying = async (SIGN_UP: string) =>
    (await startService({ ...everything, SIGN_UP })).call('GET', path);
  expect((await saying('closed')).body).toMatchObject({ sign_up: 'closed', guest: false });
  const { body, text } = await saying('customer.example');
  expect(body).toMatchObject({ sign_up: 'domains', guest: false });
  expect(text).not.toContain('customer.example');
});

test('nothing of Apple’s key is shown', async () => {
  const { privateKey } = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
  ])) as CryptoKeyPair;
  const bytes = (await crypto.subtle.exportKey('pkcs8', privateKey)) as ArrayBuffer;
  const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const service = await startService({
    IDENTITY_PROVIDERS: JSON.stringify({
      apple: { audiences: ['com.example.app'], team_id: 'ABCDE12345', key_id: 'KEYID67890' },
    }),
    APPLE_PRIVATE_KEY: `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----`,
  });
  const { text } = await service.call('GET', path);
  expect(text).toContain('com.example.app');
  expect(text).not.toMatch(/ABCDE12345|KEYID67890|BEGIN/);
});

test('any page may read it, without credentials, and keep it for five minutes', async () => {
  const service = await startService({ WEB_ORIGINS: 'https://app.example.test' });
  const headers = { Origin: 'https://app.example.test' };
  const first = await service.call('GET', path, { headers });
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'cache-control': 'public, max-age=300',
  });
  expect(first.headers.has('Access-Control-Allow-Credentials')).toBe(false);
  const again = await service.call('GET', path, {
    headers: { ...headers, 'If-None-Match': first.headers.get('ETag') ?? '' },
  });
  expect(again).toMatchObject({ status: 304, text: '' });
  const other = await startService(everything);
  expect((await other.call('GET', path)).headers.get('ETag')).not.toBe(first.headers.get('ETag'));
});
