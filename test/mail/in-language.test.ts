// A mail as it leaves: in the reader's language, whose words are a file, under the operator's name, and answered to them.

import { beforeAll, expect, test } from 'vitest';
import { palettes } from '../../src/brand.ts';
import { linkIn, mailsTo, newAddress, type Service } from '../service.ts';
import { wordFiles } from '../words/files.ts';
import { registered } from './granted.ts';
import { complaints, startOwnService } from './own-service.ts';

const branded = { BRAND_NAME: 'Acme Notes', BRAND_COLOR: '#FFD60A', SUPPORT_EMAIL: 'help@acme.example' };
let service: Service;

beforeAll(async () => {
  service = await startOwnService({ ...branded, ASSETS: wordFiles() });
});

test.each([
  ['ar-EG', 'تأكيد عنوان بريدك الإلكتروني للتسجيل في \u2068Acme Notes\u2069', 'ar', 'rtl'],
  ['ja', 'Acme Notesに登録したメールアドレスを確認してください', 'ja', 'ltr'],
  ['nl', 'Confirm your email address for Acme Notes', 'en', 'ltr'],
])('to somebody who reads %s', async (locale, subject, language, direction) => {
  const mail = await mailedIn(service, locale);
  expect(mail).toMatchObject({
    subject,
    headers: { 'reply-to': 'help@acme.example', 'content-language': language },
  });
  expect(mail?.html).toContain(`<html lang="${language}" dir="${direction}">`);
  expect(mail?.html).toContain(`bgcolor="${palettes('#ffd60a').light.act}"`);
  expect(mail?.text).toContain('help@acme.example');
  expect(linkIn(mail).origin).toBe(new URL(service.dependencies.config.pagesOrigin).origin);
});

test('where the words cannot be read it is English, from left to right, and the log says so', async () => {
  const without = await startOwnService({ ASSETS: wordFiles({ ar: new Response('', { status: 500 }) }) });
  const mail = await mailedIn(without, 'ar');
  expect(mail).toMatchObject({
    subject: expect.stringMatching(/^Confirm your email address for [\x20-\x7e]+$/),
    headers: { 'content-language': 'en' },
  });
  expect(mail?.html).toContain('<html lang="en" dir="ltr">');
  expect(complaints(without)).toEqual([['warn', 'words-not-read']]);
});

async function mailedIn(service: Service, locale: string) {
  const { email } = await registered(service, newAddress(), { locale });
  return (await mailsTo(email)).at(-1);
}
