// A service with a wrong binding does not start, and says which and why, and nothing of what the binding holds.

import { createExecutionContext } from 'cloudflare:test';
import { base64url } from 'jose';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { EnvironmentError, readEnvironment } from '../src/environment.ts';
import worker from '../src/index.ts';
import { complaints } from './complaints.ts';
import { bindings, issuer } from './service.ts';
import { newKey } from './verify/new-key.ts';

type Jwk = Record<string, unknown>;
const [accessKey] = JSON.parse(inject('accessTokenKeys')).keys as [Jwk];
const [refreshKey] = JSON.parse(inject('refreshTokenKeys')).keys as [Jwk];
/** The private exponents, moved: they fit each other and no public one. */
function exponentsOf(key: Jwk, by: bigint): Jwk {
  const number = (part: string) => BigInt(`0x${hexOf(String(key[part]))}`);
  const hexOf = (text: string) =>
    Array.from(base64url.decode(text), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const text = (value: bigint) => {
    const hex = value.toString(16);
    const pairs = hex.padStart(hex.length + (hex.length % 2), '0').match(/../g) ?? [];
    return base64url.encode(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)));
  };
  const d = number('d') + by;
  return { d: text(d), dp: text(d % (number('p') - 1n)), dq: text(d % (number('q') - 1n)) };
}

/** As good as the others, and in neither set. */
const otherKey = { ...(await newKey('other')) } as unknown as Jwk;
const keySet = (...keys: unknown[]) => JSON.stringify({ keys });

test('is read, with the defaults of the contract', () => {
  expect(readEnvironment({ ...bindings(), APP_ORIGIN: undefined })).toEqual({
    databaseUrl: inject('databaseUrl'),
    neonHttpEndpoint: inject('neonHttpEndpoint'),
    accessTokenKeys: [expect.objectContaining({ kid: accessKey['kid'], n: accessKey['n'] })],
    refreshTokenKeys: [expect.objectContaining({ kid: refreshKey['kid'], n: refreshKey['n'] })],
    dataKeys: [expect.objectContaining({ kty: 'oct' })],
    issuer,
    audience: 'https://api.example.test',
    clientId: 'app',
    roleClaim: 'role',
    appOrigin: issuer,
    corsOrigins: [],
    webOrigins: [],
    smtpUrl: inject('smtpUrl'),
    emailFrom: 'Latchkey <no-reply@example.test>',
    appleAppIds: [],
    androidApps: [],
    passkeyRpId: new URL(issuer).hostname,
    identityProviders: new Map(),
    accessTokenSeconds: 15 * 60,
    refreshTokenSeconds: 30 * 24 * 60 * 60,
    sessionMaxAgeSeconds: 180 * 24 * 60 * 60,
    refreshRetryWindowSeconds: 30,
    passwordMinimumLength: 15,
    passwordContextWords: [],
    breachCheckUrl: undefined,
    emailBinding: undefined,
    emailCodes: false,
    guests: false,
    signUp: ['%'],
    serverTiming: false,
    analytics: undefined,
    loginLimit: undefined,
    mailLimit: undefined,
    addressLimit: undefined,
    files: undefined,
    brand: {
      name: 'auth.example.test',
      supportEmail: undefined,
      logoUrl: undefined,
      light: { act: '#4f5de8', edge: '#4f5de8', onAct: '#ffffff', link: '#4f5de8' },
      dark: { act: '#4f5de8', edge: '#4f5de8', onAct: '#ffffff', link: '#6b77ec' },
    },
    pagesOrigin: 'https://app.example.test',
  });
});

test('APP_ORIGIN, where it is given, is the application that mails speak of', () => {
  expect(readEnvironment(bindings()).appOrigin).toBe('https://app.example.test');
});

