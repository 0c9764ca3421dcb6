import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../src/local/ports.ts';
import { chromiumPath, launchChromium } from '../stack/chromium.ts';
import { type ServedPage, servePage } from '../stack/served-page.ts';
import { password, type ServedService, startServedService } from '../stack/served-service.ts';

// The device key where browsers keep it, in a browser: made once, kept over a reload, shared by tabs, and readable by nobody.

const executable = await chromiumPath();
if (executable === undefined) {
  console.warn('SKIPPED: no Chromium on this machine (apt-get install chromium, or CHROMIUM=<path>)');
}

const accessSeconds = 3;

describe.skipIf(executable === undefined)('in Chromium', () => {
  let browser: Browser;
  let served: ServedPage;
  let service: ServedService;
  let context: BrowserContext;
  let email: string;
  let refreshes: (string | undefined)[];

  beforeAll(async () => {
    served = await servePage(await freePort());
    service = await startServedService({
      WEB_ORIGINS: served.origin,
      CORS_ORIGINS: served.origin,
      ACCESS_TOKEN_TTL: String(accessSeconds),
    });
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([service, served].map((part) => part?.stop()));
  });

  beforeEach(async () => {
    context = await browser.newContext();
    email = await service.newUser();
    refreshes = [];
    context.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/api/auth/refresh'))
        refreshes.push(request.headers()['dpop']);
    });
    return () => context.close();
  });

  test('the key is made once and survives a reload; no script can take it away', async () => {
    const page = await openClient();
    await call(page, 'login', { email, password });
    const [first] = await keys(page);
    expect(first).toMatchObject({ extractable: false, usages: ['sign'], exported: 'InvalidAccessError' });
    expect(await call(page, 'sessions')).toMatchObject([{ device_bound: true }]);
    await page.reload();
    await startClient(page);
    await expire(page);
    expect(await call(page, 'me')).toMatchObject({ email });
    expect(await keys(page)).toEqual([first]);
    expect(refreshes.map(keyOf)).toEqual([first?.x]);
    // What a script of the page, or a copy of the disk's localStorage, can take.
    const { refreshToken, refreshKey } = JSON.parse(await page.evaluate('localStorage.latchkey'));
    const stolen = await fetch(`${service.origin}/api/auth/refresh`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': refreshKey },
      body: JSON.stringify({ refresh_token: refreshToken }),
    });
    expect([stolen.status, await stolen.text()]).toEqual([
      400,
      expect.stringContaining('device-key-required'),
    ]);
    expect(await call(page, 'me')).toMatchObject({ email });
  });

  test('two tabs that bind a session of an earlier version at once share one key', async () => {
    const first = await openClient('deviceKey: false');
    await call(first, 'login', { email, password });
    expect(await call(first, 'sessions')).toMatchObject([{ device_bound: false }]);
    await expire(first);
    const tabs = [await openClient('', first), await openClient()];
    const answers = await Promise.all(tabs.map((tab) => call(tab, 'me')));
    expect(answers).toEqual([expect.objectContaining({ email }), expect.objectContaining({ email })]);
    const [key, ...others] = await keys(first);
    expect([others, new Set(refreshes.map(keyOf))]).toEqual([[], new Set([key?.x])]);
    expect(await call(first, 'sessions')).toMatchObject([{ device_bound: true }]);
  });

  test('two tabs that make a key at once, without a lock, have the same', async () => {
    const tabs = [await openClient(), await openClient()];
    const made = await Promise.all(
      tabs.map((tab) =>
        tab.evaluate(`import('/client/client.js')
          .then(({ indexedDbKey }) => Promise.all([1, 2, 3].map(() => indexedDbKey().loadOrCreate())))
          .then((keys) => keys.map(({ publicJwk }) => publicJwk.x))`),
      ),
    );
    expect(new Set(made.flat()).size).toBe(1);
  });

  test('a key that was deleted ends the session here, tells the page so, and the next sign-in makes another', async () => {
    const page = await openClient();
    await call(page, 'login', { email, password });
    const [old] = await keys(page);
    await page.reload();
    await page.evaluate(
      `new Promise((resolve, reject) => Object.assign(indexedDB.deleteDatabase('latchkey'), { onsuccess: resolve, onerror: reject }))`,
    );
    await startClient(page);
    await expire(page);
    await expect(call(page, 'me')).rejects.toThrow('no device key');
    expect(await page.evaluate("[signedOut, localStorage.getItem('latchkey')]")).toEqual([
      ['device-key-gone'],
      null,
    ]);
    expect(refreshes).toEqual([]);
    await call(page, 'login', { email, password });
    const [next] = await keys(page);
    expect(next?.x).not.toBe(old?.x);
    // The session of the lost key is listed still: its user may end it.
    expect(await call(page, 'sessions')).toHaveLength(2);
  });

  test('a database that cannot be opened keeps nobody out, and signs nobody out', async () => {
    const page = await openClient();
    await call(page, 'login', { email, password });
    await page.reload();
    await page.evaluate(
      `Object.getPrototypeOf(indexedDB).open = () => { throw new DOMException('no', 'UnknownError'); }`,
    );
    await startClient(page);
    await expire(page);
    await expect(call(page, 'me')).rejects.toThrow('device key cannot be used');
    expect(await page.evaluate('signedOut')).toEqual([]);
    await page.reload();
    await startClient(page);
    expect(await call(page, 'me')).toMatchObject({ email });
  });

  test('tokens in cookies are bound too', async () => {
    const page = await openClient('', undefined, true);
    await call(page, 'login', { email, password });
    await page.waitForTimeout(accessSeconds * 1000);
    expect(await call(page, 'me')).toMatchObject({ email });
    const [key] = await keys(page);
    expect(refreshes.map(keyOf)).toEqual([key?.x]);
    const bare = await page.evaluate(async (url) => {
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(url, { method: 'POST', credentials: 'include', headers, body: '{}' });
      return answer.text();
    }, `${service.origin}/api/auth/refresh`);
    expect(bare).toContain('device-key-required');
    expect(await call(page, 'me')).toMatchObject({ email });
  });

  test('in full mode each call has a proof, and the browser lets it pass', async () => {
    const page = await openClient(`dpopMode: 'full'`);
    await call(page, 'login', { email, password });
    const asked = page.waitForRequest(
      (request) => request.method() === 'GET' && request.url().endsWith('/me'),
    );
    expect(await call(page, 'me')).toMatchObject({ email });
    const { authorization, dpop } = (await asked).headers();
    expect([authorization?.split(' ')[0], keyOf(dpop)]).toEqual(['DPoP', (await keys(page))[0]?.x]);
  });

  async function openClient(options = '', over?: Page, inCookies = false): Promise<Page> {
    const page = over ?? (await context.newPage());
    await page.goto(served.origin);
    await startClient(page, options, inCookies);
    return page;
  }

  function startClient(page: Page, options = '', inCookies = false): Promise<void> {
    return page.evaluate(`(async () => {
      const { createLatchkeyClient, webStore } = await import('/client/client.js');
      globalThis.signedOut = [];
      globalThis.auth = createLatchkeyClient({
        baseUrl: '${service.origin}',
        store: webStore({ storage: localStorage, locks: navigator.locks, inCookies: ${inCookies} }),
        onSignedOut: (reason) => signedOut.push(reason),
        ${options}
      });
    })()`);
  }

  function call(page: Page, method: string, json?: object): Promise<unknown> {
    return page.evaluate(`auth.${method}(${json === undefined ? '' : JSON.stringify(json)})`);
  }

  /** The stored session looks as if it had been asked for an hour ago. */
  function expire(page: Page): Promise<void> {
    return page.evaluate(
      `localStorage.latchkey = JSON.stringify({ ...JSON.parse(localStorage.latchkey), askedAt: Date.now() - 3_600_000 })`,
    );
  }

  type Kept = { x: string; extractable: boolean; usages: string[]; exported: string };

  /** What a script of the page finds in the database, and what it gets when it exports it. */
  function keys(page: Page): Promise<Kept[]> {
    return page.evaluate(`(async () => {
      const done = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const database = await done(indexedDB.open('latchkey'));
      const records = await done(database.transaction('keys').objectStore('keys').getAll());
      database.close();
      return Promise.all(records.map(async ({ privateKey, publicJwk }) => ({
        x: publicJwk.x,
        extractable: privateKey.extractable,
        usages: privateKey.usages,
        exported: await crypto.subtle.exportKey('jwk', privateKey).then(() => 'exported', ({ name }) => name),
      })));
    })()`);
  }

  function keyOf(proof = ''): string {
    const [header = ''] = proof.split('.');
    return JSON.parse(Buffer.from(header, 'base64url').toString() || '{}').jwk?.x;
  }
});
