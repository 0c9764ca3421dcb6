import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ImportCommand, lines, newImportCommand, refusals } from './import-command.ts';

// `npm run import` as an operator meets it: a command with its input, what it says, and what is in the database then.

const hash = '$2b$04$VRPDlm7dsL0ccOTlpW2Rne4ZRYRMb.hqE2ejXn1X1sZF2DkUazJ/S';

let folder: string;
let command: ImportCommand;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-import-'));
  command = await newImportCommand();
});
beforeEach(() => command.database.query('truncate users cascade'));
afterAll(async () => {
  await command.end();
  await rm(folder, { recursive: true });
});

const start = (...given: Parameters<ImportCommand['start']>) => command.start(...given);
const importUsers = (...given: Parameters<ImportCommand['importUsers']>) => command.importUsers(...given);
const kept = () => command.kept();

test('a user is kept as the line says, with what it leaves out filled in', async () => {
  const before = Date.now();
  const ada = {
    email: 'Ada@Example.test',
    password_hash: hash,
    name: ' Ada Lovelace ',
    email_verified: true,
    photo: 'https://example.test/ada.png',
    role: 'user',
    created_at: '2021-05-04T03:02:01.5+02:00',
  };
  const bob = { email: 'bob.b@example.test', password_hash: hash, name: null, photo: null, created_at: null };
  const run = await importUsers(lines(ada, bob));
  expect(run).toMatchObject({ code: 0, stdout: '' });
  expect(run.stderr).toContain('2 lines: 2 imported, 0 already there, 0 refused');

  const [first, second] = await kept();
  const now = { asymmetricMatch: (time: Date) => time.getTime() >= before && time.getTime() <= Date.now() };
  expect(first).toMatchObject({
    id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
    email: 'ada@example.test',
    password_hash: hash,
    name: 'Ada Lovelace',
    photo: ada.photo,
    role: 'user',
    provider: 'local',
    created_at: new Date(ada.created_at),
    email_verified_at: now,
    updated_at: now,
  });
  expect(second).toMatchObject({
    email: 'bob.b@example.test',
    name: 'bob.b',
    photo: null,
    created_at: now,
    email_verified_at: null,
  });
});

test('each line that is refused is reported with its number and reason, and the others are imported', async () => {
  const good = { email: 'good@example.test', password_hash: hash };
  const cases: [string, RegExp][] = [
    ['{"email": "x@example.test", "password_hash": "$2b$04$secret', /is not a JSON object/],
    ['[]', /is not a JSON object/],
    ['null', /is not a JSON object/],
    [JSON.stringify({ password_hash: hash }), /\/email must be of type string|\/email is required/],
    [JSON.stringify({ ...good, email: 'nobody' }), /\/email must be an e-mail address/],
    [JSON.stringify({ ...good, name: 'two\nlines' }), /\/name must be one line/],
    [JSON.stringify({ ...good, name: '\0' }), /\/name/],
    [JSON.stringify({ ...good, name: '\ud800' }), /\/name must be Unicode/],
    [JSON.stringify({ ...good, photo: 'javascript:alert(1)' }), /\/photo must be an http/],
    [JSON.stringify({ ...good, email_verified: 'yes' }), /\/email_verified must be of type boolean/],
    [JSON.stringify({ ...good, role: 'admin' }), /\/role is not imported/],
    [JSON.stringify({ ...good, created_at: 'yesterday' }), /\/created_at must be an RFC 3339 time/],
    [
      JSON.stringify({ ...good, created_at: '2999-01-01T00:00:00Z' }),
      /\/created_at must be an RFC 3339 time between 1970 and now/,
    ],
    [JSON.stringify({ email: good.email }), /\/password_hash is required.*--without-password/],
    [JSON.stringify({ ...good, password_hash: hash.replace('$04$', '$15$') }), /bcrypt cost over 14/],
    [JSON.stringify({ ...good, password_hash: 'hunter2' }), /is no hash of a kind that can be checked/],
    [JSON.stringify({ ...good, password_hash: `bcrypt_sha256${hash}` }), /is no hash of a kind/],
    [JSON.stringify({ ...good, name: 'x'.repeat(64 * 1024) }), /is longer than 64 KiB/],
  ];
  const input = cases.flatMap(([line], index) => [
    line,
    JSON.stringify({ ...good, email: `p${index}@example.test` }),
  ]);
  const run = await importUsers(`${input.join('\r\n')}\n\n`);
  expect(run.code).toBe(1);
  expect(refusals(run)).toEqual(
    cases.map(([, reason], index) => ({ line: 2 * index + 1, reason: expect.stringMatching(reason) })),
  );
  expect(await kept()).toHaveLength(cases.length);
  expect(run.stdout + run.stderr).not.toMatch(/secret|hunter2|VRPDlm7d/);
});

