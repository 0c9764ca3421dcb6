import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { chromiumPath, launchChromium } from '../stack/chromium.ts';
import {
  type AdminWithApp,
  inMailTo,
  type OperatorsService,
  password,
  startOperatorsService,
} from '../stack/operators-service.ts';
import { watchedPage } from '../stack/watched-page.ts';

// The page at /docs in a real browser, on which a person reads the API and tries it.

const executable = await chromiumPath();
if (executable === undefined) {
  console.warn('SKIPPED: no Chromium on this machine (apt-get install chromium, or CHROMIUM=<path>)');
}

describe.skipIf(executable === undefined)('in Chromium', () => {
  let service: OperatorsService;
  let admin: AdminWithApp;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [service, browser] = await Promise.all([startOperatorsService(), launchChromium(executable ?? '')]);
    admin = await service.newAdmin('Ada Lovelace');
  });
  afterAll(() => Promise.all([service?.stop(), browser?.close()]));

  async function open(options: BrowserContextOptions, address = '/docs'): Promise<void> {
    const watched = await watchedPage(browser, service.origin + address, options);
    page = watched.page;
    onTestFinished(watched.close);
  }

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const said = (text: string) => page.locator('#outcome').getByText(text).waitFor();
  const operation = (id: string) => page.locator(`#${id}`);
  const execute = (id: string) => operation(id).getByRole('button', { name: 'Execute' }).click();
  const answer = (id: string, text: string) =>
    operation(id).locator('.live-responses-table').getByText(text).first().waitFor();
  const isWider = () =>
    page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

  async function openCall(id: string): Promise<void> {
    await operation(id).locator('> summary').click();
    await operation(id).locator('.swagger-ui:not([aria-busy])').waitFor();
  }

  async function signIn(email: string, code?: string): Promise<void> {
    await press('Sign in');
    const dialog = page.getByRole('dialog', { name: 'Sign in' });
    await dialog.getByLabel('Email').fill(email);
    await dialog.getByLabel('Password').fill(password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    if (code !== undefined) {
      await page.getByRole('heading', { name: 'Your second factor' }).waitFor();
      if (code.includes('-')) await press('Use a recovery code');
      await dialog.getByRole('textbox').fill(code);
      await press('Continue');
    }
    await said('You are signed in.');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  }

  test('on a telephone a newcomer comes to a session that a reload keeps, makes a call and signs out', async () => {
    const email = `newcomer-${crypto.randomUUID()}@example.test`;
    await open({ viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true });
    const start = page.getByRole('region', { name: /^Start here/ });
    await start.getByText('MAIL_UI_PORT').waitFor();
    await start.getByLabel('Code').fill('123456');
    await start.getByLabel('Password').fill(password);
    await press('Sign me in');
    await page.getByRole('alert').getByText('Register first').waitFor();
    await start.getByLabel('Name').fill('Grace');
    await start.getByLabel('Email').fill(email);
    await press('Register');
    await start.getByText(`on its way to ${email}`).waitFor();
    await page.reload();
    await start.getByLabel('Code').fill(await inMailTo(email, /^\s*(\d{6})\s*$/m));
    await start.getByLabel('Password').fill(password);
    await press('Sign me in');
    await said('You are signed in.');
    // No token is in script's reach.
    expect(
      await page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })'),
    ).toBe('logged_in=true{}');
    await press('Who am I?');
    await start.getByText(`"email": "${email}"`).waitFor();

    await page.reload();
    await page.getByText('Grace', { exact: true }).waitFor();
    await openCall('getMe');
    await execute('getMe');
    await answer('getMe', `"${email}"`);
    await said('GET /api/users/me: 200');
    await operation('getMe').getByText("-H 'Authorization: Bearer <access_token>'").waitFor();
    expect(await isWider()).toBe(false);
    await press('Sign out');
    await said('You are signed out.');
    await execute('getMe');
    await answer('getMe', '/problems/invalid-access-token"');
  });

  test('with a second factor; an access token that has run out is refreshed, and a recent sign-in asked for', async () => {
    await open({ viewport: { width: 1200, height: 900 } }, '/docs#/Account/getMe');
    await operation('getMe').getByRole('button', { name: 'Execute' }).waitFor();
    await signIn(admin.email, admin.code());
    await page.context().clearCookies({ name: '__Host-access_token' });
    await execute('getMe');
    await answer('getMe', `"${admin.email}"`);

    await service.ageSignIns(11);
    await page.context().clearCookies({ name: '__Host-access_token' });
    await openCall('exportMe');
    await execute('exportMe');
    const again = page.getByRole('dialog', { name: 'Show that it is you' });
    await again.getByLabel('Your password').fill(password);
    await again.getByLabel('Code from your authenticator app').fill(admin.code(1));
    await again.getByRole('button', { name: 'Continue' }).click();
    await said('GET /api/users/me/export: 200');
    await answer('exportMe', 'Download file');
    // A call that is tried ends the session as well as the button does.
    await openCall('logoutAll');
    await execute('logoutAll');
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  });

  test('with a recovery code, and then with a passkey', async () => {
    const other = await service.newAdmin('Radia Perlman');
    await open({ viewport: { width: 1200, height: 900 } });
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
    await signIn(other.email, other.recoveryCodes[0]);
    await page.evaluate(`(async () => {
      const post = async (path, body) => (await fetch('/api/users/me/passkeys' + path, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await post('/options', {}));
      await post('', { credential: (await navigator.credentials.create({ publicKey })).toJSON() });
    })()`);
    await press('Sign out');
    await press('Sign in');
    await press('Use a passkey');
    await page.getByText('Radia Perlman', { exact: true }).waitFor();
  });

  test('a call is found by words, and has an address', async () => {
    await open({ viewport: { width: 1200, height: 900 } });
    await page.getByRole('searchbox').fill('recovery post');
    await page.waitForFunction(`document.querySelectorAll('.subject details:not([hidden])').length === 1`);
    await openCall('renewRecoveryCodes');
    expect(page.url()).toBe(`${service.origin}/docs#renewRecoveryCodes`);
    await page.getByRole('searchbox').fill('no such call');
    await page.getByText('No call is like this.').waitFor();
  });

  test('it is accessible, with calls closed and open, in light and dark, and fits 320, 375 and 1200 px', async () => {
    await open({ viewport: { width: 1200, height: 900 } });
    await looksGood('the list', [1200]);
    // With a body, with a query, of a form; and text alone.
    for (const id of ['verifyEmail', 'findUsers', 'oauthToken', 'passkeyOptions', 'rules'])
      await openCall(id);
    // Of a schema without a name.
    await operation('passkeyOptions').getByRole('tab', { name: 'Schema' }).first().click();
    const verify = operation('verifyEmail');
    await execute('verifyEmail');
    await answer('verifyEmail', '/problems/invalid-token"');
    await verify.getByRole('tab', { name: 'Schema' }).first().click();
    await verify.getByRole('button', { name: 'Example of 422' }).click();
    await verify.getByText('Headers', { exact: true }).first().click();
    await page.setViewportSize({ width: 375, height: 900 });
    expect(await isWider()).toBe(false);
    await looksGood('open calls', [320]);
    await press('Sign in');
    await looksGood('the sign-in', [320], 'dialog');
  });

  async function looksGood(what: string, widths: readonly number[], within = 'html'): Promise<void> {
    await page.evaluate(axe.source);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      expect([what, width, await isWider()]).toEqual([what, width, false]);
      // Of what axe looks at, the other theme changes the contrast alone.
      for (const [colorScheme, rules] of [
        ['light', '{}'],
        ['dark', '{ runOnly: ["color-contrast"] }'],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        const { violations, incomplete } = (await page.evaluate(
          `axe.run('${within}', { ...${rules}, resultTypes: ['violations', 'incomplete'] })`,
        )) as AxeResults;
        const found = [...violations, ...incomplete].map(({ id, nodes }) => [id, nodes[0]?.html]);
        expect([what, width, colorScheme, found]).toEqual([what, width, colorScheme, []]);
      }
    }
  }
});
