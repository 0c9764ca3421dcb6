// What `npm run users` changes: that it is asked before, that it is done, and what is written down of it. What each statement does in full,
// and in every race, is in admin/.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newUsersCommand, type UsersCommand } from './users-command.ts';

let users: UsersCommand;
let id: string;

beforeAll(async () => {
  users = await newUsersCommand();
});
beforeEach(async () => {
  await users.client.query('truncate users, security_events, mails, outbox cascade');
  id = await users.user('ada@example.test', { external_id: 'auth0|7' });
});
afterAll(() => users.end());

const row = async (userId = id) => (await users.rows('select * from users where id = $1', [userId]))[0];
const events = () => users.rows('select kind, user_id, actor_id, details from security_events order by id');
const outbox = async () =>
  (await users.rows<{ type: string }>('select type from outbox order by position')).map(({ type }) => type);
const living = async () =>
  (
    await users.rows(
      'select s.id from sessions s join users u on u.id = s.user_id where ended_at is null and epoch = session_epoch',
    )
  ).length;

const dangerous: readonly (readonly [string, string[]])[] = [
  ['disable', ['disable', 'ada@example.test', '--reason', 'spam']],
  ['end-sessions', ['end-sessions', 'ada@example.test']],
  ['remove-second-factors', ['remove-second-factors', 'ada@example.test']],
  ['delete', ['delete', 'ada@example.test']],
];

test.for(dangerous)('%s asks, and does nothing without a yes', async ([, args]) => {
  await users.session(id);
  const before = await row();
  for (const answer of ['', 'n', 'yess', 'Y e s']) {
    const run = await users.run(args, { answer });
    expect(run).toMatchObject({ code: 1, stdout: '', stderr: 'Nothing was done.\n' });
    expect(run.asked).toEqual([expect.stringMatching(`ada@example.test \\(${id}\\).*\\[y/N\\] $`)]);
  }
  const alone = await users.run(args);
  expect(alone).toMatchObject({ code: 1, stdout: '', asked: [] });
  expect(alone.stderr).toContain('--yes does it');
  expect(await row()).toEqual(before);
  expect(await living()).toBe(1);
  expect(await events()).toEqual([]);
});

test.for(dangerous)('%s is done after a yes, and with --yes without asking', async ([, args]) => {
  expect(await users.run(args, { answer: 'Y' })).toMatchObject({
    code: 0,
    stderr: '',
    asked: [expect.any(String)],
  });
  await users.user('bob@example.test');
  const more = args.map((arg) => arg.replace('ada@', 'bob@'));
  expect(await users.run([...more, '--yes'], { answer: 'n' })).toMatchObject({
    code: 0,
    stderr: '',
    asked: [],
  });
});

test('a user is disabled with a reason, signed out, and enabled again; each is told once', async () => {
  await users.session(id);
  const disable = ['disable', 'ADA@example.test', '--reason', 'spam', '--yes'];
  expect(await users.run(disable)).toMatchObject({
    code: 0,
    stdout: `Disabled: ada@example.test (${id}).\n`,
  });
  expect(await row()).toMatchObject({ disabled_at: expect.any(Date), disabled_reason: 'spam' });
  expect(await living()).toBe(0);
  expect((await users.run(disable)).code).toBe(0);
  expect(await users.run(['enable', 'auth0|7'])).toMatchObject({ code: 0, asked: [] });
  expect(await row()).toMatchObject({ disabled_at: null, disabled_reason: null });
  expect(await events()).toEqual([
    {
      kind: 'account-disabled',
      user_id: id,
      actor_id: null,
      details: { by: 'command-line', reason: 'spam' },
    },
    { kind: 'account-enabled', user_id: id, actor_id: null, details: { by: 'command-line' } },
  ]);
  expect(await outbox()).toEqual(
    expect.arrayContaining([
      'user.created',
      'session.started',
      'session.ended',
      'user.disabled',
      'user.enabled',
    ]),
  );
});

test.for([[], ['--reason', ' '], ['--reason', 'two\nlines'], ['--reason', 'x'.repeat(201)]])(
  'disable needs a reason of one line (%#)',
  async (reason) => {
    expect(await users.run(['disable', id, '--yes', ...reason])).toMatchObject({ code: 2, stdout: '' });
    expect(await row()).toMatchObject({ disabled_at: null });
  },
);

test('sessions end: all of a user, or those that are named, whoever’s they are', async () => {
  const bob = await users.user('bob@example.test');
  const [first, second] = [await users.session(id), await users.session(bob)];
  await users.session(bob);
  const chosen = await users.run(['end-sessions', '--sessions', `${first}, ${second.toUpperCase()}`]);
  expect(chosen).toMatchObject({ code: 0, stdout: 'Ended: 2 of 2.\n', asked: [] });
  expect(await living()).toBe(1);
  expect(await users.run(['end-sessions', '--sessions', first])).toMatchObject({ code: 3 });
  expect(await users.run(['end-sessions', '--sessions', 'first'])).toMatchObject({ code: 2 });
  expect(await users.run(['end-sessions'])).toMatchObject({ code: 2 });
  expect(await users.run(['end-sessions', bob, '--sessions', first])).toMatchObject({ code: 2 });

  expect(await users.run(['end-sessions', 'bob@example.test', '--yes'])).toMatchObject({ code: 0 });
  expect(await living()).toBe(0);
  expect((await events()).map(({ kind, user_id }) => [kind, user_id])).toEqual(
    expect.arrayContaining([
      ['sessions-ended', id],
      ['sessions-ended', bob],
    ]),
  );
});

