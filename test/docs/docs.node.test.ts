import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { allWords } from '../../src/build/all-words.ts';
import { smokeTest } from '../../src/cli/deploy/smoke-test.ts';
import { freePort } from '../../src/local/ports.ts';
import { startWorker, type Worker } from '../../src/local/worker.ts';

// The documentation as it is served: files beside the Worker. docs-page.node.test.ts has the page in a browser.

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

test('words of another language are read from the files beside the Worker', async () => {
  const answer = await fetch(`${origin}/api/users/me`, { headers: { 'Accept-Language': 'ar' } });
  expect(answer.headers.get('Content-Language')).toBe('ar');
  expect(await answer.json()).toMatchObject({ title: allWords.ar.problems['invalid-access-token'] });
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
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
      "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default dompurify",
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

test.each(['/docs', '/openapi.json', '/docs/main.js'])(
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

test('each call of the document has its line on the page, which says whether it needs a sign-in', async () => {
  const [page, document] = await Promise.all([
    fetch(`${origin}/docs`).then((answer) => answer.text()),
    fetch(`${origin}/openapi.json`).then((answer) => answer.json() as Promise<Document>),
  ]);
  const lines = page.matchAll(
    /<details class="operation" id="(\w+)" data-method="(\w+)" data-path="([^"]+)">([\s\S]*?)<\/details>/g,
  );
  const shown = [...lines].map(([, id, method, path, line = '']) => [
    id,
    method,
    path,
    line.includes('needs a sign-in'),
  ]);
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { operationId, security }]) => [
      operationId,
      method,
      path,
      security.some((way) => 'accessToken' in way) && !security.some((way) => Object.keys(way).length === 0),
    ]),
  );
  expect(described.length).toBeGreaterThan(70);
  expect(shown.sort()).toEqual(described.sort());
});

type Document = {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly operationId: string; readonly security: readonly object[] }>>
    >
  >;
};

/** Another process is at work: asks until it has come so far, or a minute has passed. */
async function until(probe: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await probe().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within a minute: ${probe}`);
    await delay(200);
  }
}
