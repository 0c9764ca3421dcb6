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
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type DataJwk, DataKeySet } from '../../src/tokens/data-keys.ts';
import { newTestDatabase } from '../stack/test-database.ts';

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

const jwkOf = (bits: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength: bits, publicExponent }).privateKey.export({ format: 'jwk' });
type Parts = { n: string; d: string; p: string; q: string };
const [mine, yours] = [jwkOf(2048), jwkOf(2048)] as [Parts, Parts];
const setOf = (...set: object[]) => JSON.stringify({ keys: set });

/** Fits in every equation but one: no prime number was asked for. */
function withoutPrimes(): object {
  const number = (text = '') => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);
  const text = (value: bigint) => {
    const hex = value.toString(16);
    return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
  };
  const inverse = (value: bigint, modulus: bigint) => {
    let [rest, next, a, b] = [modulus, ((value % modulus) + modulus) % modulus, 0n, 1n];
    while (next > 0n) [rest, next, a, b] = [next, rest % next, b, a - (rest / next) * b];
    return rest === 1n ? (a + modulus) % modulus : 0n;
  };
  const q = number(mine.q);
  // Twice as large as a prime, and three times, and so on, until the rest fits.
  for (let p = number(yours.p) * 3n; ; p += 2n) {
    const [e, order] = [65_537n, (p - 1n) * (q - 1n)];
    const [d, qi] = [inverse(e, order), inverse(q, p)];
    if (d === 0n || qi === 0n || p % 3n !== 0n) continue;
    const parts = { n: p * q, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi };
    const texts = Object.entries(parts).map(([name, value]) => [name, text(value)]);
    return { kty: 'RSA', e: 'AQAB', ...Object.fromEntries(texts) };
  }
}

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
  ['the exponent 3', setOf(jwkOf(2048, 3)), 'AQAB'],
  ['two keys in one', setOf({ ...mine, d: yours.d }), 'do not belong together'],
  ['the modulus of another key', setOf({ ...mine, n: yours.n }), 'do not belong together'],
  ['a key for encryption', setOf({ ...mine, use: 'enc' }), '"use"'],
  ['a key for another algorithm', setOf({ ...mine, alg: 'RSA1_5' }), '"alg"'],
  ['a key for other operations', setOf({ ...mine, key_ops: ['decrypt'] }), '"key_ops"'],
  ['a prime that is none', setOf(withoutPrimes()), 'a prime of it is none'],
  ['a public key', JSON.stringify({ keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] }), 'not a private key'],
] as const)('%s is refused, in words that quote nothing of it', async ([, stdin, why]) => {
  const run = await keys('list access', { stdin });
  expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(why) });
  expect(run.stderr).not.toContain('secret');
  expect(run.stderr).not.toContain(mine.d);
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

test.for<[string, string]>([
  ['new access --file x.json', '--file'],
  ['new access --issuer https://auth.example.com', '--issuer'],
  ['new data --bits 2048', '--bits'],
  ['new data --from x.pem', '--from'],
  ['new refresh --env production', '--env'],
  ['new access --from x.pem --bits 4096', '--bits'],
  ['list access --put', '--put'],
  ['list access --bits 2048', '--bits'],
  ['list access --from x.pem', '--from'],
  ['rotate access --from x.pem', '--from'],
  ['rotate refresh --issuer https://auth.example.com', '--issuer'],
  ['rotate data --issuer https://auth.example.com', '--issuer'],
  ['retire access --bits 2048', '--bits'],
  ['new access --fiel x.json', '--fiel'],
  ['new access --put=yes', '--put'],
])('an option that would do nothing is refused, and nothing is made: %s', async ([args, option]) => {
  const run = await keys(args, { env: { CLOUDFLARE_API_TOKEN: 'none' } });
  expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(option) });
  expect(run.stderr).not.toMatch(/\n\s+at /);
});

test.for(['new', 'new sealing', 'renew access', 'new access more', 'toString access'])(
  'what is no command is answered with what there is: %s',
  async (args) => {
    expect(await keys(args)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('<command>'),
    });
  },
);

const year = 365 * 24 * 3_600;
type DataKey = { kid: string; kty: string; k: string; published_at: number; superseded_at?: number };
const dataSetIn = (run: Run): DataKey[] => (setIn(run) as unknown as { keys: DataKey[] }).keys;

