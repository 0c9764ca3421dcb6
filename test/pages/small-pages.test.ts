// What somebody meets who follows a link to nowhere, and what a program meets there.

import { expect, test } from 'vitest';
import { smallPages } from '../../src/build/openapi/small-pages.ts';
import { en } from '../../src/words/en.ts';
import { startService } from '../service.ts';
import { open, words } from './pages.ts';

test('a browser that follows a link to nowhere gets a page, a program the problem', async () => {
  const service = await startService();
  const shown = await open(service, '/no/such/page');
  expect(shown).toMatchObject({ status: 404 });
  expect(shown.headers.get('Content-Type')).toBe('text/html; charset=UTF-8');
  expect(words(shown.text)).toContain('There is nothing here');
  const told = await service.call('GET', '/no/such/page');
  expect(told).toMatchObject({ status: 404, body: { title: expect.any(String), status: 404 } });
  expect(await open(service, '/no/such/page', 'POST')).toMatchObject({ status: 404, body: { status: 404 } });
});

test('each problem has a page at its type, and the first page leads to the documentation', () => {
  const pages = smallPages();
  for (const [name, title] of Object.entries(en.problems)) {
    expect(words(pages[`problems/${name}.html`] ?? ''), name).toContain(title);
  }
  expect(pages['index.html']).toContain('href="/docs"');
  for (const html of Object.values(pages)) expect(html).not.toMatch(/<script|https?:/);
});