test('a second factor is removed, and its user is mailed', async () => {
  await users.client.query(
    `with secret as (
      insert into totp_secrets (id, user_id, session_id, secret, created_at, confirmed_at)
      values (gen_random_uuid(), $1, gen_random_uuid(), 'sealed', now(), now()) returning id
    ) update users set totp_id = secret.id from secret where users.id = $1`,
    [id],
  );
  expect((await users.run(['remove-second-factors', id, '--yes'])).code).toBe(0);
  expect(await row()).toMatchObject({ totp_id: null });
  expect(await events()).toMatchObject([{ kind: 'totp-removed', details: { by: 'command-line' } }]);
  expect(await users.rows('select kind from mails')).toEqual([{ kind: 'totp-removed' }]);
});

test('a reset is queued, and not where there is no address', async () => {
  expect(await users.run(['send-reset', id])).toMatchObject({ code: 0, asked: [] });
  expect(await users.rows('select kind, user_id from mails')).toEqual([
    { kind: 'reset-password', user_id: id },
  ]);
  const guest = await users.user(null, { is_guest: true });
  const refused = await users.run(['send-reset', guest]);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('no address');
});

test('an account is deleted; who it was is kept for operators', async () => {
  expect((await users.run(['delete', id, '--yes', '--json'])).stdout).toBe(
    `${JSON.stringify({ outcome: 'done', id, email: 'ada@example.test' }, null, 2)}\n`,
  );
  expect(await row()).toBeUndefined();
  expect(await events()).toEqual([
    { kind: 'account-deleted', user_id: null, actor_id: null, details: { by: 'command-line', user_id: id } },
  ]);
  expect(await users.rows('select kind, recipient from mails')).toEqual([
    { kind: 'account-deleted', recipient: 'ada@example.test' },
  ]);
  expect(await users.run(['delete', id, '--yes'])).toMatchObject({ code: 3, stdout: '' });
});

test('app_metadata is printed, and changed key by key', async () => {
  const changed = (json: string) => users.run(['metadata', 'ada@example.test', json]);
  expect((await changed('{"plan": "gold", "seats": 3}')).code).toBe(0);
  expect((await changed('{"seats": null, "since": 2026}')).code).toBe(0);
  const shown = await users.run(['metadata', id]);
  expect(JSON.parse(shown.stdout)).toEqual({ plan: 'gold', since: 2026 });
  expect((await changed(JSON.stringify({ long: 'x'.repeat(4_096) }))).stderr).toContain('more than 4 KiB');
  expect(await changed('{"nul": "\\u0000"}')).toMatchObject({ code: 1 });
  for (const json of ['{', '[]', 'null', '"text"']) expect((await changed(json)).code).toBe(2);
  expect(await row()).toMatchObject({ app_metadata: { plan: 'gold', since: 2026 }, metadata: {} });
});

test('an admin is made of a verified address alone, written down once, and unmade', async () => {
  const stranger = await users.user('stranger@example.test', { email_verified_at: null });
  expect(await users.run(['role'])).toMatchObject({ code: 0, stdout: '' });
  const refused = await users.run(['role', 'Stranger@example.test', 'admin']);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('is not verified');
  expect(await row(stranger)).toMatchObject({ role: 'user' });

  for (const named of ['Ada@Example.test', id])
    expect(await users.run(['role', named, 'admin'])).toMatchObject({
      code: 0,
      stdout: 'ada@example.test is an admin.\n',
    });
  expect((await users.run(['role'])).stdout).toMatch(new RegExp(`^address +id\nada@example.test +${id}\n$`));
  expect(await events()).toEqual([
    { kind: 'role-changed', user_id: id, actor_id: null, details: { by: 'command-line', role: 'admin' } },
  ]);
  expect((await users.run(['disable', id, '--reason', 'x'], { answer: 'n' })).asked[0]).toContain(
    'an admin, ',
  );

  expect((await users.run(['role', id, 'user'])).code).toBe(0);
  expect(await row()).toMatchObject({ role: 'user' });
  // Who is not verified may lose a role.
  await users.client.query("update users set role = 'admin' where id = $1", [stranger]);
  expect((await users.run(['role', stranger, 'user'])).code).toBe(0);
  for (const wrong of [['root'], [], ['admin', 'more']])
    expect(await users.run(['role', id, ...wrong])).toMatchObject({ code: 2, stdout: '' });
});

test('other admins are touched, as by no request', async () => {
  await users.client.query("update users set role = 'admin' where id = $1", [id]);
  expect((await users.run(['disable', id, '--reason', 'gone rogue', '--yes'])).code).toBe(0);
  expect(await row()).toMatchObject({ disabled_reason: 'gone rogue' });
});

test('who is named by nothing, or by two, is refused', async () => {
  const absent = await users.run(['enable', 'nobody@example.test']);
  expect(absent).toMatchObject({
    code: 3,
    stdout: '',
    stderr: 'Nobody has the address or the id nobody@example.test.\n',
  });
  const twin = await users.user('bob@example.test', { external_id: 'ada@example.test' });
  const both = await users.run(['delete', 'ada@example.test', '--yes']);
  expect(both).toMatchObject({ code: 1, stdout: '' });
  expect(both.stderr).toContain(id);
  expect(both.stderr).toContain(twin);
  expect(await row()).toBeDefined();
});