test('what is not UTF-8 is refused, and a byte order mark is no fault', async () => {
  const user = Buffer.from(lines({ email: 'a@example.test', password_hash: hash }));
  const run = await importUsers(
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), user, Buffer.from([0xff, 0x0a]), user.subarray(0, -1)]),
  );
  expect(refusals(run)).toEqual([{ line: 2, reason: 'is not UTF-8' }]);
  expect(run.stderr).toContain('3 lines: 1 imported, 1 already there, 1 refused');
});

test('who is there already stays as they are, whichever way their address is written', async () => {
  await importUsers(lines({ email: 'ada@example.test', password_hash: hash, name: 'Ada' }));
  const [before] = await kept();
  const again = lines(
    {
      email: 'ADA@example.test',
      password_hash: hash.replace('$04$', '$05$'),
      name: 'Eve',
      email_verified: true,
    },
    { email: 'new@example.test', password_hash: hash },
    { email: 'New@example.test', password_hash: hash, name: 'Twice' },
  );
  const run = await importUsers(again);
  expect(run).toMatchObject({ code: 0, stdout: '' });
  expect(run.stderr).toContain('3 lines: 1 imported, 2 already there, 0 refused');
  expect(await kept()).toEqual([before, expect.objectContaining({ email: 'new@example.test', name: 'new' })]);
});

const people = (count: number, from = 0) =>
  lines(
    ...Array.from({ length: count }, (_, index) => ({
      email: `person${from + index}@example.test`,
      password_hash: hash,
    })),
  );

test('Ctrl-C finishes the batch and says where it stood; the same command then does the rest', async () => {
  const { child, ended } = start(['-']);
  child.stdin.write(people(2_500));
  await expect.poll(async () => (await kept()).length, { timeout: 30_000 }).toBe(2_000);
  child.kill('SIGINT');
  child.stdin.end(people(2_500, 2_500));
  const run = await ended;
  expect(run.code).toBe(130);
  const [, line] = /Interrupted: all is done up to line (\d+), and/.exec(run.stderr) ?? [];
  expect(await kept()).toHaveLength(Number(line));
  expect(Number(line)).toBeLessThan(5_000);

  const rest = await importUsers(people(5_000));
  expect(rest.code).toBe(0);
  expect(rest.stderr).toContain(`${5_000 - Number(line)} imported, ${line} already there`);
});

test('a database that goes away is a sentence and not a stack, and nothing is lost by it', async () => {
  const { child, ended } = start(['-']);
  child.stdin.write(people(1_500));
  await expect.poll(async () => (await kept()).length, { timeout: 30_000 }).toBe(1_000);
  await command.database.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  child.stdin.end(people(1_500, 1_500));
  const run = await ended;
  expect(run.code).toBe(1);
  expect(run.stderr).toMatch(/Stopped: all is done up to line 1000, and the same command does the rest/);
  expect(run.stderr).not.toMatch(/\bat .*\.[jt]s:/);
  expect((await importUsers(people(3_000))).stderr).toContain('2000 imported, 1000 already there');
});

test('a dry run checks everything, writes nothing and needs no database', async () => {
  const input = lines({ email: 'a@example.test', password_hash: hash }, { email: 'b', password_hash: hash });
  const run = await importUsers(input, ['--dry-run'], '');
  expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('1 fit to be imported, 1 refused') });
  expect(refusals(run)).toHaveLength(1);
  expect(await kept()).toEqual([]);
});

