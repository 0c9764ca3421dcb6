import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ImportCommand, newImportCommand, refusals } from './import-command.ts';

// Raw exports, in the shape that each system gives them: who comes in with what, and who does not.

const password = 'correct horse battery staple';
const bcrypt = '$2b$04$VRPDlm7dsL0ccOTlpW2Rne4ZRYRMb.hqE2ejXn1X1sZF2DkUazJ/S';
const created = '2021-03-05T16:35:16.775Z';

/** Out of the README of github.com/firebase/scrypt, as the console shows them. */
const hashParameters = `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}`;

let folder: string;
let command: ImportCommand;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-formats-'));
  command = await newImportCommand();
});
beforeEach(() => command.database.query('truncate users cascade'));
afterAll(async () => {
  await command.end();
  await rm(folder, { recursive: true });
});

async function fileOf(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** Whether `--try` says that a password opens what a file has for an address. */
async function opens(typed: string, address: string, args: string[]): Promise<boolean> {
  const { code, stdout } = await command.run(['--try', address, ...args], { password: typed, url: '' });
  expect(stdout).toMatch(code === 0 ? /^The password opens/ : /^The password does not open/);
  return code === 0;
}

test('Auth0: an object a line, with the hashes, and a list without', async () => {
  const user = {
    _id: { $oid: '60425dc43519d90068f82973' },
    email: 'Ada@Example.test',
    email_verified: true,
    name: 'Ada',
    picture: 'https://s.gravatar.com/avatar/1.png',
    passwordHash: bcrypt,
    created_at: { $date: created },
    tenant: 'dev',
    connection: 'Username-Password-Authentication',
    multifactor: ['guardian'],
    _tmp_is_unique: true,
  };
  const kept = { user_metadata: { theme: 'dark' }, app_metadata: { plan: 'gold' } };
  const text = [
    { ...user, ...kept, locale: 'de_CH' },
    {
      ...user,
      locale: 'German',
      _id: { $oid: '60425dc43519d90068f82974' },
      email: 'eve@example.test',
      blocked: true,
    },
  ].map((each) => JSON.stringify(each));
  const run = await command.importUsers(text.join('\n'), ['--format', 'auth0']);
  expect(refusals(run)).toEqual([]);
  expect(run.stderr).toMatch(/2 had a second factor there.*\n.*2 imported.*0 refused/);
  expect(await command.kept()).toMatchObject([
    {
      external_id: 'auth0|60425dc43519d90068f82973',
      disabled_at: null,
      metadata: { theme: 'dark' },
      app_metadata: { plan: 'gold' },
      email: 'ada@example.test',
      name: 'Ada',
      photo: user.picture,
      locale: 'de-CH',
      password_hash: bcrypt,
      created_at: new Date(created),
      email_verified_at: expect.any(Date),
    },
    {
      email: 'eve@example.test',
      disabled_at: expect.any(Date),
      disabled_reason: 'imported as disabled',
      metadata: {},
      // It is no tag, and the user comes all the same.
      locale: null,
    },
  ]);

  const listed = { user_id: 'auth0|1', email: 'bob@example.test', nickname: 'bob', created_at: created };
  const list = await command.importUsers(JSON.stringify([listed, { ...listed, email: '' }], null, 2), [
    ...['--format', 'auth0', '--without-password'],
  ]);
  expect(refusals(list)).toEqual([{ line: 8, reason: '/email must be an e-mail address' }]);
  expect(await command.kept()).toHaveLength(3);
});

test('Firebase: one document, and the hash parameters of its console', async () => {
  const user = {
    localId: '1',
    email: 'ada@example.test',
    emailVerified: true,
    passwordHash: 'lSrfV15cpx95_sZS2W9c9Kp6i_LVgQNDNC_qzrCnh1SAyZvqmZqAjTdn3aoItz-VHjoZilo78198JAdRuid5lQ==',
    salt: '42xEC-ixf3L2lw==',
    displayName: 'Ada',
    photoUrl: 'https://example.test/ada.png',
    createdAt: String(Date.parse(created)),
    lastSignedInAt: '1700000000000',
    providerUserInfo: [],
  };
  const users = [
    user,
    { ...user, localId: '2', email: 'eve@example.test', disabled: true, customAttributes: '{"admin":true}' },
    {
      localId: '3',
      email: 'google@example.test',
      emailVerified: true,
      createdAt: '1600000000000',
      providerUserInfo: [
        { providerId: 'google.com', displayName: 'Gogo', photoUrl: 'https://example.test/g.png' },
      ],
    },
  ];
  const file = await fileOf('firebase.json', JSON.stringify({ users }, null, 2));
  const config = await fileOf('hash-config.txt', hashParameters);
  const args = ['--format', 'firebase', '--hash-config', config, file];
  const run = await command.run(args);
  expect(refusals(run).map(({ reason }) => reason)).toEqual([
    expect.stringContaining('/password_hash is required'),
  ]);
  expect(await command.kept()).toMatchObject([
    {
      name: 'Ada',
      created_at: new Date(created),
      password_hash: expect.stringMatching(/^\$fbscrypt\$v=1,n=14,/),
      external_id: '1',
      disabled_at: null,
      app_metadata: {},
    },
    { external_id: '2', disabled_at: expect.any(Date), app_metadata: { admin: true } },
  ]);
  expect(await opens('user1password', 'Ada@example.test', args)).toBe(true);
  expect(await opens('user2password', 'ada@example.test', args)).toBe(false);

  const wrong = await fileOf('wrong.txt', hashParameters.replace(/base64_signer_key.*/, ''));
  const refused = await command.run(['--format', 'firebase', '--hash-config', wrong, file]);
  expect(refused).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('must have base64_signer_key'),
  });
});

