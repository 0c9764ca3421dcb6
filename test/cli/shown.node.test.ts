// What `npm run users` shows: tables for people, JSON for scripts, and nothing that a stranger wrote as an order to the terminal. And how it
// ends when it is called in a wrong way.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asJson, list, safeLine, safeLines, table } from '../../src/cli/users/printed.ts';
import { newUsersCommand, type UsersCommand } from './users-command.ts';

/** Clears the screen, sets the title, hides what follows, in C0 and in C1; a line of its own; and an override that turns the text round. */
const evil = 'Eve\u001b[2J\u001b]0;owned\u0007\u009b8m\r\nroot  admin\u2028\u202e\u200b\u{e0041}';
/** What may reach a terminal: lines of visible characters. */
const harmless = /^(?:[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|[\n\u200c\u200d])*$/u;

let users: UsersCommand;
let ada: string;
let eve: string;
let session: string;
let mail: string;

beforeAll(async () => {
  users = await newUsersCommand();
  // Whoever reads is in another time zone: so may the server be.
  await users.client.query(
    `do $$ begin execute format('alter database %I set timezone to ''America/New_York''', current_database()); end $$`,
  );
  ada = await users.user('ada@example.test', {
    external_id: 'auth0|7',
    locale: 'de-CH',
    role: 'admin',
    app_metadata: '{"plan": "gold"}',
  });
  eve = await users.user('eve@example.test', {
    name: evil,
    metadata: JSON.stringify({ [evil.replace(/\p{Cc}/gu, '')]: evil.replaceAll('\0', '') }),
    disabled_at: new Date('2026-11-28T09:00:00Z'),
    disabled_reason: evil,
  });
  await users.user(null, { is_guest: true });
  session = await users.session(eve, { ip: '192.0.2.1', device_name: evil });
  const rows = await users.rows<{ id: string }>(
    `insert into mails (id, kind, user_id, created_at, due_at, attempts, failed_at, last_error)
     values (gen_random_uuid(), 'password-changed', $1, '2026-11-28T09:00:00Z', now(), 7, now(), $2) returning id`,
    [eve, `550 ${evil}`],
  );
  mail = rows[0]?.id ?? '';
  await users.client.query(
    `insert into security_events (id, user_id, kind, ip, user_agent, created_at)
     select gen_random_uuid(), $1, kind, ip, $2, $3::timestamptz + n * interval '1 minute'
     from (values (1, 'signed-in', '192.0.2.1'), (2, 'signed-in', '198.51.100.1'), (3, 'sign-in-failed', '192.0.2.1')) e (n, kind, ip)`,
    [eve, evil, '2026-11-28T09:00:00Z'],
  );
});
afterAll(() => users.end());

const jsonOf = async (args: string[]) => JSON.parse((await users.run([...args, '--json'])).stdout);

test('users are found by an address, a name, a domain, an id or an external id, and by their state', async () => {
  const found = async (...args: string[]) =>
    (await jsonOf(['find', ...args])).data.map(({ id }: { id: string }) => id);
  expect(await found('ada@ex')).toEqual([ada]);
  expect(await found('eve')).toEqual([eve]);
  expect((await found('@example.test')).sort()).toEqual([ada, eve].sort());
  expect(await found(ada)).toEqual([ada]);
  expect(await found('auth0|7')).toEqual([ada]);
  expect(await found('--state', 'disabled')).toEqual([eve]);
  expect(await found('--state', 'admin')).toEqual([ada]);
  expect(await found('--state', 'guest')).toHaveLength(1);
  expect(await found('nobody')).toEqual([]);
  const run = await users.run(['find', 'ada']);
  expect(run.stdout.split('\n')[0]).toMatch(/^address +name +state +second factor +last used +id$/);
  expect(run.stdout).toMatch(new RegExp(`^ada@example.test +Ada +admin +${ada}$`, 'm'));
  expect((await users.run(['find', 'nobody'])).stdout).toBe('There are none.\n');
});

test('a list has pages, which leave nobody out and show nobody twice', async () => {
  const seen: string[] = [];
  let cursor: string[] = [];
  for (let page = 0; page < 3; page += 1) {
    const { data, next_cursor } = await jsonOf(['find', '--limit', '1', ...cursor]);
    seen.push(...data.map(({ id }: { id: string }) => id));
    cursor = ['--cursor', next_cursor];
  }
  expect(cursor).toEqual(['--cursor', null]);
  expect(new Set(seen).size).toBe(3);
  expect((await users.run(['find', '--limit', '1'])).stdout).toMatch(/\n\nMore: --cursor [0-9a-f-]{36}\n$/);
});

test('one user is one screen, as JSON and as text, with times in UTC wherever the server is', async () => {
  const user = await jsonOf(['show', 'eve@example.test']);
  expect(user).toMatchObject({
    id: eve,
    disabled_at: '2026-11-28T09:00:00.000Z',
    disabled_reason: evil,
    sessions: [{ id: session, device_name: evil }],
    mails: [{ id: mail, created_at: '2026-11-28T09:00:00.000Z' }],
  });
  const { stdout } = await users.run(['show', eve]);
  expect(stdout).toMatch(/^disabled +2026-11-28 09:00:00 UTC: Eve/m);
  for (const part of [/^id +/m, /^Sessions\ndevice/m, /^Mails\nmail/m, /^Events\ntime/m, /given up 20/])
    expect(stdout).toMatch(part);
  expect((await users.run(['show', ada])).stdout).toMatch(/^language +de-CH$/m);
});

test('events are those of a user, a kind, an address, a time', async () => {
  const ips = async (...args: string[]) =>
    (await jsonOf(['events', ...args])).data
      .map(({ kind, ip }: { kind: string; ip: string }) => `${kind} ${ip}`)
      .sort();
  expect(await ips('eve@example.test')).toHaveLength(3);
  expect(await ips('--kind', 'signed-in', '--ip', '192.0.2.1')).toEqual(['signed-in 192.0.2.1']);
  expect(await ips('--from', '2026-11-28T09:02:00Z', '--to', '2026-11-28T10:03:00+01:00')).toEqual([
    'signed-in 198.51.100.1',
  ]);
  expect((await users.run(['events'])).stdout).toMatch(
    /^user +time +event.*\neve@example.test +2026-11-28 09:0\d:00 UTC /,
  );
});

test('mails are those that failed, with what the server said; and one is queued once more', async () => {
  expect((await jsonOf(['mails', '--state', 'failed'])).data).toMatchObject([
    { id: mail, email: 'eve@example.test' },
  ]);
  expect((await jsonOf(['mails', '--state', 'waiting'])).data).toEqual([]);
  expect((await users.run(['mails'])).stdout).toMatch(/^eve@example.test +password-changed .*550 Eve/m);
  const { id } = await jsonOf(['mails', 'retry', mail]);
  expect((await jsonOf(['mails', '--state', 'waiting'])).data).toMatchObject([
    { id, kind: 'password-changed' },
  ]);
  expect(await users.run(['mails', 'retry', ada])).toMatchObject({ code: 3, stdout: '' });
  expect(await users.run(['mails', 'retry'])).toMatchObject({ code: 2, stdout: '' });
});

test('why is answered in sentences and in JSON; that nobody is there is an answer, too', async () => {
  const run = await users.run(['why', 'eve@example.test']);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toMatch(
    /^eve@.*\nThey cannot sign in:\n1\. The account is disabled since 2026-11-28 09:00:00 UTC: Eve.*\n2\. /,
  );
  expect(await jsonOf(['why', eve])).toMatchObject({
    reasons: [{ code: 'disabled', blocks: true }, { blocks: false }],
  });
  expect((await users.run(['why', ada])).stdout).toMatch(
    /No sign-in is on record\.\nNothing stands in the way\.\n$/,
  );
  expect(await users.run(['why', 'nobody@example.test'])).toMatchObject({
    code: 3,
    stdout: expect.stringContaining('1. Nobody has the address'),
  });
});

test('what strangers wrote is no order to the terminal, whichever command shows it', async () => {
  for (const args of [
    ['find'],
    ['show', eve],
    ['events'],
    ['mails'],
    ['why', eve],
    ['metadata', eve],
    ['enable', evil],
  ])
    for (const more of [[], ['--json']]) {
      const { stdout, stderr } = await users.run([...args, ...more]);
      expect(`${stdout}${stderr}`).toMatch(harmless);
    }
  const { asked } = await users.run(['delete', eve], { answer: 'n' });
  expect(asked.join()).toMatch(harmless);
});

test('a line is one line, a table stays a table, and JSON means the same', () => {
  expect(safeLine(evil)).toMatch(
    /^Eve\\u001b\[2J.*\\u000d\\u000aroot {2}admin\\u2028\\u202e\\u200b\\udb40\\udc41$/,
  );
  expect(safeLine('Zoë 👩‍👩‍👧 नमस्ते می‌خواهم')).toBe('Zoë 👩‍👩‍👧 नमस्ते می‌خواهم');
  expect(JSON.parse(safeLines(asJson({ evil })))).toEqual({ evil });
  const rows = table(
    ['name', 'id'],
    [
      ['日本語', 1],
      ['é', 2],
      [null, 3],
      ['x'.repeat(500), true],
      [evil, false],
    ],
  ).split('\n');
  expect(rows.slice(0, 4).map((line) => line.replace(/ +/g, '_'))).toEqual([
    'name_id',
    '日本語_1',
    'é_2',
    '_3',
  ]);
  expect(rows).toHaveLength(6);
  expect(
    new Set([rows[0], rows[2], rows[3], rows[4]].map((line) => line?.search(/(id|2|3|yes)$/))).size,
  ).toBe(1);
  expect(rows[1]?.indexOf('1')).toBe((rows[0]?.indexOf('id') ?? 0) - 3);
  expect(
    list([
      ['a', 1],
      ['longer', 'x'],
      ['none', null],
    ]),
  ).toBe('a       1\nlonger  x');
});

test.for<[string, string[], number, string]>([
  ['no command', [], 2, 'npm run -s users -- <command>'],
  ['a command that there is not', ['roles'], 2, 'which is one of why, find'],
  ['an option that there is not', ['find', '--force'], 2, "'--force'"],
  ['an option of another command', ['find', '--reason', 'x'], 2, "'--reason'"],
  ['more than it takes', ['show', 'ada', 'eve'], 2, 'users -- show <user>'],
  ['less than it takes', ['show'], 2, 'users -- show <user>'],
  ['a state that there is not', ['find', '--state', 'gone'], 2, '--state is one of'],
  ['a limit that is none', ['find', '--limit', '0'], 2, '--limit is between'],
  ['a cursor that is none', ['find', '--cursor', 'x'], 2, '--cursor is'],
  ['a time without an offset', ['events', '--from', '2026-11-28T09:00:00'], 2, '--from is a time such as'],
  ['nobody of that name', ['show', 'nobody'], 3, 'Nobody has the address or the id nobody'],
])('%s is said in a sentence', async ([, args, code, said]) => {
  const run = await users.run(args);
  expect(run).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(said) });
  expect(run.stderr).not.toMatch(/\n\s+at /);
});

