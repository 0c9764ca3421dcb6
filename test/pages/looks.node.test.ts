// How the pages look and behave in a real browser: every state in both themes, from right to left, under a brand whose colour is hard to
// read; and what the one script adds.
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { allWords } from '../../src/build/all-words.ts';
import { chromiumPath } from '../stack/chromium.ts';
import { usePages } from '../stack/pages-in-browser.ts';

const executable = await chromiumPath();
if (executable === undefined) {
  console.warn('SKIPPED: no Chromium on this machine (apt-get install chromium, or CHROMIUM=<path>)');
}

const logo = 'https://logo.example/mark.svg?v=2';
/** As long as a token is, after the letter that says what it is for. */
const token = 'A'.repeat(43);
/** How much of a page is to be scrolled sideways. */
const overflow = 'document.documentElement.scrollWidth - innerWidth';
/** A press of a letter, as a keyboard reports it. */
const pressed = (type: string, capsLock: boolean) =>
  `document.querySelector('#password').dispatchEvent(new KeyboardEvent('${type}', { key: 'A', modifierCapsLock: ${capsLock} }))`;

describe.skipIf(executable === undefined)('in Chromium', () => {
  const { origin, withPage } = usePages(executable, {
    APP_ORIGIN: 'https://app.example.test',
    BRAND_NAME: 'Northwind',
    BRAND_COLOR: '#ffd400',
    BRAND_LOGO_URL: logo,
    SUPPORT_EMAIL: 'help@northwind.example',
  });

  /** Shows each state in one tab after the other. */
  async function withLogo(page: Page): Promise<void> {
    const body =
      '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="64"><rect width="320" height="64"/></svg>';
    await page.route(logo, (route) => route.fulfill({ contentType: 'image/svg+xml', body }));
  }

  // From right to left; in English and German the rules find nothing else. 320 px are also 1280 px at 400 % (WCAG 2.2, 1.4.10).
  test('in Arabic every state is accessible in both themes, goes from right to left and fits 320 px', async () => {
    await withPage({ viewport: { width: 320, height: 640 } }, async (page) => {
      await withLogo(page);
      for (const [name, show] of Object.entries(states)) {
        await show(page, (path) => page.goto(`${origin()}${path}&ui_locales=ar`));
        expect(await page.locator('html').getAttribute('dir'), name).toBe('rtl');
        expect(await page.evaluate(overflow), name).toBeLessThanOrEqual(0);
        await page.evaluate(axe.source);
        // Of what axe looks at, the other theme changes the contrast alone.
        for (const [colorScheme, rules] of [
          ['light', '{}'],
          ['dark', '{ runOnly: ["color-contrast"] }'],
        ] as const) {
          await page.emulateMedia({ colorScheme });
          const { violations, incomplete } = (await page.evaluate(`axe.run(${rules})`)) as AxeResults;
          const found = [...violations, ...incomplete].map(({ id, nodes }) => [name, id, nodes[0]?.html]);
          expect(found).toEqual([]);
        }
      }
    });
  });

  test('in German, whose words are long, every state fits 320 px, with letters of twice the size too', async () => {
    await withPage({ viewport: { width: 320, height: 640 } }, async (page) => {
      await withLogo(page);
      for (const [name, show] of Object.entries(states)) {
        await show(page, (path) => page.goto(`${origin()}${path}&ui_locales=de`));
        expect(await page.evaluate(overflow), name).toBeLessThanOrEqual(0);
        await page.evaluate(`document.documentElement.style.fontSize = '200%'`);
        expect(await page.evaluate(overflow), name).toBeLessThanOrEqual(0);
      }
    });
  });

  test('the card stands in the middle, and at the top where the window is low', async () => {
    await withPage({ viewport: { width: 1200, height: 900 } }, async (page) => {
      await withLogo(page);
      await page.goto(`${origin()}/reset-password?token=p${token}`);
      const box = async () =>
        (await page.locator('main').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      const { x, y, width, height } = await box();
      expect(Math.abs(x + width / 2 - 600)).toBeLessThan(2);
      expect(y).toBeGreaterThan(150);
      expect(y + height).toBeLessThan(800);
      // A phone with its keyboard open.
      await page.setViewportSize({ width: 375, height: 500 });
      await page.goto(`${origin()}/verify-email?token=c${token}`);
      expect((await box()).y).toBeLessThan(100);
    });
  });

  test('who has chosen their own colours sees the edges of fields and buttons; who wants no motion sees none', async () => {
    await withPage({ forcedColors: 'active', reducedMotion: 'reduce' }, async (page) => {
      await withLogo(page);
      await page.goto(`${origin()}/reset-password?token=p${token}`);
      for (const part of ['input#password', 'button[type=submit]']) {
        const style = `getComputedStyle(document.querySelector('${part}'))`;
        expect(await page.evaluate(`${style}.borderTopStyle + ${style}.borderTopWidth`)).toBe('solid1px');
        const colors = (await page.evaluate(
          `[${style}.borderTopColor, ${style}.backgroundColor]`,
        )) as string[];
        expect(colors[0]).not.toBe(colors[1]);
      }
      await page.locator('[type=submit]').evaluate((button) => button.setAttribute('aria-disabled', 'true'));
      const before = `getComputedStyle(document.querySelector('[type=submit]'), '::before')`;
      expect(await page.evaluate(`${before}.animationName`)).toBe('none');
    });
  });

  test('the password is shown and hidden by a button that says so, and is never sent as one that shows', async () => {
    await withPage({}, async (page) => {
      await withLogo(page);
      await page.goto(`${origin()}/reset-password?token=p${token}&ui_locales=de`);
      const { showPassword, hidePassword, fields } = allWords.de.pages;
      const field = page.getByLabel(fields.newPassword, { exact: true });
      await field.fill('velvet sparrow');
      await page.getByRole('button', { name: showPassword }).click();
      expect(await field.getAttribute('type')).toBe('text');
      // The keyboard of a phone stays open.
      expect(await page.locator(':focus').getAttribute('id')).toBe('password');
      await page.getByRole('button', { name: hidePassword }).focus();
      await page.keyboard.press('Enter');
      expect(await field.getAttribute('type')).toBe('password');
      await page.keyboard.press('Space');
      expect(await field.getAttribute('type')).toBe('text');
      expect(await field.inputValue()).toBe('velvet sparrow');
      await page.evaluate(`document.forms[0].dispatchEvent(new Event('submit', { cancelable: true }))`);
      expect(await field.getAttribute('type')).toBe('password');
    });
  });

  test('without JavaScript there is no such button, and the fields are as they should be', async () => {
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await withLogo(page);
      await page.goto(`${origin()}/reset-password?token=p${token}`);
      expect(await page.getByRole('button').count()).toBe(1);
      expect(await page.locator('#password').getAttribute('type')).toBe('password');
    });
  });

  test('caps lock is said where a password is typed, and no longer than it is on', async () => {
    await withPage({}, async (page) => {
      await withLogo(page);
      await page.goto(`${origin()}/reset-password?token=p${token}`);
      const note = page.locator('.field [role=status]');
      const press = (capsLock: boolean, type = 'keydown') => page.evaluate(pressed(type, capsLock));
      await page.locator('#password').focus();
      expect(await note.textContent()).toBe('');
      await press(true);
      expect(await note.textContent()).toBe('Caps lock is on.');
      await press(false, 'keyup');
      expect(await note.textContent()).toBe('');
      await press(true);
      await page.locator('[type=submit]').focus();
      expect(await note.textContent()).toBe('');
      // As a password manager fills it in.
      await page.locator('#password').dispatchEvent('keydown');
    });
  });

  test('pressed three times it is sent once; a wait of a second shows, and is over when the page is come back to', async () => {
    await withPage({}, async (page) => {
      await withLogo(page);
      let sent = 0;
      await page.route('**/reset-password?ui_locales=*', async (route) => {
        sent += 1;
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        await route.continue();
      });
      const submit = page.locator('[type=submit]');
      const now = `[document.forms[0].querySelector('[type=submit]')].map((b) => [b.textContent, b.ariaDisabled, document.querySelector('[data-waiting]').textContent])[0]`;
      await page.goto(`${origin()}/reset-password?token=p${token}`);
      await page.locator('#password').fill('velvet sparrow tunnel mint');
      await page.evaluate(`
        for (let times = 0; times < 3; times += 1) document.querySelector('[type=submit]').click();
        setTimeout(() => sessionStorage.setItem('early', JSON.stringify(${now})), 500);
        setTimeout(() => sessionStorage.setItem('late', JSON.stringify(${now})), 1_250);`);
      await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
      const seen = async (when: string) =>
        JSON.parse(String(await page.evaluate(`sessionStorage.getItem('${when}')`)));
      expect(await seen('early')).toEqual(['Save the new password', null, '']);
      expect(await seen('late')).toEqual(['One moment…', 'true', 'One moment…']);
      expect(sent).toBe(1);

      await page.goto(`${origin()}/reset-password?token=p${token}`);
      for (const ending of [
        `new PageTransitionEvent('pageshow', { persisted: true })`,
        `new KeyboardEvent('keydown', { key: 'Escape' })`,
      ]) {
        await page.evaluate(`document.forms[0].dispatchEvent(new Event('submit', { cancelable: true }))`);
        await page.locator('[aria-disabled=true]').waitFor();
        await page.evaluate(`dispatchEvent(${ending})`);
        expect(await submit.textContent()).toBe('Save the new password');
        expect(await submit.getAttribute('aria-disabled')).toBeNull();
      }
    });
  });
});

