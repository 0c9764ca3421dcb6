// From the mail to being signed in, in a real browser, with JavaScript and without.
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chromiumPath, launchChromium } from '../stack/chromium.ts';
import { servedBindings } from '../stack/served-bindings.ts';
import { type ServedWorker, startServedWorker } from '../stack/served-worker.ts';
import { newTestDatabase } from '../stack/test-database.ts';

const executable = await chromiumPath();
if (executable === undefined) {
  console.warn('SKIPPED: no Chromium on this machine (apt-get install chromium, or CHROMIUM=<path>)');
}

const password = 'tide lamp orbit cello';
const chosen = 'velvet sparrow tunnel mint';

describe.skipIf(executable === undefined)('in Chromium', () => {
  let worker: ServedWorker;
  let browser: Browser;

  beforeAll(async () => {
    worker = await startServedWorker(servedBindings(await newTestDatabase(inject('databaseUrl'))));
    browser = await launchChromium(executable ?? '');
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await worker?.stop();
  });

  describe.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('%s', (_, javaScriptEnabled) => {
    test('somebody signs up, presses the button of the mail’s page, and signs in', async () => {
      const email = await signUp();
      expect((await login(email)).status).toBe(403);
      await withPage({ javaScriptEnabled }, async (page) => {
        await page.goto(await linkTo(email, 1));
        expect((await login(email)).status).toBe(403);
        await page.getByRole('button', { name: 'Confirm my address' }).click();
        await page.getByRole('heading', { name: 'Your email address is confirmed' }).waitFor();
        expect((await login(email)).status).toBe(200);
        await page.reload();
        await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
        await page.getByRole('link', { name: 'type its code' }).click();
        await page.getByLabel('Code').waitFor();
      });
    });

    test('a cut link: the code of the same mail does it, by keyboard alone', async () => {
      const email = await signUp();
      const [link, code] = [await linkTo(email, 1), await codeTo(email)];
      await withPage({ javaScriptEnabled }, async (page) => {
        await page.goto(link.slice(0, -5));
        await page.keyboard.press('Tab');
        await page.keyboard.type(email);
        await page.keyboard.press('Tab');
        await page.keyboard.type(code);
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Your email address is confirmed' }).waitFor();
      });
      expect((await login(email)).status).toBe(200);
    });

    test('somebody who forgot: a refused password with the reason, then a good one; the old session is over', async () => {
      const email = await signUp();
      const token = new URL(await linkTo(email, 1)).searchParams.get('token');
      await post('/api/auth/verify-email', { token });
      const { refresh_token } = (await (await login(email)).json()) as { refresh_token: string };
      await post('/api/auth/forgot-password', { email });
      await withPage({ javaScriptEnabled }, async (page) => {
        await page.goto(await linkTo(email, 2));
        const field = page.getByLabel('New password');
        const save = page.getByRole('button', { name: 'Save the new password' });
        await field.fill('qwertyuiopasdfghjkl');
        await save.click();
        await page.getByText('Most of this follows the keyboard').waitFor();
        // What a screen reader says of the field that has the focus.
        expect(await page.locator(':focus').getAttribute('id')).toBe('password');
        expect(await page.locator('main').ariaSnapshot()).toMatch(/textbox "New password"/);
        expect(await field.inputValue()).toBe('');
        expect((await login(email)).status).toBe(200);

        await page.keyboard.type(chosen);
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
        expect(await page.locator(':focus').textContent()).toBe('Your password is changed');
      });
      expect((await login(email, chosen)).status).toBe(200);
      expect((await login(email)).status).toBe(401);
      expect((await post('/api/auth/refresh', { refresh_token })).status).toBe(401);
    });
  });

  test.each(Object.entries(looks))('%s is accessible in light and dark, and fits 320 px', async (_, show) => {
    await withPage({ viewport: { width: 320, height: 640 } }, async (page) => {
      await show(page, worker.origin);
      await page.evaluate(axe.source);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        // 320 px are also 1280 px at 400 % (WCAG 2.2, 1.4.10): nothing is to be scrolled sideways.
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
        const { violations, incomplete } = (await page.evaluate('axe.run()')) as AxeResults;
        expect([...violations, ...incomplete].map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      }
    });
  });

  /** A browser of its own, that must ask for nothing but the pages and complain of nothing. */
  async function withPage(options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const complaints: string[] = [];
    page.on('console', (message) => {
      // Chromium reports every answer over 399 that way, and those are intended.
      const isIntended = message.text().startsWith('Failed to load resource');
      if (/^(error|warning)$/.test(message.type()) && !isIntended) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (request.resourceType() !== 'document') complaints.push(`fetched ${request.url()}`);
    });
    try {
      await use(page);
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  }

  async function signUp(): Promise<string> {
    const email = `person-${crypto.randomUUID()}@example.test`;
    expect((await post('/api/auth/register', { email, password, name: 'Ada' })).status).toBe(202);
    return email;
  }

  const login = (email: string, typed = password) => post('/api/auth/login', { email, password: typed });

  function post(path: string, body: object): Promise<Response> {
    return fetch(worker.origin + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
});

const token = 'A'.repeat(43);

/** Every state of the pages that a person can meet. */
const looks: Record<string, (page: Page, origin: string) => Promise<unknown>> = {
  'verify-link': (page, origin) => page.goto(`${origin}/verify-email?token=${token}`),
  'verify-code': (page, origin) => page.goto(`${origin}/verify-email?token=cut`),
  async 'verify-code-wrong'(page, origin) {
    await page.goto(`${origin}/verify-email`);
    await page.getByLabel('Email address').fill('ada@example.test');
    await page.getByLabel('Code').fill('000000');
    await page.keyboard.press('Enter');
    await page.getByText('This code does not fit').waitFor();
  },
  async 'link-useless'(page, origin) {
    await page.goto(`${origin}/verify-email?token=${token}`);
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
  },
  'reset-link': (page, origin) => page.goto(`${origin}/reset-password?token=${token}`),
  'reset-code': (page, origin) => page.goto(`${origin}/reset-password`),
  async 'reset-refused'(page, origin) {
    await page.goto(`${origin}/reset-password?token=${token}`);
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button').click();
    await page.getByText('Use at least 15 characters').waitFor();
  },
};

type Mail = { readonly text: string };

async function newestMail(email: string, count: number): Promise<Mail> {
  const query = new URLSearchParams({ to: email, count: String(count) });
  const answer = await fetch(`${inject('mailApiUrl')}/mails?${query}`);
  const mails = (await answer.json()) as Mail[];
  const mail = mails.at(-1);
  if (mails.length < count || !mail) throw new Error(`${mails.length} mails to ${email}, not ${count}`);
  return mail;
}

async function linkTo(email: string, count: number): Promise<string> {
  const { text } = await newestMail(email, count);
  return /http:\/\/localhost\S+token=[\w-]+/.exec(text)?.[0] ?? `no link in ${text}`;
}

async function codeTo(email: string): Promise<string> {
  const { text } = await newestMail(email, 1);
  return /^\s*(\d{3} ?\d{3})\s*$/m.exec(text)?.[1] ?? `no code in ${text}`;
}