test.for(['EMAIL_CODES', 'GUESTS', 'SERVER_TIMING'])('%s is switched on by "true" alone', (name) => {
  const isOn = (value: unknown) => {
    const read = readEnvironment({ ...bindings(), [name]: value });
    return { EMAIL_CODES: read.emailCodes, GUESTS: read.guests, SERVER_TIMING: read.serverTiming }[name];
  };
  expect([isOn('true'), isOn('false'), isOn(undefined)]).toEqual([true, false, false]);
  for (const wrong of ['', 'yes', '1', 'TRUE', true, null])
    expect(complaints({ [name]: wrong })).toEqual({ [name]: `${name} must be "true" or "false"` });
});

test('SIGN_UP is open, closed, or domains in the form that addresses have', () => {
  const signUp = (SIGN_UP: unknown) => readEnvironment({ ...bindings(), SIGN_UP }).signUp;
  expect([signUp(undefined), signUp('open'), signUp('closed')]).toEqual([['%'], ['%'], []]);
  expect(signUp(' Example.COM, *.Bücher.example ')).toEqual(['example.com', '%.xn--bcher-kva.example']);
  const wrong = [
    '',
    ',',
    'company.test,',
    'company',
    '*',
    '*.com',
    '%.company.test',
    'a@company.test',
    'open,company.test',
    'com_pany.test',
    true,
  ];
  for (const SIGN_UP of wrong)
    expect(complaints({ SIGN_UP })['SIGN_UP'], String(SIGN_UP)).toContain(
      'SIGN_UP must be "open", "closed", or',
    );
});

test('passkeys are for the host of APP_ORIGIN, unless PASSKEY_RP_ID says for a domain above it or ISSUER', () => {
  const rpId = (changed: object) => readEnvironment({ ...bindings(), ...changed }).passkeyRpId;
  expect(rpId({})).toBe('app.example.test');
  for (const PASSKEY_RP_ID of ['example.test', 'app.example.test', new URL(issuer).hostname])
    expect(rpId({ PASSKEY_RP_ID })).toBe(PASSKEY_RP_ID);
  const local = { ISSUER: 'http://localhost:8787', APP_ORIGIN: 'http://localhost:5173' };
  expect(rpId(local)).toBe('localhost');
  expect(rpId({ ...local, PASSKEY_RP_ID: 'localhost' })).toBe('localhost');
});

test('mail links lead to our own pages, unless PAGES_ORIGIN says that the application serves them', () => {
  expect(readEnvironment({ ...bindings(), PAGES_ORIGIN: undefined }).pagesOrigin).toBe(issuer);
  expect(readEnvironment(bindings()).pagesOrigin).toBe('https://app.example.test');
});

const required = [
  'DATABASE_URL',
  'ACCESS_TOKEN_KEYS',
  'REFRESH_TOKEN_KEYS',
  'DATA_KEYS',
  'ISSUER',
  'AUDIENCE',
  'CLIENT_ID',
  'SMTP_URL',
  'EMAIL_FROM',
];

const isMissing = (name: string) =>
  `${name} is missing${name === 'SMTP_URL' ? ', and no EMAIL is bound instead' : ''}`;

test.for(required)('%s is named where it is missing', (name) => {
  expect(complaints({ [name]: undefined })).toEqual({ [name]: isMissing(name) });
});

test('SMTP_URL may be missing where EMAIL is bound', () => {
  const EMAIL = { send: async () => {} };
  expect(readEnvironment({ ...bindings(), SMTP_URL: undefined, EMAIL })).toMatchObject({
    smtpUrl: undefined,
  });
});

test('everything that is missing is named at once', () => {
  expect(() => readEnvironment({})).toThrow(EnvironmentError);
  for (const name of required) expect(() => readEnvironment({})).toThrow(isMissing(name));
});

test('several wrong ones are named at once', () => {
  const wrong = {
    DATABASE_URL: 'hunter2',
    ISSUER: 'hunter2',
    SMTP_URL: 'hunter2',
    ACCESS_TOKEN_TTL: 'hunter2',
  };
  expect(Object.keys(complaints(wrong)).sort()).toEqual(Object.keys(wrong).sort());
});

