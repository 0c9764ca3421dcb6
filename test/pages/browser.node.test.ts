// From the mail to being signed in, in a real browser, with JavaScript and without.
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, inject, test } from 'vitest';
import { chromiumPath } from '../stack/chromium.ts';
import { usePages } from '../stack/pages-in-browser.ts';

const executable = await chromiumPath();
if (executable === undefined) {
  console.warn('SKIPPED: no Chromium on this machine (apt-get install chromium, or CHROMIUM=<path>)');
}

const password = 'tide lamp orbit cello';
const chosen = 'velvet sparrow tunnel mint';

describe.skipIf(executable === undefined)('in Chromium', () => {
  const { origin, withPage } = usePages(executable, { APP_ORIGIN: 'https://app.example.test' });

  describe.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('%s', (_, javaScriptEnabled) => {
    test('somebody signs up, chooses a password on the mail’s page, and signs in', async () => {
      const email = await signUp();
      await withPage({ javaScriptEnabled }, async (page) => {
        await page.goto(await linkTo(email, 1));
        expect((await login(email)).status).toBe(401);
        await page.getByLabel('Your name').fill('Ada');
        await page.getByLabel('Password', { exact: true }).fill(password);
        await page.getByRole('button', { name: 'Confirm and save the password' }).click();
        await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
        expect((await login(email)).status).toBe(200);
        const onwards = page.getByRole('link', { name: 'Go to the app' });
        expect(await onwards.getAttribute('href')).toBe('https://app.example.test');
        await page.reload();
        await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
      });
    });

    test('on the page of a link that does not work any more, another mail is a button away', async () => {
      const email = await signUp();
      await withPage({ javaScriptEnabled }, async (page) => {
        // Time does not move here: the page is that of another link, and the button is pressed for this one.
        const token = new URL(await linkTo(email, 1)).searchParams.get('token');
        await page.route('**/send-another?*', (route) => route.continue({ postData: `token=${token}` }));
        await page.goto(`${origin()}/verify-email?token=c${'A'.repeat(43)}`);
        await page.getByRole('button', { name: 'Confirm my address' }).click();
        await page.getByRole('button', { name: 'Send me another mail' }).click();
        await page.getByRole('heading', { name: 'Check your email' }).waitFor();
        await page.goto(await linkTo(email, 2));
        await page.getByLabel('Your name').fill('Ada');
        await page.getByLabel('Password', { exact: true }).fill(password);
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
      });
      expect((await login(email)).status).toBe(200);
    });

    test('by keyboard alone: a refused password has the focus and its reason, and the name is still there', async () => {
      const email = await signUp();
      await withPage({ javaScriptEnabled }, async (page) => {
        await page.goto(await linkTo(email, 1));
        await page.keyboard.press('Tab');
        await page.keyboard.type('Ada Lovelace');
        await page.keyboard.press('Tab');
        await page.keyboard.type('qwertyuiopasdfghjkl');
        await page.keyboard.press('Enter');
        await page.getByText('Most of this follows the keyboard').waitFor();
        expect(await page.locator(':focus').getAttribute('id')).toBe('password');
        expect(await page.getByLabel('Your name').inputValue()).toBe('Ada Lovelace');
        await page.keyboard.type(password);
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
      });
      expect((await login(email)).status).toBe(200);
    });

    test('an address that a stranger moved the account to: the button of the old one’s mail gives it back', async () => {
      const email = await newUser();
      const { access_token: bearer } = (await (await login(email)).json()) as { access_token: string };
      const new_email = newAddress();
      await post('/api/users/me/email', { new_email, password }, bearer);
      const changed = new URL(await linkTo(new_email, 1));
      await withPage({ javaScriptEnabled }, async (page) => {
        await page.goto(changed.href);
        await page.getByRole('button', { name: 'Confirm my address' }).click();
        await page.getByRole('heading', { name: 'Your email address is confirmed' }).waitFor();
      });
      expect((await login(new_email)).status).toBe(200);
      await withPage({ javaScriptEnabled }, async (page) => {
        await page.goto(await linkTo(email, 1, 'undo-email-change'));
        await page.getByRole('button', { name: 'Undo the change' }).click();
        await page.getByRole('heading', { name: 'The change is undone' }).waitFor();
        await page.goto(await linkTo(email, 1, 'reset-password'));
        await page.getByLabel('New password', { exact: true }).fill(chosen);
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
      });
      expect((await login(new_email)).status).toBe(401);
      expect((await login(email, chosen)).status).toBe(200);
    });

    test('somebody who forgot: a refused password with the reason, then a good one; the old session is over', async () => {
      const email = await newUser();
      const { refresh_token } = (await (await login(email)).json()) as { refresh_token: string };
      await post('/api/auth/forgot-password', { email });
      await withPage({ javaScriptEnabled }, async (page) => {
        await page.goto(await linkTo(email, 1, 'reset-password'));
        const field = page.getByLabel('New password', { exact: true });
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

  async function signUp(): Promise<string> {
    const email = newAddress();
    expect((await post('/api/auth/register', { email, name: 'Ada' })).status).toBe(202);
    return email;
  }

  /** Somebody who has proven the address as well. */
  async function newUser(): Promise<string> {
    const email = await signUp();
    const token = new URL(await linkTo(email, 1)).searchParams.get('token');
    expect((await post('/api/auth/verify-email', { token, password, name: 'Ada' })).status).toBe(204);
    return email;
  }

  const login = (email: string, typed = password) => post('/api/auth/login', { email, password: typed });

  function post(path: string, body: object, bearer?: string): Promise<Response> {
    return fetch(origin() + path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(body),
    });
  }
});

const newAddress = () => `person-${crypto.randomUUID()}@example.test`;

type Mail = { readonly text: string };

/** The link to a page in the newest mail that has one, once so many have come. */
async function linkTo(email: string, count: number, page = 'verify-email'): Promise<string> {
  const link = new RegExp(`http://localhost\\S+/${page}\\?token=[\\w-]+`);
  const deadline = Date.now() + 10_000;
  for (;;) {
    const query = new URLSearchParams({ to: email, count: String(count) });
    const answer = await fetch(`${inject('mailApiUrl')}/mails?${query}`);
    const mails = (await answer.json()) as Mail[];
    const found = mails.map(({ text }) => link.exec(text)?.[0]).findLast((one) => one !== undefined);
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${mails.length} mails to ${email}, and none with ${page}`);
    await delay(100);
  }
}
