import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { decoyHash } from '../../src/passwords/argon2-string.ts';
import { type ImportCommand, lines, newImportCommand } from './import-command.ts';

// `--update`: a corrected line mends what an earlier run imported, and nothing that anybody has touched since.

const hash = '$2b$04$VRPDlm7dsL0ccOTlpW2Rne4ZRYRMb.hqE2ejXn1X1sZF2DkUazJ/S';
const other = '$2a$04$Iyk9Pw2lHtu7GYSbYlQm9e8Hx6z1.GJBujMWPacUoFxOxbLK2RTN6';
const ours = `$argon2id$v=19$m=19456,t=2,p=1$${'B'.repeat(22)}$${'C'.repeat(43)}`;
const created_at = '2021-05-04T03:02:01.000Z';
const wrong = { email: 'ada@example.test', password_hash: hash, name: 'Adda', email_verified: false };
const right = {
  email: 'ADA@example.test',
  password_hash: other,
  name: 'Ada',
  email_verified: true,
  photo: 'https://example.test/ada.png',
  created_at,
};

let command: ImportCommand;
beforeAll(async () => {
  command = await newImportCommand();
});
beforeEach(() => command.database.query('truncate users, security_events cascade'));
afterAll(() => command.end());

const update = (...users: object[]) => command.importUsers(lines(...users), ['--update']);

test('a line that is corrected mends the user, under the same id', async () => {
  await command.importUsers(lines(wrong));
  const [before] = await command.kept();
  const run = await update(right, { email: 'new@example.test', password_hash: hash });
  expect(run.code).toBe(0);
  expect(run.stderr).toContain('2 lines: 1 imported, 1 updated, 0 already there, 0 refused');
  const [after] = await command.kept();
  expect(after).toMatchObject({
    id: before.id,
    email: 'ada@example.test',
    password_hash: other,
    name: 'Ada',
    photo: right.photo,
    created_at: new Date(created_at),
    email_verified_at: after.updated_at,
    password_version: before.password_version + 1,
  });
});

test('without the option nothing is mended, and the same line mends nothing twice', async () => {
  await command.importUsers(lines(wrong));
  const [before] = await command.kept();
  expect((await command.importUsers(lines(right))).stderr).toContain('0 imported, 1 already there');
  expect(await command.kept()).toEqual([before]);

  await update(right);
  const [mended] = await command.kept();
  expect((await update(right)).stderr).toContain('0 imported, 0 updated, 1 already there');
  expect(await command.kept()).toEqual([mended]);
  expect((await update({ ...right, created_at: undefined })).stderr).toContain('0 updated');
});

test('what was mended can be mended again, also back, also in one file', async () => {
  await command.importUsers(lines(wrong));
  expect((await update(right, wrong, { ...right, name: 'Ada III' })).stderr).toContain('3 updated');
  expect(await command.kept()).toMatchObject([{ name: 'Ada III', password_hash: other }]);
  expect(
    (
      await update(
        { email: 'b@example.test', password_hash: hash, name: 'B' },
        { email: 'b@example.test', password_hash: hash, name: 'Bob' },
      )
    ).stderr,
  ).toContain('1 imported, 1 updated');
});

test.for([
  ['nothing', null],
  ['what earlier versions kept for it', decoyHash()],
] as const)('a user without a hash gets the one that was missing, where there is %s', async ([, kept]) => {
  await command.importUsers(lines({ email: wrong.email }), ['--without-password']);
  await command.database.query('update users set password_hash = $1', [kept]);
  expect((await update(right)).stderr).toContain('1 updated');
  expect(await command.kept()).toMatchObject([{ password_hash: other }]);
});

const soon = "now() + interval '1 hour'";
const touches: readonly (readonly [string, string, boolean])[] = [
  [
    'has a hash of ours: they signed in, or chose a password',
    `update users set password_hash = '${ours}'`,
    true,
  ],
  [
    'has a session',
    `insert into sessions (id, user_id, rotated_at, expires_at, absolute_expires_at, created_at)
    select '${randomUUID()}', id, now(), ${soon}, ${soon}, now() from users`,
    true,
  ],
  [
    'had a session',
    `insert into security_events (id, user_id, kind, created_at)
    select '${randomUUID()}', id, 'signed-in', now() from users`,
    true,
  ],
  ['has another name since', `update users set name = 'Countess', updated_at = ${soon}`, true],
  ['is an admin', "update users set role = 'admin', updated_at = now()", true],
  ['is an admin, unverified', "update users set role = 'admin', updated_at = now()", false],
  [
    'has proved their address, with the hash that they had',
    `with proved as (update users set email_verified_at = now(), updated_at = now() returning id)
     insert into security_events (id, user_id, kind, created_at) select '${randomUUID()}', id, 'email-verified', now() from proved`,
    false,
  ],
  [
    'has had every session ended, and no password since: an undo',
    'update users set password_hash = null, session_epoch = session_epoch + 1',
    true,
  ],
  ['has had a passkey', 'update users set factors_version = 1', true],
  ['has proved their address', `update users set email_verified_at = ${soon}`, false],
];

test.for(touches)('who %s stays as they are (%#)', async ([, statement, email_verified]) => {
  await command.importUsers(lines({ ...wrong, email_verified }));
  await command.database.query(statement);
  const before = await command.kept();
  expect((await update(right)).stderr).toContain('0 imported, 0 updated, 1 already there');
  expect(await command.kept()).toEqual(before);
});

test('who was only guessed at is mended', async () => {
  await command.importUsers(lines(wrong));
  await command.database.query(
    `insert into security_events (id, user_id, kind, created_at) select '${randomUUID()}', id, 'sign-in-failed', now() from users`,
  );
  expect((await update(right)).stderr).toContain('1 updated');
});