test.for<[string, unknown, RegExp]>([
  ['DATABASE_URL', '', /must look like postgresql:/],
  ['DATABASE_URL', 5, /must be a string/],
  ['DATABASE_URL', 'hunter2', /must look like/],
  ['DATABASE_URL', 'mysql://user:hunter2@db.example.com/main', /must look like/],
  ['DATABASE_URL', 'postgresql://user:hunter2@db.example.com', /must look like/],
  ['DATABASE_URL', 'postgresql://user:hunter2@db.example.com/', /must look like/],
  ['DATABASE_URL', 'postgresql://user@db.example.com/main', /must look like/],
  ['DATABASE_URL', 'postgresql://:hunter2@db.example.com/main', /must look like/],
  ['DATABASE_URL', 'postgresql://db.example.com/main', /must look like/],
  ['DATABASE_URL', 'postgresql://user:hunter2@/main', /must look like/],
  ['DATABASE_URL', 'postgresql://user:hunter2@db.example.com:99999/main', /must look like/],
  ['DATABASE_URL', 'postgresql://user:hunter2@db example.com/main', /must look like/],
  ['DATABASE_URL', 'postgresql://user:hunter2@[::1/main', /must look like/],
  ['DATABASE_URL', 'postgresql://user:hun/ter2@db.example.com/main', /must look like/],
  ['DATABASE_URL', 'postgresql://user:hun#ter2@db.example.com/main', /must look like/],
  ['DATABASE_URL', 'postgresql://user:12?hunter2@db.example.com/main', /must look like/],
  ['DATABASE_URL', 'psql postgresql://user:hunter2@db.example.com/main', /must look like/],
  ['NEON_HTTP_ENDPOINT', 'hunter2', /must be a URL/],
  ['BREACH_CHECK_URL', 'hunter2', /must be a URL that ends in/],
  ['BREACH_CHECK_URL', 'https://api.example.com/range', /must be a URL that ends in/],
  ['BREACH_CHECK_URL', 'ftp://api.example.com/range/', /must be a URL that ends in/],
  ['NEON_HTTP_ENDPOINT', 5, /must be a URL/],
  ['ISSUER', 'auth.example.org', /must be an origin/],
  ['ISSUER', 'https://auth.example.com/', /must be an origin/],
  ['ISSUER', 'https://auth.example.com/path', /must be an origin/],
  ['ISSUER', 'https://user:hunter2@auth.example.com', /must be an origin/],
  ['ISSUER', 'https://AUTH.example.com', /must be an origin/],
  ['ISSUER', 'data:,x', /must be an origin/],
  ['ISSUER', 'null', /must be an origin/],
  ['APP_ORIGIN', 'https://app.example.com/', /must be an origin/],
  ['APP_ORIGIN', '', /must be an origin/],
  ['PASSKEY_RP_ID', 5, /must be a string/],
  ...[
    '',
    'example.org',
    'p.example.test',
    'auth.app.example.test',
    'test',
    'APP.example.test',
    'https://app.example.test',
    'app.example.test:443',
    'app.example.test.',
    '127.0.0.1',
  ].map((value): [string, unknown, RegExp] => ['PASSKEY_RP_ID', value, /must be a domain that the host of/]),
  ['AUDIENCE', '', /must not be empty/],
  ['CLIENT_ID', '', /must not be empty/],
  ['CLIENT_ID', {}, /must be a string/],
  ['ISSUER', 'http://auth.example.com', /must begin with https/],
  ['ISSUER', 'https://*.example.com', /must be an origin/],
  ['ISSUER', 'capacitor://localhost', /must be an origin/],
  ['APP_ORIGIN', 'http://app.example.com', /must begin with https/],
  ['APP_ORIGIN', 'ionic://localhost', /must be an origin/],
  // Anybody on the way could read the password of the database.
  ['NEON_HTTP_ENDPOINT', 'http://db.example.com/sql', /must begin with https/],
  ['NEON_HTTP_ENDPOINT', 'http://localhost.example.com/sql', /must begin with https/],
  ['NEON_HTTP_ENDPOINT', 'http://127.example.com/sql', /must begin with https/],
  ['NEON_HTTP_ENDPOINT', 'http://10.0.0.1/sql', /must begin with https/],
  ['NEON_HTTP_ENDPOINT', 'ftp://localhost/sql', /must begin with https/],
  ['BREACH_CHECK_URL', 'http://api.example.com/range/', /must begin with https/],
  ...['CORS_ORIGINS', 'WEB_ORIGINS'].flatMap((name): [string, unknown, RegExp][] => [
    [name, 'https://a.example.com,hunter2', /must be an origin .*\(at 1\)/],
    [name, '*', /must name each origin/],
    [name, 'https://a.example.com, *', /must name each origin.*\(at 1\)/],
    [name, 'https://*.example.com', /must name each origin/],
    [name, 'https://a.example.com/', /must be an origin/],
    [name, 'http://a.example.com', /must begin with https/],
    [name, 'http://192.168.1.7:3000', /must begin with https/],
    [name, 'http://localhost:*', /may leave a port open .* only where ISSUER/],
    [name, 'http://example.com:*', /must name each origin/],
    [name, 'null', /must be an origin/],
    [name, 'file://', /must be an origin/],
    [name, 'javascript://localhost', /must be an origin/],
    [name, 'data://x', /must be an origin/],
    [name, 'ws://localhost', /must be an origin/],
    [name, 'capacitor://', /must be an origin/],
    [name, 'capacitor://localhost/', /must be an origin/],
    [name, 5, /must be/],
  ]),
  ...['', 'Role', '1st', 'app-role', 'a'.repeat(33), 'sub', 'guest', 'scope', 'email'].map(
    (value): [string, unknown, RegExp] => ['ROLE_CLAIM', value, /must be a name/],
  ),
  ['SMTP_URL', 5, /must be a string/],
  ['SMTP_URL', '', /must look like smtp:/],
  ['EMAIL', 'hunter2', /must be a send_email binding/],
  ['EMAIL', {}, /must be a send_email binding/],
  ['EMAIL', null, /must be a send_email binding/],
  ['LOGIN_LIMIT', 'hunter2', /must be a rate-limiting binding/],
  ['MAIL_LIMIT', { limit: 'hunter2' }, /must be a rate-limiting binding/],
  ['ADDRESS_LIMIT', 5, /must be a rate-limiting binding/],
  ['WRITE_LIMIT', {}, /must be a rate-limiting binding/],
  ...['abc', '', '7', '65', '8.5', 7, 65, null, true].map((value): [string, unknown, RegExp] => [
    'PASSWORD_MIN_LENGTH',
    value,
    /must be a whole number from 8 to 64/,
  ]),
  ['SMTP_URL', 'https://user:hunter2@mail.example.com', /must look like smtp:/],
  ['SMTP_URL', 'smtp://user:hunter2@mail.example.com:25', /must not use port 25/],
  ['EMAIL_FROM', 'hunter2', /must be an address/],
  ['SUPPORT_EMAIL', 'Help <hunter2@b.example>', /must be an email address/],
  ['SUPPORT_EMAIL', 'hünter2@b.example', /ASCII before the "@"/],
  ['EMAIL_FROM', 'A <a@b.example>\r\nBcc: hunter2@b.example', /must be an address/],
])('%s is named where it is wrong (%#)', ([name, value, why]) => {
  expect(complaints({ [name]: value })).toEqual({ [name]: expect.stringMatching(why) });
});

