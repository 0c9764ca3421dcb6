// The operator's name, logo, colours and support address on the pages.

import { expect, test } from 'vitest';
import { allWords } from '../../src/build/all-words.ts';
import { base64, sha256 } from '../../src/encoding.ts';
import { EnvironmentError } from '../../src/environment.ts';
import { startService } from '../service.ts';
import { wordFiles } from '../words/files.ts';
import { open, words } from './pages.ts';

const path = `/reset-password?token=p${'A'.repeat(43)}`;

const policyOf = (headers: Headers) => headers.get('Content-Security-Policy') ?? '';

test('a page bears the name and the colours, and the policy allows the style that has them', async () => {
  const service = await startService({ BRAND_NAME: 'Ada & Söhne', BRAND_COLOR: '#FFD400' });
  const { text, headers } = await open(service, path);
  expect(text).toContain('<header><bdi>Ada &amp; Söhne</bdi></header>');
  expect(text).toContain('<title>Choose a new password – Ada &amp; Söhne</title>');
  const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? '';
  const script = /<script>(.*?)<\/script>/s.exec(text)?.[1] ?? '';
  // In both themes as it is, with dark letters. On the white card its edge is darker, or it could hardly be seen.
  expect(style.match(/--act:#ffd400;--act-edge:#[0-9a-f]{6};--on-act:#000000/g)).toHaveLength(2);
  expect(style.match(/--act-edge:#ffd400/g)).toHaveLength(1);
  expect(policyOf(headers)).toContain(`style-src 'sha256-${base64(await sha256(style))}'`);
  expect(policyOf(headers)).toContain(`script-src 'sha256-${base64(await sha256(script))}'`);
  expect(policyOf(headers)).not.toContain('img-src');
  const other = await open(await startService({ BRAND_COLOR: '#006644' }), path);
  expect(policyOf(other.headers)).not.toBe(policyOf(headers));
});

test('a logo stands for the name, and is the only thing that a page may fetch', async () => {
  const service = await startService({
    BRAND_NAME: 'Northwind',
    BRAND_LOGO_URL: 'https://cdn.example.com/a/logo.svg?v=2&x=%20',
  });
  for (const shown of [
    await open(service, path),
    await open(service, '/'),
    await open(service, '/nowhere'),
  ]) {
    expect(shown.text).toContain('src="https://cdn.example.com/a/logo.svg?v=2&amp;x=%20"');
    expect(policyOf(shown.headers)).toContain('; img-src https://cdn.example.com/a/logo.svg; ');
  }
  expect((await open(service, path)).text).toMatch(/<img [^>]*alt="Northwind"/);
  // There the heading is the name.
  expect((await open(service, '/')).text).toMatch(/<img [^>]*alt=""/);
});

test.for([
  'http://example.com/logo.svg',
  'https://example.com',
  'https://example.com/a;script-src *',
  'https://example.com/a;script-src',
  'https://example.com/a,b',
  "https://example.com/'unsafe-inline'",
  'https://example.com/a"b',
  'https://example.com/a\nb',
  'https://example.com/logo.svg#part',
  'https://user:word@example.com/logo.svg',
  'https://*.example.com/logo.svg',
  'https://*/logo.svg',
  'https://exämple.com/logo.svg',
  'https://example.com:99999/logo.svg',
  'https:///logo.svg',
  ' https://example.com/logo.svg',
  'data:image/svg+xml,<svg/>',
])('%j is no address of a logo', async (BRAND_LOGO_URL) => {
  const refusal = await startService({ BRAND_LOGO_URL }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(EnvironmentError);
  expect(String(refusal)).toContain('BRAND_LOGO_URL must be a URL such as');
});

test('whoever has a question finds the address below, as a link', async () => {
  const service = await startService({ SUPPORT_EMAIL: 'help+a&b@example.test' });
  const { text } = await open(service, path);
  expect(words(text)).toMatch(/Questions\? Write to help\+a&amp;b@example\.test \.$/);
  expect(text).toContain(
    '<a href="mailto:help%2Ba%26b@example.test"><bdi>help+a&amp;b@example.test</bdi></a>',
  );
  expect((await open(await startService(), path)).text).not.toContain('<footer>');
});

test('an operator’s own words may name the service and its people anywhere', async () => {
  const { reset } = allWords.de.pages;
  const own = { ...reset, opening: 'Neu bei {service}?', button: 'Frag {support}' };
  const service = await startService({
    BRAND_NAME: 'Acme',
    SUPPORT_EMAIL: 'help@acme.example',
    ASSETS: wordFiles({ de: { ...allWords.de, pages: { ...allWords.de.pages, reset: own } } }),
  });
  const shown = words((await open(service, `${path}&ui_locales=de`)).text);
  expect(shown).toContain('Neu bei Acme?');
  expect(shown).toContain('Frag help@acme.example');
});
