import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium } from '../stack/chromium.ts';
import {
  type AdminWithApp,
  inMailTo,
  type OperatorsService,
  password,
  startOperatorsService,
} from '../stack/operators-service.ts';
import { watchedPage } from '../stack/watched-page.ts';

// The operators' page in a real browser, against the service as `wrangler dev` serves it.

const executable = await chromiumPath();
if (executable === undefined) {
  console.warn('SKIPPED: no Chromium on this machine (apt-get install chromium, or CHROMIUM=<path>)');
}

let service: OperatorsService;
let admin: AdminWithApp;

beforeAll(async () => {
  service = await startOperatorsService();
  admin = await service.newAdmin('Ada Lovelace');
});
afterAll(() => service?.stop());

test('the page allows itself nothing from elsewhere, nothing inline, and no string as markup; nobody keeps or finds it', async () => {
  const answer = await fetch(`${service.origin}/admin`);
  expect([answer.status, Object.fromEntries(answer.headers)]).toEqual([
    200,
    expect.objectContaining({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; " +
        "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
      'x-frame-options': 'DENY',
    }),
  ]);
  const script = await fetch(`${service.origin}/admin/main.js`);
  expect(Object.fromEntries(script.headers)).toMatchObject({
    'content-type': expect.stringContaining('text/javascript'),
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-cache',
  });
  await script.body?.cancel();
});