test('--help says all, and of one command what it takes', async () => {
  const { stdout, code } = await users.run(['--help'], { url: '' });
  expect(code).toBe(0);
  for (const name of ['why', 'find', 'disable', 'role', 'after-restore'])
    expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  expect((await users.run(['disable', '-h'])).stdout).not.toMatch(/^ {2}find/m);
});

test('without a database it says what is missing, and no password of a wrong one', async () => {
  expect(await users.run(['find'], { url: '' })).toMatchObject({
    code: 1,
    stderr: 'DATABASE_URL is not set.\n',
  });
  const away = await users.run(['find'], { url: 'postgresql://ada:secret-word@localhost:9/latchkey' });
  expect(away).toMatchObject({ code: 1, stdout: '' });
  expect(away.stderr).toMatch(/\w/);
  expect(away.stderr).not.toContain('secret-word');
});

test('the process itself: what it prints, what it refuses without a terminal, and its exit codes', async () => {
  const start = async (args: string[]) => {
    const script = resolve(import.meta.dirname, '../../src/cli/users.ts');
    const child = spawn(process.execPath, [script, ...args], {
      env: { ...process.env, DATABASE_URL: users.databaseUrl },
    });
    child.stdin.end('y\n');
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { stdout, stderr, code };
  };
  const [found, refused] = await Promise.all([start(['find', 'ada@', '--json']), start(['delete', eve])]);
  expect(found).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(found.stdout).data).toHaveLength(1);
  // A "y" from a pipe is nobody who was asked.
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('--yes does it') });
  expect(await users.rows('select from users where id = $1', [eve])).toHaveLength(1);
});