test('Keycloak: a realm, whatever else is in it', async () => {
  const credential = (
    algorithm: string,
    hashIterations: number,
    value: string,
    additionalParameters = {},
  ) => ({
    type: 'password',
    secretData: JSON.stringify({ value, salt: 'MDEyMzQ1Njc4OWFiY2RlZg==', additionalParameters: {} }),
    credentialData: JSON.stringify({ hashIterations, algorithm, additionalParameters }),
  });
  const of = (email: string, credentials: object[], more = {}) => ({
    id: randomUUID(),
    email,
    username: email,
    firstName: 'Ada',
    lastName: 'Lovelace',
    enabled: true,
    emailVerified: true,
    createdTimestamp: Date.parse(created),
    totp: false,
    credentials,
    realmRoles: ['admin'],
    attributes: { users: [{ a: 1 }], locale: ['pt-BR'] },
    ...more,
  });
  const argon2 = { hashLength: ['32'], memory: ['7168'], type: ['id'], version: ['1.3'], parallelism: ['1'] };
  // By argon2-cffi and hashlib, of `password`.
  const users = [
    of(
      'argon2@example.test',
      [credential('argon2', 5, 'iFYFbd6+YgSpBS95zKSeCiqMI6RfgwXfibpMk5AbxQY=', argon2)],
      { totp: true },
    ),
    of('sha512@example.test', [
      credential(
        'pbkdf2-sha512',
        1000,
        '5bTW2oeyDJyGJPcmEr+mRDE11ghpozWrDGnSNhRXo2ZCu0KHRDiUMAVEGzLJC+oDhRoeIja9J1iLIv9ptDJMfQ==',
      ),
    ]),
    of('sha256@example.test', [
      { type: 'otp', secretData: '{}' },
      credential(
        'pbkdf2-sha256',
        27500,
        'DGzF4+RpmttWHV7FCaK41NYsG4Rc9QqDO8q71k0T1ODS+Ooo+SM5Ep4eJNd+eywW2X+UkNdTatqTScXAD7qm+w==',
      ),
    ]),
    of(
      'eve@example.test',
      [credential('argon2', 5, 'iFYFbd6+YgSpBS95zKSeCiqMI6RfgwXfibpMk5AbxQY=', argon2)],
      {
        enabled: false,
      },
    ),
    of('other@example.test', [credential('scrypt-of-ours', 5, 'AAAA')]),
    of('', []),
  ];
  const realm = {
    realm: 'app',
    roles: { realm: [{ name: 'admin', users: [] }] },
    defaults: [{ email: 'nobody@example.test' }],
    users,
    clients: [{ clientId: 'x', users: [{ email: 'client@example.test' }] }],
    scopes: [{ email: 'scope@example.test' }],
  };
  const file = await fileOf('realm.json', JSON.stringify(realm, null, 2));
  const args = ['--format', 'keycloak', file];
  const run = await command.run(args);
  expect(refusals(run).map(({ reason }) => reason)).toEqual([
    '/credentials has a password of another algorithm than pbkdf2, argon2 and bcrypt',
    '/email must be an e-mail address',
  ]);
  expect(run.stderr).toContain('2 had a second factor there');
  const [first, disabled, ...more] = await command.kept();
  expect(disabled).toMatchObject({ email: 'eve@example.test', disabled_at: expect.any(Date) });
  const kept = [first, ...more];
  expect(kept.map(({ email, id }) => [email, users.find((user) => user.id === id)?.email])).toEqual(
    kept.map(({ email }) => [email, email]),
  );
  expect(kept.map(({ email }) => email)).toEqual([
    'argon2@example.test',
    'sha256@example.test',
    'sha512@example.test',
  ]);
  expect(kept[0]).toMatchObject({ name: 'Ada Lovelace', role: 'user', created_at: new Date(created) });
  // What admins alone could write there, operators alone write here.
  expect(kept[0]).toMatchObject({ metadata: {}, app_metadata: { users: [{ a: 1 }] }, locale: 'pt-BR' });
  for (const { email } of kept) {
    expect(await opens(password, email, args)).toBe(true);
    expect(await opens(`${password}!`, email, args)).toBe(false);
  }
});

