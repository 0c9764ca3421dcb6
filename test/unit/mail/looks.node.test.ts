// How mails look in a real browser: in light and dark, on a narrow phone, a phone and a desk, whatever the brand's colour.
import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { palettes } from '../../../src/brand.ts';
import type { MailKind } from '../../../src/mail/letters.ts';
import type { Language } from '../../../src/words/languages.ts';
import { chromiumPath, launchChromium } from '../../stack/chromium.ts';
import { code, kinds, mailIn } from './spoken.ts';

const executable = await chromiumPath();
if (executable === undefined) {
  console.warn('SKIPPED: no Chromium on this machine (apt-get install chromium, or CHROMIUM=<path>)');
}

/** With a link and facts, with a link and a code, with a code alone, with facts alone. */
const some: readonly MailKind[] = ['passkey-added', 'verify-email', 'sign-in-code', 'new-sign-in'];
const shown: readonly (readonly [Language, readonly MailKind[]])[] = [
  ['en', kinds],
  ['ar', some],
  ['ja', some],
  ['de', some],
];

/** Colours that few letters can be read on or in: as light, as dark and as grey as can be, and a bright one. */
const colors = ['#ffffff', '#000000', '#808080', '#ffd60a'];

describe.skipIf(executable === undefined)('in Chromium', () => {
  let browser: Browser;
  let page: Page;
  const fetched: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium(executable ?? '');
    page = await browser.newPage();
    page.on('request', (request) => fetched.push(request.url()));
  });

  afterAll(() => browser?.close());

  test.each(shown)(
    'in %s mails fit every width, and are accessible in light and dark',
    async (language, kinds) => {
      for (const kind of kinds) {
        await show(mailIn(language, kind, {}, { supportEmail: 'help@example.org' }).html);
        for (const width of [320, 375, 1200]) {
          await page.setViewportSize({ width, height: 640 });
          const { scrollWidth, button } = await measured(page);
          expect([kind, scrollWidth]).toEqual([kind, width]);
          // WCAG 2.2, 2.5.5 (target size).
          if (button) expect(button.height, kind).toBeGreaterThanOrEqual(44);
        }
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const rules = colorScheme === 'light' ? all : contrast;
          expect(await faults(page, rules), `${kind} in ${colorScheme}`).toEqual([]);
        }
      }
      expect(fetched).toEqual([]);
    },
  );

  test.each(colors)('with the brand’s colour %s everything can be read', async (color) => {
    await show(
      mailIn('en', 'email-changed', {}, { ...palettes(color), supportEmail: 'help@example.org' }).html,
    );
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await faults(page, contrast), colorScheme).toEqual([]);
    }
  });

  test('Outlook.com, which marks what it darkens, shows the dark colours', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await show(mailIn('en', 'email-changed').html);
    await page.evaluate(`document.documentElement.dataset.ogsb = document.documentElement.dataset.ogsc = ''`);
    expect(await page.evaluate(`getComputedStyle(document.querySelector('.card')).backgroundColor`)).toBe(
      'rgb(23, 26, 32)',
    );
    expect(await faults(page, contrast)).toEqual([]);
  });

  test('a name and a device without a space fit a narrow phone', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    const name = 'W'.repeat(60);
    await show(mailIn('de', 'new-sign-in', { name, deviceName: name }, { name: 'W'.repeat(40) }).html);
    expect(await measured(page)).toMatchObject({ scrollWidth: 320 });
  });

  test('a code is selected as a whole, by one click', async () => {
    await show(mailIn('ar', 'sign-in-code').html);
    await page.getByText(code).click();
    expect(await page.evaluate('String(getSelection())')).toBe(code);
  });

  test('in Arabic everything begins on the right, but for the link that is written out', async () => {
    await page.setViewportSize({ width: 1200, height: 640 });
    await show(mailIn('ar', 'passkey-added').html);
    const gaps = (await page.evaluate(`(() => {
      const card = document.querySelector('.card').getBoundingClientRect();
      return ['h1', 'a.act', 'td.soft', 'bdi', 'a.link'].map((selector) => {
        const range = document.createRange();
        range.selectNodeContents(document.querySelector(selector));
        const { left, right } = range.getBoundingClientRect();
        return [selector, card.right - right < left - card.left ? 'right' : 'left'];
      });
    })()`)) as [string, string][];
    expect(Object.fromEntries(gaps)).toEqual({
      h1: 'right',
      'a.act': 'right',
      'td.soft': 'right',
      bdi: 'right',
      'a.link': 'left',
    });
  });

  async function show(html: string): Promise<void> {
    await page.setContent(html);
    await page.evaluate(axe.source);
  }
});

type Measures = { readonly scrollWidth: number; readonly button: { readonly height: number } | null };

const measured = (page: Page) =>
  page.evaluate(`({
    scrollWidth: document.documentElement.scrollWidth,
    button: document.querySelector('a.act')?.getBoundingClientRect().toJSON() ?? null,
  })`) as Promise<Measures>;

/** A mail is part of the page of a mail program, whose landmarks are that program's. */
const all = { rules: { region: { enabled: false }, 'landmark-one-main': { enabled: false } } };
/** In another colour or theme nothing else can be different. */
const contrast = { runOnly: ['color-contrast'] };

async function faults(page: Page, rules: object) {
  const { violations, incomplete } = (await page.evaluate(`axe.run(${JSON.stringify(rules)})`)) as AxeResults;
  return [...violations, ...incomplete].map(({ id, nodes }) => [id, nodes[0]?.html]);
}
