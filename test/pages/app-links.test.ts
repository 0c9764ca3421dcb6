import { expect, test } from 'vitest';
import { EnvironmentError } from '../../src/environment.ts';
import { startService } from '../service.ts';

const fingerprint = Array.from({ length: 32 }, (_, byte) => byte.toString(16).padStart(2, '0')).join(':');
const apple = '/.well-known/apple-app-site-association';
const android = '/.well-known/assetlinks.json';

test('the links that hold a token open the iOS app, which may fill in saved passwords', async () => {
  const service = await startService({
    APPLE_APP_IDS: '9JA89QQLNQ.com.example.app, ABCDE12345.com.example.beta',
  });
  const { status, headers, body, trips } = await service.call('GET', apple);
  expect({ status, trips }).toEqual({ status: 200, trips: 0 });
  expect(headers.get('Content-Type')).toBe('application/json');
  expect(headers.get('Cache-Control')).toBe('public, max-age=3600');
  const ids = ['9JA89QQLNQ.com.example.app', 'ABCDE12345.com.example.beta'];
  expect(body).toEqual({
    applinks: {
      details: [
        {
          appIDs: ids,
          components: [
            { '/': '/verify-email', '?': { token: '?*' } },
            { '/': '/reset-password', '?': { token: '?*' } },
          ],
        },
      ],
    },
    webcredentials: { apps: ids },
  });
});

test('and the Android app of each signing certificate', async () => {
  const service = await startService({ ANDROID_APPS: `com.example.app=${fingerprint}` });
  const { status, headers, body } = await service.call('GET', android);
  expect(status).toBe(200);
  expect(headers.get('Content-Type')).toBe('application/json');
  expect(headers.get('Cache-Control')).toBe('public, max-age=3600');
  expect(body).toEqual([
    {
      relation: ['delegate_permission/common.handle_all_urls', 'delegate_permission/common.get_login_creds'],
      target: {
        namespace: 'android_app',
        package_name: 'com.example.app',
        sha256_cert_fingerprints: [fingerprint.toUpperCase()],
      },
    },
  ]);
});

test('browsers are told which pages may use the passkeys', async () => {
  const service = await startService({
    WEB_ORIGINS: 'https://example.net,capacitor://localhost',
    ANDROID_APPS: `com.example.app=${fingerprint}`,
    PASSKEY_RP_ID: 'example.test',
  });
  const { status, headers, body, trips } = await service.call('GET', '/.well-known/webauthn');
  expect({ status, trips }).toEqual({ status: 200, trips: 0 });
  expect(headers.get('Content-Type')).toBe('application/json');
  expect(headers.get('Cache-Control')).toBe('public, max-age=3600');
  expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
  expect(body).toEqual({
    origins: [
      'https://auth.example.test',
      'https://app.example.test',
      'https://example.net',
      'https://example.test',
    ],
  });
});

test.for([apple, android])('%s is not there without an app', async (path) => {
  const service = await startService({ APPLE_APP_IDS: '', ANDROID_APPS: undefined });
  expect(await service.call('GET', path)).toMatchObject({ status: 404, body: { status: 404 } });
});

test.for([
  ['APPLE_APP_IDS', 'com.example.app'],
  ['APPLE_APP_IDS', '9JA89QQLNQ.com.example.app,9JA89QQLNQ'],
  ['ANDROID_APPS', 'com.example.app'],
  ['ANDROID_APPS', `app=${fingerprint}`],
  ['ANDROID_APPS', `com.example.app=${fingerprint.slice(3)}`],
  ['ANDROID_APPS', `com.example.app=${fingerprint.replaceAll(':', '')}`],
])('%s is named where it is %s', async ([name = '', value]) => {
  const refusal = await startService({ [name]: value }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(EnvironmentError);
  expect(String(refusal)).toContain(`${name} must be`);
});