test('an access token lives for 30 seconds at least, but in tests', () => {
  const ISSUER = 'https://auth.example.com';
  expect(complaints({ ISSUER, ACCESS_TOKEN_TTL: '29' })).toEqual({
    ACCESS_TOKEN_TTL: 'ACCESS_TOKEN_TTL must be at least 30 seconds',
  });
  expect(complaints({ ISSUER, ACCESS_TOKEN_TTL: '30' })).toEqual({});
  expect(complaints({ ACCESS_TOKEN_TTL: '1' })).toEqual({});
});

const durations = ['ACCESS_TOKEN_TTL', 'REFRESH_TOKEN_TTL', 'SESSION_MAX_AGE', 'REFRESH_RETRY_WINDOW'];
const tooManySeconds = 2 ** 31;

test.for(
  durations.flatMap((name) =>
    [
      'abc',
      '',
      ' ',
      '-1',
      '0',
      '1.5',
      '1e999',
      'NaN',
      '9'.repeat(30),
      -1,
      0,
      1.5,
      Number.NaN,
      true,
      null,
      {},
    ].map((value) => [name, value] as const),
  ),
)('%s is named where it is %j', ([name, value]) => {
  expect(complaints({ [name]: value })).toEqual({ [name]: expect.stringContaining('must be whole seconds') });
});

