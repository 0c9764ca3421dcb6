import { type TOTP, URI } from 'otpauth';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../src/local/ports.ts';
import { chromiumPath, launchChromium } from '../stack/chromium.ts';
import { type ServedPage, servePage } from '../stack/served-page.ts';
import { password, type ServedService, startServedService } from '../stack/served-service.ts';

// Passkeys in a browser, with its own authenticator, on a page of another origin than the service: by the browser's functions
// for JSON, and without them.

const executable = await chromiumPath();
if (executable === undefined) {
  console.warn('SKIPPED: no Chromium on this machine (apt-get install chromium, or CHROMIUM=<path>)');
}

/** What browsers before 2025 do not have, nor the credentials of some password managers. */
const withoutJson = `
  for (const name of ['parseCreationOptionsFromJSON', 'parseRequestOptionsFromJSON', 'signalUnknownCredential', 'signalAllAcceptedCredentials'])
    delete PublicKeyCredential[name];
  delete PublicKeyCredential.prototype.toJSON;`;

describe.skipIf(executable === undefined)('in Chromium', () => {
  let browser: Browser;
  let served: ServedPage;
  let service: ServedService;
  let context: BrowserContext;
  let page: Page;
  let email: string;

  beforeAll(async () => {
    served = await servePage(await freePort());
    service = await startServedService({ WEB_ORIGINS: served.origin, PASSKEY_RP_ID: 'localhost' });
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([service, served].map((part) => part?.stop()));
  });

  beforeEach(async () => {
    context = await browser.newContext();
    email = await service.newUser();
    page = await context.newPage();
    const devtools = await context.newCDPSession(page);
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
    await page.goto(served.origin);
    return () => context.close();
  });

  function startClient(before = '', inCookies = false): Promise<void> {
    return page.evaluate(`(async () => {
      ${before}
      const { createLatchkeyClient, webStore } = await import('/client/client.js');
      globalThis.auth = createLatchkeyClient({
        baseUrl: '${service.origin}',
        store: webStore({ storage: localStorage, locks: navigator.locks, inCookies: ${inCookies} }),
      });
    })()`);
  }

  const run = (script: string): Promise<unknown> => page.evaluate(`(async () => { ${script} })()`);
  const login = () => run(`await auth.login(${JSON.stringify({ email, password })})`);

  test.for([
    ['by functions for JSON', '', false],
    ['without them', withoutJson, false],
    ['with tokens in cookies', '', true],
  ] as const)('a passkey is made, signs in and is asked for once more, %s', async ([, before, inCookies]) => {
    await startClient(before, inCookies);
    await login();
    expect(await run(`return auth.passkeys.register({ name: 'Browser' })`)).toMatchObject({
      name: 'Browser',
      transports: ['internal'],
    });
    // The options name it as one that there is.
    expect(await run('return auth.passkeys.register().catch(({ name }) => name)')).toBe('InvalidStateError');
    await run('await auth.logout()');
    await run('await auth.passkeys.signIn()');
    expect(await run('return auth.me()')).toMatchObject({ email });
    await run('await auth.reauthenticate({ passkey: true })');
    expect(await run('return auth.passkeys.list()')).toMatchObject([{ name: 'Browser' }]);
    expect(await run('return auth.sessions()')).toContainEqual(
      expect.objectContaining({ current: true, acr: 'aal2' }),
    );
  });

  test('with tokens in cookies the second step is taken after a reload, too', async () => {
    await startClient('', true);
    await login();
    const { otpauth_uri } = (await run('return auth.totp.enroll()')) as { otpauth_uri: string };
    const authenticator = URI.parse(otpauth_uri) as TOTP;
    const [code] = (await run(`return auth.totp.confirm('${authenticator.generate()}')`)) as string[];
    await run('await auth.logout()');
    const refused = `auth.login(${JSON.stringify({ email, password })}).catch(({ name }) => name)`;
    expect(await run(`return ${refused}`)).toBe('SecondFactorRequiredError');
    await page.reload();
    await startClient('', true);
    expect(await run('return auth.pendingSecondFactor()')).toMatchObject({ user: email });
    await run(`await auth.completeSecondFactor({ recovery_code: '${code}' })`);
    expect(await run('return auth.me()')).toMatchObject({ email });
    expect(await page.evaluate('localStorage.latchkey')).toContain('"refreshToken":""');
  });

  test('the offer of a form ends when the page asks for a passkey otherwise, and when its signal says so', async () => {
    await startClient();
    await login();
    await run(`await auth.passkeys.register(); await auth.logout()`);
    await run(`
      const get = navigator.credentials.get.bind(navigator.credentials);
      // The authenticator answers by itself: here, nobody picks what the form offers.
      navigator.credentials.get = (options) => options.mediation === 'conditional'
        ? new Promise((_, reject) => options.signal.addEventListener('abort', () => reject(options.signal.reason)))
        : get(options);`);
    const ended = `globalThis.ended = auth.passkeys.signIn({ mediation: 'conditional', signal: form.signal }).catch(({ name }) => name);
      await new Promise((resolve) => setTimeout(resolve, 500));`;
    await run(`globalThis.form = new AbortController(); ${ended}`);
    await run('form.abort()');
    expect(await run('return ended')).toBe('AbortError');
    await run(`globalThis.form = new AbortController(); ${ended}`);
    await run('await auth.passkeys.signIn()');
    expect(await run('return ended')).toBe('AbortError');
    expect(await run('return auth.me()')).toMatchObject({ email });
  });

  test('a passkey that the service does not know is forgotten by the browser', async () => {
    await startClient();
    await login();
    await run('await auth.passkeys.register()');
    await run(`
      globalThis.told = [];
      const signal = PublicKeyCredential.signalUnknownCredential;
      PublicKeyCredential.signalUnknownCredential = (unknown) => { told.push(unknown); return signal.call(PublicKeyCredential, unknown); };
      await auth.deleteMe().catch(() => auth.deleteMe({ password: '${password}' }));`);
    expect(await run('return auth.passkeys.signIn().catch(({ kind }) => kind)')).toBe('passkey-not-accepted');
    expect(await run('return told')).toEqual([{ rpId: 'localhost', credentialId: expect.any(String) }]);
    expect(await run('return auth.passkeys.signIn().catch(({ name }) => name)')).toBe('NotAllowedError');
  });
});
