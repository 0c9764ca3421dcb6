import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../src/local/ports.ts';
import { chromiumPath, launchChromium } from '../stack/chromium.ts';
import { type ServedPage, servePage } from '../stack/served-page.ts';
import { password, type ServedService, startServedService } from '../stack/served-service.ts';

// Browser mode where it is used: a page of one origin, the service on another, cookies in a browser's own jar.

const executable = await chromiumPath();
if (executable === undefined) {
  console.warn('SKIPPED: no Chromium on this machine (apt-get install chromium, or CHROMIUM=<path>)');
}

const accessSeconds = 10;
const tokenCookies = ['__Host-access_token', '__Host-refresh_token'];

describe.skipIf(executable === undefined)('in Chromium, across two origins', () => {
  let browser: Browser;
  let ours: ServedPage;
  let foreign: ServedPage;
  let service: ServedService;
  let context: BrowserContext;
  let email: string;

  beforeAll(async () => {
    [ours, foreign] = await Promise.all([servePage(await freePort()), servePage(await freePort())]);
    service = await startServedService({
      WEB_ORIGINS: ours.origin,
      ACCESS_TOKEN_TTL: String(accessSeconds),
    });
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([service, ours, foreign].map((part) => part?.stop()));
  });

  beforeEach(async () => {
    context = await browser.newContext();
    email = await service.newUser();
    return () => context.close();
  });

  describe('the service', () => {
    test('a login sets two cookies that no script reads, and one that says so', async () => {
      const page = await openPage(ours);
      expect(await login(page)).toBe(200);
      const cookies = await context.cookies(`${service.origin}/api/auth/refresh`);
      expect(
        Object.fromEntries(
          cookies.map(({ name, httpOnly, secure, sameSite, path }) => [
            name,
            [httpOnly, secure, sameSite, path],
          ]),
        ),
      ).toEqual({
        '__Host-access_token': [true, true, 'Strict', '/'],
        '__Host-refresh_token': [true, true, 'Strict', '/'],
        '__Host-known_device': [true, true, 'Strict', '/'],
        logged_in: [false, true, 'Strict', '/'],
      });
      // Ports are no part of a cookie's host, so that this page would read them all.
      expect(await page.evaluate('document.cookie')).toBe('logged_in=true');
      expect(await send(page, 'GET', '/api/users/me')).toBe(200);
    });

    test('a refresh changes both tokens in the jar', async () => {
      const page = await openPage(ours);
      await login(page);
      const before = await jar();
      expect(await send(page, 'POST', '/api/auth/refresh', {})).toBe(200);
      const after = await jar();
      for (const name of tokenCookies) {
        expect(after[name]).toMatch(/^eyJ/);
        expect(after[name]).not.toBe(before[name]);
      }
    });

    test('a script of the page cannot have the tokens in a body', async () => {
      const page = await openPage(ours);
      await login(page);
      const before = await jar();
      expect(await send(page, 'POST', '/api/auth/refresh', { token_delivery: 'body' })).toBe(422);
      expect(await jar()).toEqual(before);
    });

    test('a cookie that a sibling host has set makes nobody somebody else', async () => {
      const page = await openPage(ours);
      await login(page);
      const { name, value } = await tossed();
      // As a sibling host sets it: for the whole domain, with the narrower path, and so sent first.
      await context.addCookies([
        { name, value, domain: 'localhost', path: '/api/auth/refresh', secure: true, sameSite: 'Strict' },
      ]);
      expect(await send(page, 'POST', '/api/auth/refresh', {})).toBe(200);
      const me = await page.evaluate(
        async (url) => (await fetch(url, { credentials: 'include' })).json() as Promise<{ email: string }>,
        `${service.origin}/api/users/me`,
      );
      expect(me.email).toBe(email);
    });

    test('a logout empties the jar', async () => {
      const page = await openPage(ours);
      await login(page);
      expect(await send(page, 'POST', '/api/auth/logout', {})).toBe(204);
      expect(await jar()).toEqual({});
      expect(await send(page, 'GET', '/api/users/me')).toBe(401);
    });

    test('so does a problem that discards credentials', async () => {
      const page = await openPage(ours);
      await login(page);
      await endEverySession();
      expect(Object.keys(await jar())).toContain('__Host-refresh_token');
      expect(await send(page, 'POST', '/api/auth/refresh', {})).toBe(401);
      expect(await jar()).toEqual({});
    });

    test('a page that is not on the list gets nothing, and changes nothing with the cookies of its visitor', async () => {
      await login(await openPage(ours));
      const before = await jar();
      const page = await openPage(foreign);
      expect(await login(page)).toBe('TypeError');
      expect(await send(page, 'GET', '/api/users/me')).toBe('TypeError');
      expect(await send(page, 'POST', '/api/auth/refresh', {})).toBe('TypeError');
      // What a page may send to any site unasked, to be told nothing. The browser sends our cookies along: it is one site.
      const logged = service.logged().length;
      for (const path of ['/api/auth/logout', '/api/auth/refresh', '/api/auth/logout-all']) {
        await page.evaluate(
          (url) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include' }).catch(() => {}),
          service.origin + path,
        );
      }
      const statuses = () =>
        service
          .logged()
          .slice(logged)
          .match(/(?<="status":)\d+/g);
      await expect.poll(statuses).toEqual(['403', '403', '403']);
      expect(await jar()).toEqual(before);
      expect(await send(await openPage(ours), 'POST', '/api/auth/refresh', {})).toBe(200);
    });
  });

  describe('the client', () => {
    test('signs in, calls, refreshes and signs out, and no script can get at a token', async () => {
      const page = await openClient();
      await call(page, 'login', { email, password });
      expect(await call(page, 'me')).toMatchObject({ email });
      await page.waitForTimeout(accessSeconds * 1000);
      expect(Object.keys(await jar())).not.toContain('__Host-access_token');
      expect(await call(page, 'me')).toMatchObject({ email });
      expect(await call(page, 'updateMe', { name: 'Grace' })).toMatchObject({ name: 'Grace' });
      expect(await call(page, 'getAccessToken')).toBeNull();
      expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).not.toContain('eyJ');

      await page.reload();
      await startClient(page);
      expect(await call(page, 'me')).toMatchObject({ name: 'Grace' });
      await call(page, 'logout');
      expect([await signedOut(page), await jar()]).toEqual([['logout'], {}]);
      expect(await page.evaluate('localStorage.length')).toBe(0);
      await expect(call(page, 'me')).rejects.toThrow('access token');
      await call(page, 'logout');
    });

    test('two tabs of one browser, refused at once in six calls, refresh once, or once each', async () => {
      const first = await openClient();
      await call(first, 'login', { email, password });
      await first.close();
      const tabs = [await openClient(), await openClient()];
      for (const tab of tabs) await call(tab, 'me');
      await context.clearCookies({ name: '__Host-access_token' });
      let refreshes = 0;
      context.on('request', (request) => {
        if (request.method() === 'POST' && request.url().endsWith('/refresh')) refreshes += 1;
      });
      const answers = await Promise.all([...tabs, ...tabs, ...tabs].map((tab) => call(tab, 'me')));
      expect(answers).toEqual(Array(6).fill(expect.objectContaining({ email })));
      // The lock lets one go first; what that one stored may reach the other tab's process a moment later than the lock does.
      expect([1, 2]).toContain(refreshes);
    });

    test('a session that was ended elsewhere is over in each tab, once', async () => {
      const tabs = [await openClient(), await openClient()];
      await call(tabs[0] as Page, 'login', { email, password });
      for (const tab of tabs) await call(tab, 'me');
      await endEverySession();
      for (const tab of [...tabs, ...tabs]) await call(tab, 'me').catch(() => {});
      expect(await Promise.all(tabs.map(signedOut))).toEqual([['elsewhere'], ['elsewhere']]);
      expect(await jar()).toEqual({});
    });

    test('a logout that the service has not heard of is none', async () => {
      const page = await openClient();
      await call(page, 'login', { email, password });
      await context.setOffline(true);
      const refused = call(page, 'logout');
      await expect(refused).rejects.toThrow('cannot be reached');
      await context.setOffline(false);
      expect(await signedOut(page)).toEqual([]);
      expect(await call(page, 'me')).toMatchObject({ email });
    });
  });

  async function openPage({ origin }: ServedPage): Promise<Page> {
    const page = await context.newPage();
    await page.goto(origin);
    return page;
  }

  /** The status that the page's own script gets, or the name of its error. */
  function send(page: Page, method: string, path: string, json?: object): Promise<number | string> {
    return page.evaluate(
      async ({ url, method, json }) => {
        const body = json && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(json) };
        const answer = fetch(url, { method, credentials: 'include', ...body });
        return answer.then(
          ({ status }) => status,
          ({ name }) => name,
        );
      },
      { url: service.origin + path, method, json },
    );
  }

  function login(page: Page): Promise<number | string> {
    return send(page, 'POST', '/api/auth/login', { email, password, token_delivery: 'cookie' });
  }

  async function openClient(): Promise<Page> {
    const page = await openPage(ours);
    await startClient(page);
    return page;
  }

  function startClient(page: Page): Promise<void> {
    return page.evaluate(`(async () => {
      const { createLatchkeyClient, webStore } = await import('/client/client.js');
      globalThis.signedOut = [];
      globalThis.auth = createLatchkeyClient({
        baseUrl: '${service.origin}',
        store: webStore({ storage: localStorage, locks: navigator.locks, inCookies: true }),
        onSignedOut: (reason) => signedOut.push(reason),
      });
    })()`);
  }

  function call(page: Page, method: string, json?: object): Promise<unknown> {
    return page.evaluate(`auth.${method}(${json === undefined ? '' : JSON.stringify(json)})`);
  }

  function signedOut(page: Page): Promise<string[]> {
    return page.evaluate('signedOut');
  }

  /** By name, the values of the service's cookies, but for the one that says that the device is known: it outlives a logout. */
  async function jar(): Promise<Record<string, string>> {
    const cookies = await context.cookies(`${service.origin}/api/auth/refresh`);
    return Object.fromEntries(
      cookies.flatMap(({ name, value }) => (name === '__Host-known_device' ? [] : [[name, value]])),
    );
  }

  /** Somebody else's refresh token, under the name that any host of the domain can set. */
  async function tossed(): Promise<{ name: string; value: string }> {
    const body = JSON.stringify({ email: await service.newUser(), password });
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${service.origin}/api/auth/login`, { method: 'POST', headers, body });
    const { refresh_token } = (await answer.json()) as { refresh_token: string };
    return { name: '__Secure-refresh_token', value: refresh_token };
  }

  /** What the user does on another device. */
  async function endEverySession(): Promise<void> {
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ email, password });
    const answer = await fetch(`${service.origin}/api/auth/login`, { method: 'POST', headers, body });
    const { access_token } = (await answer.json()) as { access_token: string };
    const Authorization = `Bearer ${access_token}`;
    await fetch(`${service.origin}/api/auth/logout-all`, { method: 'POST', headers: { Authorization } });
  }
});