test.for(durations)('%s has a bound, beyond which no date could be written', (name) => {
  expect(complaints({ [name]: tooManySeconds })).toHaveProperty(name);
});

test.for(['600', 600, ' 600 '])('a duration may be %j', (value) => {
  const changed = Object.fromEntries(durations.map((name) => [name, value]));
  expect(readEnvironment({ ...bindings(), ...changed })).toMatchObject({
    accessTokenSeconds: 600,
    refreshTokenSeconds: 600,
    sessionMaxAgeSeconds: 600,
    refreshRetryWindowSeconds: 600,
  });
});

test.for<[string, string[]]>([
  ['', []],
  [' , ', []],
  ['https://a.example.com', ['https://a.example.com']],
  ['https://a.example.com, http://localhost:3000 ,', ['https://a.example.com', 'http://localhost:3000']],
  ['http://127.0.0.2:3000,http://[::1]', ['http://127.0.0.2:3000', 'http://[::1]']],
  ['capacitor://localhost,ionic://localhost', ['capacitor://localhost', 'ionic://localhost']],
  [
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    ['chrome-extension://abcdefghijklmnopabcdefghijklmnop'],
  ],
])('CORS_ORIGINS and WEB_ORIGINS %j are %j', ([text, origins]) => {
  const read = readEnvironment({ ...bindings(), CORS_ORIGINS: text, WEB_ORIGINS: text });
  expect(read).toMatchObject({ corsOrigins: origins, webOrigins: origins });
});

test.for(['http://localhost:8787', 'http://127.0.0.1:8787', 'http://[::1]:8787'])(
  'clear text and open ports are taken where the service is on this machine: %s',
  (ISSUER) => {
    const local = {
      ISSUER,
      APP_ORIGIN: ISSUER,
      WEB_ORIGINS: 'http://localhost:*',
      BREACH_CHECK_URL: `${ISSUER}/`,
    };
    expect(readEnvironment({ ...bindings(), ...local })).toMatchObject({
      issuer: ISSUER,
      webOrigins: ['http://localhost:*'],
    });
  },
);