test('users without a hash are let in where that is asked for, without a password', async () => {
  const run = await importUsers(lines({ email: 'a@example.test', password_hash: null }), [
    '--without-password',
  ]);
  expect(run.code).toBe(0);
  const [user] = await kept();
  expect(user.password_hash).toBeNull();
});

test('a file is read as standard input is', async () => {
  const path = join(folder, 'users.ndjson');
  await writeFile(path, people(1_200));
  const run = await command.run([path]);
  expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('1200 lines: 1200 imported') });
});

test.for([
  ['no file', [], undefined, 2, /npm run -s import/],
  ['two files', ['a', 'b'], undefined, 2, /npm run -s import/],
  ['a file that is not there', ['/nowhere/users.ndjson'], undefined, 1, /no such file/],
  [
    'a file that is not there, in a dry run',
    ['/nowhere/users.ndjson', '--dry-run'],
    undefined,
    1,
    /no such file/,
  ],
  [
    'a file that is not there, to try a password in',
    ['/nowhere/users.ndjson', '--try', 'a@example.test'],
    undefined,
    1,
    /no such file/,
  ],
  ['a folder', [tmpdir(), '--dry-run'], undefined, 1, /EISDIR.*\nStopped/],
  ['an unknown option', ['-', '--force'], undefined, 1, /--force'\. --help says/],
  ['an option without its value', ['-', '--format'], undefined, 1, /--format.*\. --help says/],
  [
    'an unknown format',
    ['-', '--format', 'okta'],
    undefined,
    1,
    /one of auth0, firebase, keycloak, supabase/,
  ],
  [
    'hashes of Firebase without parameters',
    ['-', '--format', 'firebase'],
    undefined,
    1,
    /needs --hash-config/,
  ],
  ['parameters without Firebase', ['-', '--hash-config', 'x'], undefined, 1, /goes with --format firebase/],
  [
    'a password and users from one input',
    ['-', '--try', 'a@example.test'],
    undefined,
    1,
    /--try needs a file/,
  ],
  ['no database', ['-'], '', 1, /DATABASE_URL is missing/],
  ['nobody at that port', ['-'], 'postgresql://u:hunter2@127.0.0.1:1/x', 1, /ECONNREFUSED/],
] as const)('%s is said in a sentence', async ([, args, url, code, said]) => {
  const run = await command.run(args, { url });
  expect(run).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(said) });
  expect(run.stderr).not.toMatch(/hunter2|\bat .*\.[jt]s:|Node\.js v|node:internal/);
  expect(run.stderr).toMatch(/[.\w)'/]\n$/);
});

test('--help says how', async () => {
  expect(await command.run(['--help'])).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('--dry-run'),
  });
});

test('a field that is not known is named, with the one that was meant, and the known ones', async () => {
  const good = { email: 'a@example.test', password_hash: hash };
  const run = await importUsers(
    lines(
      { email: 'b@example.test', passwordHash: hash, emailVerified: true },
      { ...good, something_else: 5 },
      { ...good, blocked: true, enabled: false },
      { ...good, [`long${'x'.repeat(500)}`]: 1 },
    ),
  );
  const known =
    'known are email, password_hash, name, email_verified, photo, locale, role, created_at, id, external_id, disabled, metadata, app_metadata';
  expect(refusals(run).map(({ reason }) => reason)).toEqual([
    expect.stringMatching(
      `^/passwordHash is not known \\(is it password_hash\\?\\); /emailVerified is not known \\(is it email_verified\\?\\); ${known}`,
    ),
    `/something_else is not known; ${known}`,
    expect.stringMatching(
      /^\/blocked is not known \(is it disabled\?\); \/enabled is not known \(the opposite of disabled\)/,
    ),
    expect.stringMatching(/^\/longx{56} is not known/),
  ]);
  expect(await kept()).toEqual([]);
});

test('an optional field that is empty is left out, as CSV and SQL have it', async () => {
  const empty = {
    name: '',
    photo: '',
    locale: '',
    created_at: '',
    role: '',
    email_verified: '',
    id: '',
    disabled: '',
    metadata: '',
  };
  const run = await importUsers(
    lines(
      { email: 'a@example.test', password_hash: hash, ...empty },
      { email: '', password_hash: hash },
      { email: 'b@example.test', password_hash: '' },
    ),
  );
  expect(await kept()).toMatchObject([{ name: 'a', photo: null, email_verified_at: null }]);
  expect(refusals(run).map(({ reason }) => reason)).toEqual([
    '/email must be an e-mail address',
    expect.stringContaining('/password_hash is required'),
  ]);
});

