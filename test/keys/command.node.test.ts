import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';

// `npm run keys` as an operator meets it: a command with its input, its output, and what it says beside.

const project = resolve(import.meta.dirname, '../..');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Run = { code: number; stdout: string; stderr: string };

async function keys(
  args: string,
  { stdin = '', env = {}, stdout = 'pipe' as 'pipe' | number } = {},
): Promise<Run> {
  const { CI: _, npm_lifecycle_event: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(project, 'src/cli/keys.ts'), ...args.split(' ')], {
    env: { ...inherited, ...env },
    stdio: ['pipe', stdout, 'pipe'],
  });
  child.stdin?.end(stdin);
  const [out, err, [code]] = await Promise.all([
    child.stdout ? textOf(child.stdout) : '',
    child.stderr ? textOf(child.stderr) : '',
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, stdout: out, stderr: err };
}

type Jwk = Record<string, string> & { published_at: number; superseded_at?: number };
const setIn = (run: Run): { keys: [Jwk, ...Jwk[]] } => {
  expect(run).toMatchObject({ code: 0 });
  return JSON.parse(run.stdout);
};
/** The same set, had its steps been taken that much earlier. */
const older = (set: { keys: Jwk[] }, seconds: number) =>
  JSON.stringify({
    keys: set.keys.map((key) => ({
      ...key,
      published_at: key.published_at - seconds,
      ...(key.superseded_at && { superseded_at: key.superseded_at - seconds }),
    })),
  });
const thumbprint = ({ e, kty, n }: Jwk) =>
  createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');

test('a set is made, rotated and retired, each stage from the output of the one before', async () => {
  const first = setIn(await keys('new access'));
  expect(first.keys[0]['kid']).toBe(thumbprint(first.keys[0]));
  expect(Buffer.from(first.keys[0]['n'] ?? '', 'base64url')).toHaveLength(256);

  const published = setIn(await keys('rotate access', { stdin: JSON.stringify(first) }));
  expect(published.keys.map((key) => key['kid'])[0]).toBe(first.keys[0]['kid']);
  expect(published.keys).toHaveLength(2);

  const early = await keys('rotate access', { stdin: JSON.stringify(published) });
  expect(early).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Refused.') });

  const signing = setIn(await keys('rotate access', { stdin: older(published, 4_000) }));
  expect(signing.keys[0]['kid']).toBe(published.keys[1]?.['kid']);

  const soon = await keys('retire access', { stdin: JSON.stringify(signing) });
  expect(soon).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('may go from') });

  const listed = await keys('list access', { stdin: older(signing, 4_000) });
  expect(listed.stdout).toMatch(/signing[\s\S]*superseded[\s\S]*retire {2}takes out .*: due now/);

  const last = setIn(await keys('retire access', { stdin: older(signing, 4_000) }));
  expect(last.keys.map((key) => key['kid'])).toEqual([signing.keys[0]['kid']]);
});

test('what it says beside its output, and what it lists, has no private member', async () => {
  const made = await keys('new refresh --bits 3072');
  const set = setIn(made);
  const listed = await keys('list refresh', { stdin: made.stdout });
  expect(listed.stdout).toContain('RSA 3072');
  for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi']) {
    expect(set.keys[0][member]).toBeTruthy();
    expect(made.stderr + listed.stdout + listed.stderr).not.toContain(set.keys[0][member]);
  }
});

const { privateKey: pair } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (type: 'pkcs8' | 'pkcs1') => pair.export({ type, format: 'pem' }).toString();
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.for([
  ['PKCS #8', pem('pkcs8')],
  ['PKCS #1', pem('pkcs1')],
  ['PKCS #8 with \\n for line breaks', pem('pkcs8').replaceAll('\n', '\\n')],
  ['base64 of PKCS #8', base64(pem('pkcs8'))],
  ['base64 of PKCS #1', base64(pem('pkcs1'))],
] as const)('an older key is accepted as it is kept: %s', async ([, text]) => {
  const expected = pair.export({ format: 'jwk' });
  const converted = setIn(await keys('new access --from -', { stdin: text }));
  expect(converted.keys[0]).toMatchObject(expected);
  expect(converted.keys[0]['kid']).toBe(thumbprint(converted.keys[0]));
  const rotated = setIn(await keys('rotate access', { env: { ACCESS_TOKEN_KEYS: text } }));
  expect(rotated.keys[0]).toMatchObject(expected);
  expect(rotated.keys).toHaveLength(2);
});