test('data keys: the new one comes first, the older stay, and none goes while a device may be known by it', async () => {
  const made = await keys('new data');
  const [first] = dataSetIn(made);
  expect(first).toEqual({
    kty: 'oct',
    kid: expect.any(String),
    k: expect.stringMatching(/^[\w-]{43}$/),
    published_at: expect.any(Number),
  });
  expect(readDataKeys(made.stdout)).toHaveLength(1);

  const alone = await keys('retire data', { stdin: made.stdout });
  expect(alone).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('none to retire') });

  const rotated = await keys('rotate data', { env: { DATA_KEYS: made.stdout } });
  const [second, old] = dataSetIn(rotated);
  expect(old).toEqual({ ...first, superseded_at: second?.published_at });
  expect(second?.k).not.toBe(first?.k);
  expect(readDataKeys(rotated.stdout).map(({ kid }) => kid)).toEqual([second?.kid, first?.kid]);

  const aged = (seconds: number) => older(JSON.parse(rotated.stdout), seconds);
  for (const seconds of [0, year]) {
    const early = await keys('retire data', { stdin: aged(seconds) });
    expect(early).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/Refused\..*may go from/),
    });
    const listed = await keys('list data', { stdin: aged(seconds) });
    expect(listed.stdout).toMatch(/seals[\s\S]*superseded[\s\S]*retire {2}takes out .*: from /);
  }
  const late = aged(year + 600);
  expect((await keys('list data', { stdin: late })).stdout).toContain('due now');
  const left = dataSetIn(await keys('retire data', { stdin: late }));
  expect(left.map(({ kid }) => kid)).toEqual([second?.kid]);
});

function readDataKeys(text: string): readonly DataJwk[] {
  const { data } = DataKeySet.safeParse(text);
  expect(data).toBeDefined();
  return data?.keys ?? [];
}

test('a data key of unknown age is not retired before a year after the next rotation', async () => {
  const set = dataSetIn(await keys('new data')).concat(dataSetIn(await keys('new data')));
  const stdin = JSON.stringify({ keys: set.map(({ published_at: _, ...key }) => key) });
  expect(await keys('retire data', { stdin })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Nothing says'),
  });
  const rotated = await keys('rotate data', { stdin });
  const now = dataSetIn(rotated)[0]?.published_at;
  expect(dataSetIn(rotated).map(({ superseded_at }) => superseded_at)).toEqual([undefined, now, now]);
});

test('what is said beside a data set, and listed, holds no key', async () => {
  const made = await keys('new data');
  const [key] = dataSetIn(made);
  const listed = await keys('list data', { stdin: made.stdout });
  expect(listed.code).toBe(0);
  expect(made.stderr + listed.stdout + listed.stderr).not.toContain(key?.k);
});

test.for([
  ['nothing', ''],
  ['text', 'secret words'],
  ['a set of RSA keys', setOf({ ...mine, kid: 'a' })],
  ['a short key', JSON.stringify({ keys: [{ kty: 'oct', kid: 'a', k: 'c2VjcmV0' }] })],
] as const)('%s is no data set, and nothing of it is quoted', async ([, stdin]) => {
  for (const command of ['list', 'rotate', 'retire']) {
    const run = await keys(`${command} data`, { stdin });
    expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('DATA_KEYS') });
    expect(run.stderr).not.toMatch(/secret|c2VjcmV0|\n\s+at /);
    expect(run.stderr).not.toContain(mine.d);
  }
});

test('a data key that a second factor or a call to a provider is sealed by is not retired', async () => {
  const DATABASE_URL = await newTestDatabase(inject('databaseUrl'));
  const rotated = await keys('rotate data', { stdin: (await keys('new data')).stdout });
  const [second, first] = dataSetIn(rotated);
  const stdin = older(JSON.parse(rotated.stdout), year + 600);
  const unseen = await keys('retire data', { stdin });
  expect(unseen).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Not compared with the database'),
  });

  const client = new pg.Client(DATABASE_URL);
  await client.connect();
  await client.query(
    `with person as (
      insert into users (id, email, password_hash, name, created_at, updated_at, email_verified_at)
      values (gen_random_uuid(), 'ada@example.test', '-', 'Ada', now(), now(), now()) returning id
    )
    insert into totp_secrets (id, user_id, session_id, secret, created_at, confirmed_at)
    select gen_random_uuid(), id, id, $1 || ':sealed', now(), now() from person`,
    [first?.kid],
  );
  const refused = await keys('retire data', { stdin, env: { DATABASE_URL } });
  expect(refused).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`Refused\\. 1 second factors are sealed by ${first?.kid}`)),
  });
  await client.query(`update totp_secrets set secret = $1 || ':sealed'`, [second?.kid]);
  await client.query(
    `insert into provider_calls (id, kind, identity_id, client_id, secret, created_at, due_at, expires_at)
    values (gen_random_uuid(), 'apple-revoke', gen_random_uuid(), 'app', $1 || ':sealed', now(), now(), now())`,
    [first?.kid],
  );
  expect(await keys('retire data', { stdin, env: { DATABASE_URL } })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('1 calls to identity providers are sealed by'),
  });
  await client.query(`update provider_calls set secret = ''`);
  await client.end();
  const retired = await keys('retire data', { stdin, env: { DATABASE_URL } });
  expect(dataSetIn(retired).map(({ kid }) => kid)).toEqual([second?.kid]);
});