type Open = (path: string) => Promise<unknown>;

/** Every state of the pages that a person can meet. */
const states: Record<string, (page: Page, open: Open) => Promise<unknown>> = {
  start: (_, open) => open('/?'),
  lost: (_, open) => open('/nowhere?'),
  'cut-link': (_, open) => open('/verify-email?token=cut'),
  'change-link': (_, open) => open(`/verify-email?token=c${token}`),
  'undo-link': (_, open) => open(`/undo-email-change?token=u${token}`),
  'reset-link': (_, open) => open(`/reset-password?token=p${token}`),
  async 'verify-link'(page, open) {
    await open(`/verify-email?token=r${token}`);
    await page.locator('.eye').click();
    await page.evaluate(pressed('keydown', true));
    await page.locator('.field [role=status]:not(:empty)').waitFor();
  },
  async 'verify-incomplete'(page, open) {
    await open(`/verify-email?token=r${token}`);
    await page.locator('[type=submit]').click();
    await page.locator('p.bad').waitFor();
  },
  async 'second-factor'(page, open) {
    await open(`/undo-email-change?token=u${token}`);
    await page.evaluate(
      `document.forms[0].append(Object.assign(document.createElement('input'), { name: 'second_factor', value: '1' }))`,
    );
    await page.locator('[type=submit]').click();
    await page.locator('small.bad').waitFor();
  },
  async waiting(page, open) {
    await open(`/reset-password?token=p${token}`);
    await page.evaluate(`document.forms[0].dispatchEvent(new Event('submit', { cancelable: true }))`);
    await page.locator('[aria-disabled=true]').waitFor();
  },
  async 'undo-useless'(page, open) {
    await open(`/undo-email-change?token=u${token}`);
    await page.locator('[type=submit]').click();
    await page.waitForURL(/change\?ui/);
  },
  async 'link-useless'(page, open) {
    await open(`/verify-email?token=c${token}`);
    await page.locator('[type=submit]').click();
    await page.waitForURL(/email\?ui/);
  },
  async 'another-sent'(page) {
    await page.locator('[type=submit]').click();
    await page.waitForURL(/send-another/);
  },
};