const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const sealed = { type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' } as const;

test.for([
  ['nothing', '', 'no key set'],
  ['text', 'hello', 'neither'],
  ['JSON without keys', '{}', 'no JWK Set'],
  ['broken JSON', '{"keys": secret', 'not valid JSON'],
  ['1024 bits', short.export({ type: 'pkcs8', format: 'pem' }).toString(), '1024 bits'],
  ['an EC key', ec.export({ type: 'pkcs8', format: 'pem' }).toString(), 'not an RSA key'],
  ['an encrypted PEM', pair.export(sealed).toString(), 'encrypted'],
  ['a public key', JSON.stringify({ keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] }), 'not a private key'],
] as const)('%s is refused, in words that quote nothing of it', async ([, stdin, why]) => {
  const run = await keys('list access', { stdin });
  expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(why) });
  expect(run.stderr).not.toContain('secret');
  expect(run.stderr).not.toMatch(/\n\s+at /);
});

test('nothing goes into a file of the repository, into the log of a CI run, or behind the lines of npm', async () => {
  const inside = join(project, `.latchkey-${process.pid}.json`);
  const file = openSync(inside, 'w');
  try {
    expect(await keys('new access', { stdout: file })).toMatchObject({ code: 1 });
    expect(readFileSync(inside, 'utf8')).toBe('');
    expect(await keys(`list access --file ${inside}`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('inside of the repository'),
    });
  } finally {
    closeSync(file);
    rmSync(inside);
  }
  expect(await keys('new access', { env: { CI: 'true' } })).toMatchObject({ code: 1, stdout: '' });
  expect(await keys('new access', { env: { npm_lifecycle_event: 'keys' } })).toMatchObject({
    code: 1,
    stdout: '',
  });

  const outside = openSync(join(folder, 'set.json'), 'w');
  expect(await keys('new access', { stdout: outside })).toMatchObject({ code: 0 });
  closeSync(outside);
  expect(await keys(`list access --file ${join(folder, 'set.json')}`)).toMatchObject({ code: 0 });
});

test('an old copy of the set is noticed where the service can be asked', async () => {
  const first = setIn(await keys('new access'));
  const { keys: live } = setIn(await keys('rotate access', { stdin: JSON.stringify(first) }));
  const server = createServer((_, response) =>
    response.end(JSON.stringify({ keys: live.map(({ kid }) => ({ kid })) })),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const run = await keys(`rotate access --issuer ${issuer}`, { stdin: JSON.stringify(first) });
  expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('old copy') });
  const stdin = older({ keys: live }, 4_000);
  expect(setIn(await keys(`rotate access --issuer ${issuer}`, { stdin })).keys[0]['kid']).toBe(
    live[1]?.['kid'],
  );
  server.close();
});

test('--put hands the set to Cloudflare through wrangler, and shows it to nobody', async () => {
  const received: { method: string; path: string; body: string }[] = [];
  // Stands in for Cloudflare's API, which no test may call; wrangler itself is the real one.
  const api = createServer(async (request, response) => {
    const body = await textOf(request);
    received.push({ method: request.method ?? '', path: request.url ?? '', body });
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ success: true, errors: [], messages: [], result: {} }));
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const env = {
    CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}/client/v4`,
    CLOUDFLARE_API_TOKEN: 'none',
    CLOUDFLARE_ACCOUNT_ID: 'account',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    WRANGLER_LOG_PATH: join(folder, 'logs'),
    CI: 'true',
  };
  const run = await keys('new access --put', { env });
  expect(run, run.stdout + run.stderr).toMatchObject({ code: 0 });
  const put = received.find(({ method }) => method === 'PUT');
  expect(put?.path).toMatch(/\/workers\/scripts\/latchkey\/secrets$/);
  const { name, text } = JSON.parse(put?.body ?? '{}');
  expect(name).toBe('ACCESS_TOKEN_KEYS');
  const [key] = JSON.parse(text).keys;
  expect(key.kid).toBe(thumbprint(key));
  const logs = await readdir(join(folder, 'logs'));
  expect(logs).not.toEqual([]);
  const written = await Promise.all(logs.map((log) => readFile(join(folder, 'logs', log), 'utf8')));
  for (const member of ['d', 'p', 'q']) {
    expect([run.stdout, run.stderr, ...written].join()).not.toContain(key[member]);
  }
  api.close();

  const failed = await keys('new access --put', { env });
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('the set that it had') });
});
