import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { smokeTest } from '../../src/cli/deploy/smoke-test.ts';
import { freePort } from '../../src/local/ports.ts';
import { startWorker, type Worker } from '../../src/local/worker.ts';

// The documentation as it is served: files beside the Worker, and a page that a person reads and tries the API on.

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const password = 'tide lamp orbit cello';

let worker: Worker;
let origin: string;
let folder: string;

beforeAll(async () => {
  const port = await freePort();
  origin = `http://localhost:${port}`;
  folder = await mkdtemp(join(tmpdir(), 'latchkey-docs-'));
  worker = await startWorker({
    projectFolder: fileURLToPath(new URL('../..', import.meta.url)),
    environmentFile: join(folder, 'worker.env'),
    port,
    bindings: {
      DATABASE_URL: inject('databaseUrl'),
      NEON_HTTP_ENDPOINT: inject('neonHttpEndpoint'),
      ACCESS_TOKEN_KEYS: inject('accessTokenKeys'),
      REFRESH_TOKEN_KEYS: inject('refreshTokenKeys'),
      DATA_KEYS: inject('dataKeys'),
      ISSUER: origin,
      AUDIENCE: origin,
      CLIENT_ID: 'app',
      APP_ORIGIN: origin,
      CORS_ORIGINS: '',
      SMTP_URL: inject('smtpUrl'),
      EMAIL_FROM: 'Latchkey <no-reply@example.test>',
    },
  });
  await until(async () => (await fetch(`${origin}/api/readiness`)).ok);
});

afterAll(async () => {
  await worker?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('what a deployment asks the service afterwards is answered as it should be', async () => {
  await smokeTest(origin, { timeoutMilliseconds: 0 });
  await expect(smokeTest(inject('mailApiUrl'), { timeoutMilliseconds: 0 })).rejects.toThrow(
    /GET \/api\/readiness: 404[\s\S]*POST \/api\/auth\/refresh: 404/,
  );
});

test('the document is served to every origin, and may be kept for a while', async () => {
  const answer = await fetch(`${origin}/openapi.json`);
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/json',
    'access-control-allow-origin': '*',
    'cache-control': 'public, max-age=300',
    'x-content-type-options': 'nosniff',
  });
  const document = await answer.json();
  expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/' }] });
});

test.each(['/openapi.json', '/docs'])(
  '%s is not sent again to whoever has it, in whatever form they say so',
  async (path) => {
    const first = await fetch(origin + path);
    const tag = first.headers.get('ETag') ?? '';
    expect(tag).toMatch(/^(W\/)?"[^"]+"$/);
    const strong = tag.replace(/^W\//, '');
    for (const condition of [
      tag,
      strong,
      `W/${strong}`,
      `"other", ${tag}`,
      `"a","b",W/${strong}`,
      '*',
      ' * ',
    ]) {
      const again = await fetch(origin + path, { headers: { 'If-None-Match': condition } });
      expect([condition, again.status, await again.text()]).toEqual([condition, 304, '']);
      // RFC 9110, section 15.4.5: what a 200 would have said about caching.
      for (const name of ['ETag', 'Cache-Control', 'X-Content-Type-Options'])
        expect(again.headers.get(name), name).toBe(first.headers.get(name));
    }
    for (const condition of ['"other"', 'x', strong.slice(1, -1)]) {
      const whole = await fetch(origin + path, { headers: { 'If-None-Match': condition } });
      expect([condition, whole.status]).toEqual([condition, 200]);
      expect(await whole.text()).toBe(await (await fetch(origin + path)).text());
    }
  },
);

test('the page allows itself nothing from elsewhere, no inline script and no inline style', async () => {
  const answer = await fetch(`${origin}/docs`);
  expect(answer.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
  expect(answer.headers.get('Content-Security-Policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
      "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  );
});

test('where there is no file the Worker answers, a problem where there is nothing at all', async () => {
  for (const path of ['/nothing', '/docs/nothing', '/_headers', '/openapi']) {
    const answer = await fetch(origin + path);
    expect([path, answer.status, answer.headers.get('Content-Type')]).toEqual([
      path,
      404,
      'application/problem+json',
    ]);
  }
});

test.each(['/docs', '/openapi.json', '/docs/page.js'])(
  '%s can be read, and nothing else done with it',
  async (path) => {
    const head = await fetch(origin + path, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const answer = await fetch(origin + path, { method });
      expect([method, answer.status, answer.headers.get('Allow')]).toEqual([method, 405, 'GET, HEAD']);
      expect(await answer.json()).toMatchObject({
        type: `${origin}/problems/method-not-allowed`,
        instance: expect.stringContaining('urn:uuid:'),
      });
    }
  },
);

describe.skipIf(!existsSync(executablePath))('in a browser', () => {
  let browser: Browser;
  let email: string;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    email = await newUser();
  });

  afterAll(() => browser?.close());

  test.each([
    ['a desktop', { viewport: { width: 1280, height: 900 } }],
    ['a phone', { viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true }],
  ])(
    'on %s one logs in on the page, makes a call, logs out, and no other host hears of it',
    async (_device, options) => {
      const page = await (await browser.newContext(options)).newPage();
      const hosts = new Set<string>();
      const faults: string[] = [];
      page.on('request', (request) => hosts.add(new URL(request.url()).origin));
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        // What the tries below are meant to be answered with.
        if (message.type() === 'error' && !message.text().includes('status of 401'))
          faults.push(message.text());
      });

      await page.goto(`${origin}/docs`);
      await page.locator('#operations-Account-getMe').waitFor();
      expect(await widerThanTheScreen(page)).toBe(false);

      const login = page.getByRole('form', { name: 'Log in' });
      await login.getByLabel('Email').fill(email);
      await login.getByLabel('Password').fill('not this one, surely');
      await login.getByRole('button').click();
      await page.getByRole('status').getByText('The address or the password is wrong.').waitFor();
      await login.getByLabel('Password').fill(password);
      await login.getByRole('button').click();
      await page.getByText('Logged in:').waitFor();

      const getMe = page.locator('#operations-Account-getMe');
      await getMe.locator('.opblock-summary-control').click();
      await getMe.getByRole('button', { name: 'Execute' }).click();
      const answer = getMe.locator('.live-responses-table');
      await answer.getByText(`"${email}"`).first().waitFor();
      expect(await widerThanTheScreen(page)).toBe(false);

      await page.getByRole('form', { name: 'Log out' }).getByRole('button').click();
      await page.getByRole('status').getByText('Logged out.').waitFor();
      await getMe.getByRole('button', { name: 'Execute' }).click();
      await answer.getByText('/problems/invalid-access-token"').first().waitFor();

      expect([...hosts]).toEqual([origin]);
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );
});

async function newUser(): Promise<string> {
  const email = `docs-${crypto.randomUUID()}@example.test`;
  await post('/api/auth/register', { email, name: 'Ada' });
  let token: string | null = null;
  await until(async () => {
    const mails = await fetch(`${inject('mailApiUrl')}/mails?to=${encodeURIComponent(email)}`);
    const [mail] = (await mails.json()) as { text: string }[];
    token = /token=([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? null;
    return token !== null;
  });
  expect((await post('/api/auth/verify-email', { token, password, name: 'Ada' })).status).toBe(204);
  return email;
}

function post(path: string, body: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(origin + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

function widerThanTheScreen(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}

/** Another process is at work: asks until it has come so far, or a minute has passed. */
async function until(probe: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await probe().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within a minute: ${probe}`);
    await delay(200);
  }
}