test('Supabase: the rows of auth.users, as JSON or out of CSV', async () => {
  const row = {
    instance_id: '0',
    id: randomUUID(),
    aud: 'authenticated',
    role: 'authenticated',
    email: 'ada@example.test',
    encrypted_password: bcrypt,
    email_confirmed_at: '2021-03-05T16:35:16.775+00:00',
    raw_user_meta_data: { full_name: 'Ada', avatar_url: 'https://example.test/ada.png', locale: 'fr' },
    raw_app_meta_data: { provider: 'email' },
    created_at: created,
    banned_until: null,
    deleted_at: null,
    is_anonymous: false,
  };
  const csv = {
    ...row,
    id: randomUUID(),
    email: 'bob@example.test',
    raw_user_meta_data: '{"name": "Bob"}',
    created_at: '2021-03-05 16:35:16.775+00',
    email_confirmed_at: '',
    banned_until: '2001-01-01 00:00:00+00',
    deleted_at: '',
  };
  const later = new Date(Date.now() + 86_400_000).toISOString();
  const rows = [
    row,
    csv,
    { ...row, id: randomUUID(), email: 'eve@example.test', banned_until: later },
    { ...row, id: randomUUID(), email: 'for-ever@example.test', banned_until: 'infinity' },
    { ...csv, email: 'x@example.test', deleted_at: later },
  ];
  const run = await command.importUsers(JSON.stringify(rows), ['--format', 'supabase']);
  expect(refusals(run).map(({ reason }) => reason)).toEqual([expect.stringMatching(/^\/deleted_at says/)]);
  expect(await command.kept()).toMatchObject([
    {
      email: 'ada@example.test',
      name: 'Ada',
      photo: 'https://example.test/ada.png',
      locale: 'fr',
      role: 'user',
      email_verified_at: expect.any(Date),
      id: row.id,
      external_id: null,
      disabled_at: null,
      metadata: row.raw_user_meta_data,
      app_metadata: row.raw_app_meta_data,
    },
    {
      id: csv.id,
      email: 'bob@example.test',
      name: 'Bob',
      created_at: new Date(created),
      email_verified_at: null,
      disabled_at: null,
      metadata: { name: 'Bob' },
    },
    { email: 'eve@example.test', disabled_at: expect.any(Date) },
    { email: 'for-ever@example.test', disabled_at: expect.any(Date) },
  ]);
});

test.for([
  [
    'a list that ends too early',
    `[{"email": "a@example.test", "passwordHash": "${bcrypt}"}`,
    'auth0',
    /ends in the middle/,
  ],
  ['CSV', 'email,name\na,b\n', 'supabase', /Line 1 is not what an export of users has/],
  ['a list of lists', '[\n[1]]', 'auth0', /Line 2 is not what/],
  ['a gzipped file', Buffer.from([0x1f, 0x8b, 8, 0]), 'auth0', /gunzip/],
  ['one document without its format', '{"users": [{"email": "a@example.test"}]}', undefined, /--format/],
  ['a list without its format', '[\n  {"email": "a@example.test"}\n]', undefined, /--format/],
] as const)('%s is said in a sentence', async ([, input, format, said]) => {
  const run = await command.importUsers(input, ['--dry-run', ...(format ? ['--format', format] : [])]);
  expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(said) });
  expect(run.stderr).not.toMatch(/node:internal|Node\.js v/);
});

test('--try says when there is nobody of that address, and what cannot be read', async () => {
  const file = await fileOf('users.ndjson', `{"email": "a@example.test", "password_hash": "x"}\n`);
  const { child, ended } = command.start(['--try', 'a@example.test', file], { DATABASE_URL: '' });
  child.stdin.end('x\n');
  expect(await ended).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^Nobody .*\(1 cannot: --dry-run/),
  });
});