test.for<[string, unknown, RegExp]>([
  ['no JSON', 'hunter2', /must be a JWK Set/],
  ['nothing', '', /must be a JWK Set/],
  ['no text', { keys: [refreshKey] }, /must be a JSON text/],
  ['a JWK alone', JSON.stringify(refreshKey), /must be a JWK Set|must be a list/],
  ['an array', JSON.stringify([refreshKey]), /must be a JWK Set/],
  ['null', 'null', /must be a JWK Set/],
  ['a set without keys', keySet(), /at least one key/],
  ['a set of texts', keySet('hunter2'), /must be a private RSA JWK/],
  [
    'a public key',
    keySet({ kty: 'RSA', kid: 'a', n: refreshKey['n'], e: 'AQAB' }),
    /private.*\(at keys\.0\.d\)/,
  ],
  ['a key of 1024 bits', keySet({ ...refreshKey, n: String(refreshKey['n']).slice(171) }), /2048 bits/],
  [
    'an elliptic curve key',
    keySet({ kty: 'EC', crv: 'P-256', kid: 'a', x: 'AA', y: 'AA', d: 'hunter2' }),
    /RSA/,
  ],
  ['a symmetric key', keySet({ kty: 'oct', kid: 'a', k: 'hunter2' }), /RSA/],
  ['a key without a kid', keySet({ ...refreshKey, kid: undefined }), /"kid" is missing/],
  ['a key with an empty kid', keySet({ ...refreshKey, kid: '' }), /"kid" is missing/],
  ['a key whose kid is a number', keySet({ ...refreshKey, kid: 5 }), /"kid"/],
  ['a key that is not base64url', keySet({ ...refreshKey, d: 'hunter2+/=' }), /base64url.*\(at keys\.0\.d\)/],
  [
    'a key whose modulus begins with zeros',
    keySet({ ...refreshKey, n: `AAAA${String(refreshKey['n']).slice(4)}` }),
    /2048 bits/,
  ],
  ['a key with the exponent 3', keySet({ ...refreshKey, e: 'Aw' }), /"e" must be "AQAB".*\(at keys\.0\.e\)/],
  ['a key with the exponent 1', keySet({ ...refreshKey, e: 'AQ' }), /"e" must be "AQAB"/],
  ['a key for another algorithm', keySet({ ...refreshKey, alg: 'PS256' }), /"alg" must be "RS256" or absent/],
  ['a key for encryption', keySet({ ...refreshKey, use: 'enc' }), /"use" must be "sig" or absent/],
  [
    'a key for other operations',
    keySet({ ...refreshKey, key_ops: ['decrypt'] }),
    /"key_ops" must hold "sign"/,
  ],
  [
    'a key whose operations are a text',
    keySet({ ...refreshKey, key_ops: 'sign' }),
    /"key_ops" must be a list/,
  ],
  ...['n', 'd', 'p', 'q', 'dp', 'dq', 'qi'].map((part): [string, unknown, RegExp] => [
    `a key whose ${part} is another key's`,
    keySet({ ...refreshKey, [part]: otherKey[part] }),
    /has parts that do not belong together.*\(at keys\.0\)/,
  ]),
  [
    'a key whose primes have changed places',
    keySet({ ...refreshKey, p: refreshKey['q'], q: refreshKey['p'] }),
    /do not belong together/,
  ],
  [
    'a key that was made for another exponent',
    keySet({ ...refreshKey, ...exponentsOf(refreshKey, -2n) }),
    /do not belong together/,
  ],
  ['a key whose p is 1', keySet({ ...refreshKey, p: 'AQ', q: refreshKey['n'] }), /do not belong together/],
  ['the second of two keys mixed', keySet(otherKey, { ...refreshKey, d: accessKey['d'] }), /\(at keys\.1\)/],
  ['one kid twice', keySet(refreshKey, { ...refreshKey }), /one "kid" twice/],
])('a key set is named where it is %s', ([, value, why]) => {
  for (const name of ['ACCESS_TOKEN_KEYS', 'REFRESH_TOKEN_KEYS']) {
    const said = complaints({ [name]: value });
    expect(Object.keys(said)).toEqual([name]);
    expect(Object.values(said)[0]).toMatch(why);
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi']) {
      expect(JSON.stringify(said)).not.toContain(refreshKey[member]);
    }
  }
});

test.for([{}, { alg: 'RS256', use: 'sig', key_ops: ['sign'] }, { key_ops: ['sign', 'verify'], x5t: 'more' }])(
  'a key that says of itself %j is one',
  (labels) => {
    const { alg: _, use: __, ...key } = refreshKey;
    expect(complaints({ REFRESH_TOKEN_KEYS: keySet({ ...key, ...labels }) })).toEqual({});
  },
);

