// The origins from which passkeys may be used: of pages, of iOS and of Android apps.

import { expect, test } from 'vitest';
import { isRpIdOf, passkeyOrigins } from '../../../src/factors/relying-party.ts';

test('are those of the bindings, each once; an Android app is its certificate', () => {
  // The fingerprint and the origin of https://developers.google.com/identity/passkeys/developer-guides/server-registration
  const fingerprint =
    '91:F7:CB:F9:D6:81:53:1B:C7:A5:8F:B8:33:CC:A1:4D:AB:ED:E5:09:C5:B2:6B:F2:99:44:92:73:75:9D:0B:D1'.replace(
      /\s/g,
      '',
    );
  expect(
    passkeyOrigins({
      issuer: 'https://auth.example.com',
      appOrigin: 'https://example.com',
      webOrigins: ['https://www.example.com', 'http://localhost:*'],
      passkeyRpId: 'example.com',
      androidApps: [{ packageName: 'com.example.app', fingerprint }],
    }),
  ).toEqual([
    'https://auth.example.com',
    'https://example.com',
    'https://www.example.com',
    'http://localhost:*',
    `android:apk-key-hash:${Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url')}`,
  ]);
});

test.for<[rpId: string, origins: unknown[], is: boolean]>([
  ['example.com', ['https://example.com'], true],
  ['example.com', ['https://auth.example.com'], true],
  ['example.com', [undefined, 'https://a.b.example.com:8443'], true],
  ['example.com', ['https://notexample.com'], false],
  ['a.example.com', ['https://example.com'], false],
  ['com', ['https://example.com'], false],
  ['localhost', ['http://localhost:8787'], true],
  ['localhost', ['http://app.localhost:8787'], true],
  ['127.0.0.1', ['http://127.0.0.1:8787'], false],
  ['', ['https://example.com'], false],
  ['.example.com', ['https://a.example.com'], false],
  ['example.com', [undefined, null, 5, 'no origin'], false],
])('%s for %j: %s', ([rpId, origins, is]) => {
  expect(isRpIdOf(rpId, origins)).toBe(is);
});