test.for([
  [
    'Argon2 with Django’s own parameters',
    '$argon2id$v=19$m=102400,t=2,p=8$dUhnYmU0aWtKS05NeHY4clkzUlIyMg$IeznN/mg4Ftf8L8YTf+1ZUk5lcamYl6/YtC5n6vhSb8',
    /Django’s own parameters, 100 MiB/,
  ],
  [
    'an account without a password in Django',
    '!YHloN61cyUlDEhvVUQ4RKIWAFrCrNIiJkYzkV3dK',
    /without a password/,
  ],
  ['a draft of Argon2', '$argon2i$m=512,t=2,p=2$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA', /draft version 16/],
  ['md5-crypt', '$1$abcdefgh$abcdefghijklmnopqrstu/', /md5-crypt/],
  ['Apache’s md5-crypt', '$apr1$abcdefgh$abcdefghijklmnopqrstu/', /md5-crypt/],
  ['yescrypt', '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7', /yescrypt/],
  ['Drupal 7', '$S$DkIkdKLIvRK0iVHm99X7B/M8QC17E1Tp/kMOd1Ie8V/PgWjtAZld', /Drupal 7/],
  [
    'passlib’s bcrypt_sha256',
    '$bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2',
    /passlib’s/,
  ],
  ['LDAP', '{SSHA}c29tZXRoaW5nIHNhbHRlZCBhbmQgc2hh', /LDAP/],
  ['Django’s fast hashes', 'md5$salt$5f4dcc3b5aa765d61d8327deb882cf99', /Django’s fast/],
  ['MD5', '5f4dcc3b5aa765d61d8327deb882cf99', /MD5 in hexadecimal/],
  ['SHA-1', '5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8', /SHA-1 in hexadecimal/],
  ['a faulty bcrypt', hash.replace('$2b$', '$2x$'), /\$2x\$/],
] as const)('%s is refused by its name', async ([, written, said]) => {
  const run = await importUsers(lines({ email: 'a@example.test', password_hash: written }), ['--dry-run']);
  const [{ reason }] = refusals(run);
  expect(reason).toMatch(said);
  expect(reason).toMatch(/^\/password_hash (is|looks like) .* --without-password/);
  expect(run.stdout + run.stderr).not.toContain(written.slice(-12));
});

// Each made by the program that is named, of `password`.
const password = 'correct horse battery staple';
const foreign = {
  'Django, PBKDF2': 'pbkdf2_sha256$1500$Rjn04x07uEcIem9cC5TOJD$f1A9hM9EBW1iyJqnqLonO6d1WU2kvVicubZraPJ2m40=',
  'Django, PBKDF2 with SHA-1': 'pbkdf2_sha1$1500$SDGI7KSIGvrEo6Zmx11ZxE$RQ46bXORkpHrn5h7U/5Owst6TiQ=',
  'Django, scrypt':
    'scrypt$1024$pepperAndSalt$8$1$oiXiAPPgzZLByRvJeQbKxeuIVbVRVDuAJERb4anslMZC6BDJssLYIU5sR7gXj5li4ys26o5kLFzUaKudlp+RmQ==',
  'Werkzeug, PBKDF2':
    'pbkdf2:sha256:1500$SGu9wAmNon04d7Ue$584ad47033d0c6edd0d706874f3b2b5ab0b4ea58ee8a58934a0facaff5589d40',
  'Werkzeug, PBKDF2 with SHA-512':
    'pbkdf2:sha512:1500$IZCeo4viFQKOyAK2$4496e5b3cdb81bdf07682ad2bbae381759b6f826d336e31bb24c8e5fb5f725401c74b03e6b9544c51b7d5c97d479a927c4093fd6ff72e4ae3b77d6b03737b85c',
  // Its format (PasswordHasher.cs) with Python's hashlib; version 3 there has 32 bytes also of SHA-512.
  'ASP.NET Identity, version 2': 'AAABAgMEBQYHCAkKCwwNDg8A6b+Q5v/5gBndnBKiBiA27187WD3zrXpRRPbHcnNx7A==',
  'ASP.NET Identity, version 3':
    'AQAAAAIAAAPoAAAAEDE3HyzULSY8EQ1+ubc5/kekjrwSYWz+YuMNtKhTQYm9SvlFVacwALmsVYZb6u23EA==',
  'Werkzeug, scrypt':
    'scrypt:1024:8:1$pepperAndSalt$a225e200f3e0cd92c1c91bc97906cac5eb8855b551543b8024445be1a9ec94c642e810c9b2c2d8214e6c47b8178f9962e32b36ea8e642c5cd468ab9d969f9199',
};