test('one key in both sets is named, under another kid too', () => {
  const both = { ...accessKey, kid: 'another' };
  for (const keys of [keySet(accessKey), keySet(refreshKey, both)]) {
    expect(complaints({ REFRESH_TOKEN_KEYS: keys })).toEqual({
      REFRESH_TOKEN_KEYS: expect.stringContaining('holds a key of ACCESS_TOKEN_KEYS'),
    });
  }
});

test.for([undefined, null, 5, 'text', []])(
  'bindings that are %j are an error of ours, not a crash',
  (value) => {
    expect(() => readEnvironment(value)).toThrow(EnvironmentError);
  },
);

afterEach(() => {
  vi.restoreAllMocks();
});

async function firstAnswer(changed: Record<string, unknown>) {
  const written = vi.spyOn(console, 'error').mockImplementation(() => {});
  const response = await worker.fetch(
    new Request(`${issuer}/api/healthchecker`) as never,
    { ...bindings(), ...changed },
    createExecutionContext(),
  );
  return { response, body: await response.json(), logged: JSON.stringify(written.mock.calls) };
}

test('the Worker answers the first request 503 with the name of the binding, and the next one once it is right', async () => {
  const { response, body, logged } = await firstAnswer({ ISSUER: 'hunter2', SMTP_URL: undefined });
  expect(response.status).toBe(503);
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  expect(body).toMatchObject({
    type: expect.stringMatching(/\/problems\/service-unavailable$/),
    status: 503,
    retryable: true,
    discard_credentials: false,
    detail: expect.stringMatching(/ISSUER must be an origin.*SMTP_URL is missing/),
  });
  expect(logged).toContain('ISSUER must be an origin');
  expect(JSON.stringify(body) + logged).not.toContain('hunter2');
  expect((await firstAnswer({})).response.status).toBe(200);
});

/** An isolate of its own: the one before it may have started. */
async function freshAnswer(changed: Record<string, unknown>) {
  vi.resetModules();
  const { default: fresh } = (await import('../src/index.ts')) as { default: typeof worker };
  const written = vi.spyOn(console, 'error').mockImplementation(() => {});
  const response = await fresh.fetch(
    new Request(`${issuer}/api/healthchecker`) as never,
    { ...bindings(), ...changed },
    createExecutionContext(),
  );
  return { status: response.status, said: (await response.text()) + JSON.stringify(written.mock.calls) };
}

const keyOfZeros = keySet({ ...refreshKey, n: 'A'.repeat(342) });

test('a key that is none is an answer of 503, and no word of it is said or logged', async () => {
  const { status, said } = await freshAnswer({ REFRESH_TOKEN_KEYS: keyOfZeros });
  expect(status).toBe(503);
  expect(said).not.toContain('AAAA');
  expect(said).not.toContain(refreshKey['d']);
});

test('a key that is none is named', async () => {
  expect((await freshAnswer({ REFRESH_TOKEN_KEYS: keyOfZeros })).said).toContain('REFRESH_TOKEN_KEYS');
});

const dataKey = (kid: string, letter: string) => ({ kty: 'oct', kid, k: letter.repeat(43) });

test.for<[string, Jwk[], string]>([
  ['no key', [], 'must hold at least one key'],
  ['one key twice', [dataKey('a', 'A'), dataKey('b', 'A')], 'has one key twice'],
  // A secret in the database could have been sealed by either.
  ['two keys of one name', [dataKey('a', 'A'), dataKey('a', 'E')], 'has one "kid" twice'],
])('DATA_KEYS with %s are refused', ([, keys, complaint]) => {
  expect(complaints({ DATA_KEYS: keySet(...keys) })).toEqual({
    DATA_KEYS: `DATA_KEYS ${complaint} (at keys)`,
  });
});
