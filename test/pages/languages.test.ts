// A page is in the language that its link asks for, then in one that the browser does.

import { expect, test } from 'vitest';
import { allWords } from '../../src/build/all-words.ts';
import { languages } from '../../src/words/languages.ts';
import { linkIn, mailsTo, newAddress, startService } from '../service.ts';
import { wordFiles } from '../words/files.ts';
import { open, press, signedUp, words } from './pages.ts';

const token = `r${'A'.repeat(43)}`;
const start = (more: object = {}) => startService({ ASSETS: wordFiles(), ...more });

test.for(languages)(
  '%s: heading, title and direction, and the form asks for the same again',
  async (language) => {
    const service = await start({ BRAND_NAME: 'Northwind' });
    const { text, headers } = await open(service, `/verify-email?token=${token}&ui_locales=${language}`);
    const { heading } = allWords[language].pages.confirm;
    expect(text).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`);
    expect(text).toContain(`<title>${heading} – Northwind</title>`);
    expect(words(text)).toContain(heading);
    expect(headers.get('Content-Language')).toBe(language);
    expect(text).toContain(`action="/verify-email?ui_locales=${language}"`);
  },
);

test('a link’s language goes before the browser’s; one that is no language tag is as if it were not there', async () => {
  const service = await start();
  const spoken = async (query: string, accepted?: string) => {
    const headers = { Accept: 'text/html', ...(accepted && { 'Accept-Language': accepted }) };
    const answer = await service.call('GET', `/verify-email?token=${token}${query}`, { headers });
    expect(answer.status).toBe(200);
    return answer.headers.get('Content-Language');
  };
  expect(await spoken('&ui_locales=de', 'fr')).toBe('de');
  expect(await spoken('&ui_locales=tlh%20de-CH%20fr')).toBe('de');
  expect(await spoken('&ui_locales=pt_PT')).toBe('pt-BR');
  expect(await spoken('', 'fr;q=0.5, it')).toBe('it');
  expect(await spoken('&ui_locales=tlh', 'fr')).toBe('fr');
  for (const malformed of ['de;q=0', 'de,it', '<script>', '%00', ' ', 'x'.repeat(9_000), 'de '.repeat(99)]) {
    expect(await spoken(`&ui_locales=${encodeURIComponent(malformed)}`, 'fr'), malformed).toBe('fr');
  }
  expect(await spoken('')).toBe('en');
});

test('faults, the useless link and what is not there are said in it', async () => {
  const service = await start();
  const { pages, passwords } = allWords.de;
  const said = async (form: Record<string, string>) =>
    words((await press(service, '/verify-email?ui_locales=de', form)).text);
  const { token } = await signedUp(service);
  const empty = await said({ token, name: '', password: '' });
  for (const sentence of [pages.fields.nameFault, pages.fields.passwordFault])
    expect(empty).toContain(sentence);
  expect(await said({ token, name: 'Ada', password: 'aaaaaaaaaaaaaaaaaaaaaaa' })).toContain(
    passwords.repetitive,
  );
  const useless = await said({
    token: `r${'A'.repeat(43)}`,
    name: 'Ada',
    password: 'velvet sparrow tunnel mint',
  });
  expect(useless).toContain('24 Stunden');
  expect(useless).toContain(pages.uselessLink.anotherMail);
  const sent = await press(service, '/send-another?ui_locales=de', { token: `r${'A'.repeat(43)}` });
  expect(words(sent.text)).toContain(pages.uselessLink.sent);
  expect(words((await open(service, '/nowhere?ui_locales=de')).text)).toContain(pages.notFound.heading);
  expect(words((await open(service, '/?ui_locales=de')).text)).toContain(pages.start.developers);
});

test('another mail is in the language of the first, whoever presses the button', async () => {
  const service = await start();
  const email = newAddress();
  const headers = { Accept: 'text/html', 'Accept-Language': 'de' };
  await service.call('POST', '/api/auth/register', { json: { email, name: 'Ada' }, headers });
  const [first] = await mailsTo(email, 1);
  const token = linkIn(first).searchParams.get('token') ?? '';
  await press(service, '/send-another?ui_locales=fr', { token }, { 'Accept-Language': 'fr' });
  const [, second] = await mailsTo(email, 2);
  expect(second?.subject).toBe(first?.subject);
  expect(second?.text).toContain('&ui_locales=de');
});
