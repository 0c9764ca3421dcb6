// What somebody meets who follows a link to nowhere or comes without one, and what a program meets there.

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

test('each problem has a page at its type', () => {
  const pages = smallPages();
  for (const [name, title] of Object.entries(en.problems)) {
    expect(words(pages[`problems/${name}.html`] ?? ''), name).toContain(title);
  }
  for (const html of Object.values(pages)) expect(html).not.toMatch(/<script|https?:/);
});

test('who comes by themselves is told what this is, under the operator’s name', async () => {
  const service = await startService({ BRAND_NAME: 'Northwind' });
  const { status, headers, text, trips } = await open(service, '/');
  expect({ status, trips }).toEqual({ status: 200, trips: 0 });
  expect(headers.get('Content-Language')).toBe('en');
  expect(words(text)).toContain('This is where Northwind signs people in.');
  expect(text).toContain('<a href="/docs">');
  expect(text).toContain('<a class="act" href="https://app.example.test">Go to the app</a>');
  // The name is the heading, and not said twice.
  expect(text).not.toContain('<header>');
});