test.for(Object.entries(foreign))(
  'a hash of %s is kept as a PHC string of the password',
  async ([, written]) => {
    expect(await importUsers(lines({ email: 'a@example.test', password_hash: written }))).toMatchObject({
      code: 0,
    });
    const [{ password_hash: phc }] = await kept();
    const [, identifier, parameters, salt, tag] = phc.split('$');
    const [, first, r, p] = /^(?:i|ln)=(\d+),[rl]=(\d+)(?:,p=(\d+))?$/.exec(parameters) ?? [];
    const [saltBytes, tagBytes] = [Buffer.from(salt, 'base64'), Buffer.from(tag, 'base64')];
    const computed =
      identifier === 'scrypt'
        ? scryptSync(password, saltBytes, tagBytes.length, {
            N: 2 ** Number(first),
            r: Number(r),
            p: Number(p),
          })
        : pbkdf2Sync(password, saltBytes, Number(first), tagBytes.length, identifier.replace('pbkdf2-', ''));
    expect(computed.toString('hex')).toBe(tagBytes.toString('hex'));
  },
);

test('hashes out of ASP.NET’s own tests are read as they mean them', async () => {
  // PasswordHasherTest.cs in dotnet/aspnetcore: V2_SHA1_1000iter_128salt_256subkey, V3_SHA1_250iter_128salt_128subkey.
  const theirs = [
    'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==',
    'AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M',
  ];
  const users = theirs.map((password_hash, index) => ({
    email: `v${index + 2}@example.test`,
    password_hash,
  }));
  expect(await importUsers(lines(...users))).toMatchObject({ code: 0 });
  const [second, third] = (await kept()).map(({ password_hash }) => password_hash.split('$'));
  expect([second[1], second[2], third[1], third[2]]).toEqual([
    'pbkdf2-sha1',
    'i=1000,l=32',
    'pbkdf2-sha1',
    'i=250,l=16',
  ]);
  for (const [, , parameters, salt, tag] of [second, third]) {
    const [, iterations, length] = /^i=(\d+),l=(\d+)$/.exec(parameters) ?? [];
    const computed = pbkdf2Sync(
      'my password',
      Buffer.from(salt, 'base64'),
      Number(iterations),
      Number(length),
      'sha1',
    );
    expect(computed.toString('base64').replaceAll('=', '')).toBe(tag);
  }
});

test.for([
  ['Django', 'bcrypt$$2b$05$gpv7FG80JCdt1PQmwaSRuOYkHfPmm7bXweydoffvsiK49PpOJBwkG', 'bcrypt$'],
  [
    'Django',
    'argon2$argon2id$v=19$m=512,t=2,p=8$RU9NN2ZyczhNVlNVMXJtdU45WGdIcQ$hvtIEEtKb0BTSrBmsyBjbQ',
    'argon2',
  ],
  ['Django', 'bcrypt_sha256$$2b$05$5o/jvoq7mTcbhQCCsoigg.FyDhID17UPgKSyDj4tIaaq8dYMRd9My', ''],
  ['Dovecot', `{BLF-CRYPT}${hash}`, '{BLF-CRYPT}'],
] as const)('a hash of %s is kept without what is before it (%#)', async ([, written, before]) => {
  expect(await importUsers(lines({ email: 'a@example.test', password_hash: written }))).toMatchObject({
    code: 0,
  });
  expect(await kept()).toMatchObject([
    { password_hash: before ? written.slice(before.length) : `$${written.replace('$$', '$')}` },
  ]);
});
