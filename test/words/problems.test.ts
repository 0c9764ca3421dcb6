// What a person may be shown of a problem is in their language; what a developer reads is English.

import { expect, test } from 'vitest';
import { de } from '../../src/words/de.ts';
import { en } from '../../src/words/en.ts';
import { ja } from '../../src/words/ja.ts';
import { newAddress, startService } from '../service.ts';
import { wordFiles } from './files.ts';

const refused = { email: newAddress(), name: 'Ada', password: 'password1234567' };

test('the title and why a password is refused, in the language that is asked for', async () => {
  const service = await startService({ ASSETS: wordFiles() });
  const answer = await service.call('POST', '/api/auth/register', {
    json: refused,
    headers: { 'Accept-Language': 'nl, de-AT;q=0.9, en;q=0.8' },
  });
  expect(answer.headers.get('Content-Language')).toBe('de');
  expect(answer.body).toMatchObject({
    title: de.problems['weak-password'],
    detail: de.passwords.common,
    errors: [{ pointer: '/password', reason: 'common', detail: de.passwords.common }],
  });
  const other = await service.call('POST', '/api/auth/register', {
    json: { name: 'Ada' },
    headers: { 'Accept-Language': 'ja' },
  });
  expect(other.body).toMatchObject({
    title: ja.problems['validation-failed'],
    errors: [{ pointer: '/email', detail: 'is required' }],
  });
});

test('the numbers of a refusal are the service’s', async () => {
  const service = await startService({ ASSETS: wordFiles(), PASSWORD_MIN_LENGTH: '12' });
  const { body } = await service.call('POST', '/api/auth/register', {
    json: { ...refused, password: 'kurz' },
    headers: { 'Accept-Language': 'de' },
  });
  expect(body.detail).toBe(de.passwords['too-short'].replace('{minimum}', '12'));
});

test('OAuth’s own members stay English: ASCII is all that they may have', async () => {
  const service = await startService({ ASSETS: wordFiles() });
  const { body, headers } = await service.call('POST', '/oauth/token', {
    json: {},
    headers: { 'Accept-Language': 'ar' },
  });
  expect(headers.get('Content-Type')).toMatch(/json/);
  expect(JSON.stringify(body)).not.toMatch(/"error_description":"[^"]*[^\x20-\x7e]/);
});

test.for([undefined, '*', 'nl', 'zh-TW', 'en-GB, de;q=0.9', ';;;q=', 'x'.repeat(9_000)])(
  'in English for %s',
  async (language) => {
    const service = await startService({ ASSETS: wordFiles() });
    const headers: Record<string, string> = language === undefined ? {} : { 'Accept-Language': language };
    const answer = await service.call('GET', '/api/users/me', { headers });
    expect(answer.body.title).toBe(en.problems['invalid-access-token']);
    expect(answer.headers.get('Content-Language')).toBe('en');
  },
);

test('a file is read once by an isolate; one that cannot be read is English, a warning, and tried again', async () => {
  const files = wordFiles({ ja: new Response('', { status: 500 }) });
  const service = await startService({ ASSETS: files });
  const title = async (language: string) => {
    const headers = { 'Accept-Language': language };
    return (await service.call('GET', '/api/users/me', { headers })).body.title;
  };
  expect([await title('de'), await title('de')]).toEqual(Array(2).fill(de.problems['invalid-access-token']));
  expect([await title('ja'), await title('ja')]).toEqual(Array(2).fill(en.problems['invalid-access-token']));
  const { headers } = await service.call('GET', '/api/users/me', { headers: { 'Accept-Language': 'ja' } });
  expect(headers.get('Content-Language')).toBe('en');
  expect(files.asked).toEqual(['de', 'ja', 'ja', 'ja']);
  expect(service.logged.filter(({ event }) => event === 'words-not-read')).toHaveLength(1);
});

test('an operator’s own words are spoken in place of ours, English ones too', async () => {
  const title = 'Please sign in at {service}.';
  const service = await startService({
    BRAND_NAME: 'Acme',
    ASSETS: wordFiles({ en: { ...en, problems: { ...en.problems, 'invalid-access-token': title } } }),
  });
  expect((await service.call('GET', '/api/users/me')).body.title).toBe('Please sign in at Acme.');
});