describe.skipIf(executable === undefined)('in Chromium', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium(executable ?? '');
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    const watched = await watchedPage(browser, `${service.origin}/admin`, {
      viewport: { width: 1200, height: 900 },
    });
    page = watched.page;
    return watched.close;
  });

  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
  const said = (text: string) => page.locator('#outcome').getByText(text).waitFor();
  const focused = () => page.locator(':focus');

  async function signIn(email = admin.email, factor: () => string = () => admin.code()): Promise<void> {
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(password);
    await press('Sign in');
    await heading('Your second factor').waitFor();
    const code = factor();
    if (code.includes('-')) await press('Use a recovery code');
    await page.getByRole('textbox').fill(code);
    await press('Continue');
    await heading('Users').waitFor();
  }
  const byRecoveryCode = () => signIn(admin.email, () => admin.recoveryCodes.pop() ?? '');

  async function openUser(name: string): Promise<void> {
    await page.getByRole('searchbox', { name: 'Search' }).fill(name);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name, exact: true }).click();
    await heading(name).waitFor();
  }

  test('an operator finds a user, acts, is asked for a recent sign-in once the time is up, and goes on', async () => {
    const email = await service.newUser('Grace Hopper');
    await service.newUser('Katherine Johnson');
    for (let session = 0; session < 2; session += 1) await service.login(email);
    await page.getByLabel('Email').fill(admin.email);
    await page.getByLabel('Password').fill('not this one, surely');
    await press('Sign in');
    await page.getByRole('alert').getByText('The address or the password is wrong.').waitFor();
    await signIn();
    // No token is in script's reach.
    expect(
      await page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })'),
    ).toBe('logged_in=true{}');

    await openUser('Grace Hopper');
    expect(await focused().textContent()).toBe('Grace Hopper');
    const address = page.url();
    expect(address).toMatch(/\/admin#\/users\/[0-9a-f-]{36}$/);
    await page.goBack();
    expect(await page.getByRole('searchbox').inputValue()).toBe('Grace Hopper');
    expect(await page.getByRole('link', { name: 'Katherine Johnson' }).count()).toBe(0);
    await page.goForward();
    await heading('Grace Hopper').waitFor();

    const sessions = page.getByRole('region', { name: 'Sessions' });
    await sessions.getByRole('checkbox').first().check();
    await press('End chosen sessions');
    await said('1 session ended.');
    expect(await sessions.getByRole('checkbox').count()).toBe(1);

    await press('Disable…');
    await page.getByLabel('Reason').fill('<b>Chargeback</b>');
    await press('Disable');
    await said('Disabled.');
    await page.getByText('<b>Chargeback</b>', { exact: true }).first().waitFor();
    await sessions.getByText('Signed in nowhere.').waitFor();
    expect(await service.disabledReason(email)).toBe('<b>Chargeback</b>');

    // The access token runs out, and the sign-in is eleven minutes old.
    await service.ageSignIns(11);
    await page.context().clearCookies({ name: '__Host-access_token' });
    await press('Enable');
    const again = page.getByRole('dialog', { name: 'Show that it is you' });
    await again.getByLabel('Your password').fill(password);
    await again.getByLabel('Code from your authenticator app').fill(admin.code(1));
    await again.getByRole('button', { name: 'Continue' }).click();
    await said('Enabled.');
    expect(await service.disabledReason(email)).toBe(null);

    await press('Send password reset…');
    await press('Send password reset');
    await said('The mail is on its way.');
    await inMailTo(email, /(reset-password\?token=)/);

    await press('Edit app_metadata');
    await page.getByLabel('A JSON object').fill('{"plan": ');
    await press('Save');
    await page.getByRole('alert').getByText('This is not a JSON object.').waitFor();
    await page.getByLabel('A JSON object').fill('{"plan": "pro"}');
    await press('Save');
    await said('app_metadata is saved.');
    await page.getByLabel('app_metadata as JSON').getByText('"plan": "pro"').waitFor();
    expect(await focused().getAttribute('id')).toBe('edit-app-metadata');

    await press('Delete…');
    await page.getByRole('textbox').fill('somebody@example.test');
    await press('Delete for good');
    await page.getByRole('alert').getByText('This is not what it says above.').waitFor();
    await page.getByRole('textbox').fill(email);
    await press('Delete for good');
    await heading('Users').waitFor();
    await page.goto(address);
    await heading('Nobody is here').waitFor();
  });

  test('by keyboard alone: the search, a user, a dialog that Escape closes, and the focus where it was', async () => {
    await service.newUser('Radia Perlman');
    const keys = async (...names: string[]) => {
      for (const name of names) await page.keyboard.press(name);
    };
    await page.keyboard.type(admin.email);
    await keys('Tab');
    await page.keyboard.type(password);
    await keys('Enter');
    await heading('Your second factor').waitFor();
    await keys('Tab', 'Enter');
    await page.keyboard.type(admin.recoveryCodes.pop() ?? '');
    await keys('Enter');
    await heading('Users').waitFor();
    await page.locator('.skip').focus();
    await keys('Enter', 'Tab');
    expect(await focused().getAttribute('name')).toBe('query');
    await page.keyboard.type('Radia');
    await keys('Enter');
    await page.getByRole('row').nth(1).waitFor();
    await page.locator('#listed').getByText('1 user shown.').waitFor();
    await keys('Tab', 'Tab', 'Tab', 'Enter');
    await heading('Radia Perlman').waitFor();
    expect(await focused().textContent()).toBe('Radia Perlman');
    await keys('Tab', 'Enter');
    await page.getByRole('dialog', { name: 'Disable this account?' }).waitFor();
    expect(await page.evaluate('document.activeElement.labels[0].textContent')).toBe('Reason');
    await keys('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused().textContent()).toBe('Disable…');
    await keys('Enter');
    await page.keyboard.type('A test');
    await keys('Enter');
    await said('Disabled.');
    expect(await focused().textContent()).toBe('Enable');
  });

  test('who is no admin, or has no second factor, is told so and sees nothing', async () => {
    const email = await service.newUser('Hedy Lamarr');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(password);
    await press('Sign in');
    await heading('This account is no operator’s').waitFor();
    await service.makeAdmin(email);
    await page.reload();
    await heading('Turn on a second factor first').waitFor();
    await press('Sign out');
    await heading('Operators’ sign-in').waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.reload();
    await heading('Operators’ sign-in').waitFor();
  });

  test('a passkey with user verification is enough', async () => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await byRecoveryCode();
    await page.evaluate(`(async () => {
      const post = async (path, body) => (await fetch('/api/users/me/passkeys' + path, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await post('/options', {}));
      await post('', { credential: (await navigator.credentials.create({ publicKey })).toJSON() });
    })()`);
    await press('Sign out');
    await press('Use a passkey');
    await heading('Users').waitFor();
  });

  test('lists come in pages and by what is chosen, and a mail that failed is sent again', async () => {
    const email = await service.newUser('Frances Allen');
    const { rows } = await service.database.query('select id from users where email = $1', [email]);
    await service.database.query(
      `insert into security_events (id, kind, user_id, created_at)
       select uuidv7(), case n % 10 when 0 then 'signed-in' else 'signed-out' end, $1, now() from generate_series(1, 30) n`,
      [rows[0].id],
    );
    await byRecoveryCode();
    await page.goto(`${service.origin}/admin#/events?user=${rows[0].id}`);
    const all = page.getByRole('rowgroup').last().getByRole('row');
    await page.locator('#listed').getByText('25 events shown.').waitFor();
    await press('Show more');
    await all.nth(25).waitFor();
    expect(await focused().evaluate('document.activeElement.closest("tr").rowIndex')).toBe(26);
    await page.getByLabel('Kind').selectOption('Signed in');
    await page.locator('#listed').getByText('3 events shown.').waitFor();
    expect(await all.count()).toBe(3);
    // Nothing that was typed is in the address.
    await page.getByLabel('Network (IP)').fill('203.0.113.7');
    await press('Search');
    await page.getByText('Nothing happened that is like this.').waitFor();
    expect(page.url()).toBe(`${service.origin}/admin#/events?user=${rows[0].id}`);

    await service.forgot(email);
    const first = await inMailTo(email, /reset-password\?token=([\w-]+)/);
    await service.database.query(
      `update mails set failed_at = now(), sent_at = null, last_error = '451 Try later' where user_id = $1 and kind = 'reset-password'`,
      [rows[0].id],
    );
    await page.goto(`${service.origin}/admin#/mails`);
    await page.getByText('451 Try later').waitFor();
    await press('Send again: New password');
    await said('A new mail is on its way.');
    await expect
      .poll(() => inMailTo(email, /reset-password\?token=([\w-]+)/), { timeout: 15_000 })
      .not.toBe(first);
  });

  test('every view is accessible, in light and dark, and fits 320 and 1200 px', async () => {
    const email = await service.newUser('Barbara Liskov');
    await service.login(email);
    const { rows } = await service.database.query('select id from users where email = $1', [email]);
    await service.database.query(
      `update mails set failed_at = now(), sent_at = null, last_error = '550 No such user' where user_id = $1`,
      [rows[0].id],
    );
    await looksGood('the sign-in');
    await byRecoveryCode();
    const views = {
      users: 'Users',
      [`users/${rows[0].id}`]: 'Barbara Liskov',
      events: 'Events',
      mails: 'Mails',
      'statistics?period=month': 'Statistics',
    };
    for (const [address, name] of Object.entries(views)) {
      await page.goto(`${service.origin}/admin#/${address}`);
      await heading(name).waitFor();
      await page.locator('main:not([aria-busy])').waitFor();
      if (name === 'Statistics') await page.getByText('The same as a table').click();
      await looksGood(name);
    }
    await page.goto(`${service.origin}/admin#/users/${rows[0].id}`);
    await press('Disable…');
    await looksGood('a dialog');
  });

  async function looksGood(what: string): Promise<void> {
    await page.evaluate(axe.source);
    for (const width of [320, 1200]) {
      await page.setViewportSize({ width, height: 900 });
      // 320 px are also 1280 px at 400 % (WCAG 2.2, 1.4.10): nothing is to be scrolled sideways.
      expect(await page.evaluate('document.documentElement.scrollWidth'), what).toBeLessThanOrEqual(width);
      // Of what axe looks at, the other theme changes the contrast alone.
      for (const [colorScheme, rules] of [
        ['light', '{}'],
        ['dark', '{ runOnly: ["color-contrast"] }'],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        const { violations, incomplete } = (await page.evaluate(
          `axe.run({ ...${rules}, resultTypes: ['violations', 'incomplete'] })`,
        )) as AxeResults;
        const found = [...violations, ...incomplete].map(({ id, nodes }) => [id, nodes[0]?.html]);
        expect([what, width, colorScheme, found]).toEqual([what, width, colorScheme, []]);
      }
    }
  }
});
