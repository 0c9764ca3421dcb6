import { afterAll, beforeAll, expect, test } from 'vitest';
import { newUsersCommand, type UsersCommand } from './users-command.ts';

// `npm run users -- after-restore`, on the rows as a backup left them. That nothing but rows decides is for the other tests to say.

const many = 2_500;
const restored = '2026-11-28T09:00:00Z';

let command: UsersCommand;

beforeAll(async () => {
  command = await newUsersCommand();
  const { client } = command;
  await client.query(
    `insert into users (id, email, password_hash, name, created_at, updated_at, email_verified_at)
     select gen_random_uuid(), 'person' || n || '@example.test', '-', 'Person', now(), now(), now() from generate_series(1, 10) n`,
  );
  await session(many, '2026-11-28T08:59:59Z');
  await session(3, '2026-11-28T09:00:01Z');
  await client.query(
    `insert into known_devices (id, user_id, password_version, created_at, expires_at)
     select gen_random_uuid(), u.id, 0, $1::timestamptz + n * interval '1 second', now() + interval '1 year'
     from users u cross join (values (-1), (1)) offsets (n)`,
    [restored],
  );
  await client.query(
    `insert into email_destinations (address_hash, counter, counted_since, mails_paid_until, expires_at)
     select 'address', counter, now(), now(), now() from unnest(array['', 'stranger']) counter`,
  );
});
afterAll(() => command.end());

function session(count: number, begun: string) {
  return command.client.query(
    `insert into sessions (id, user_id, rotated_at, expires_at, absolute_expires_at, created_at)
     select gen_random_uuid(), (array(select id from users))[n % 10 + 1], $2, now() + interval '1 day', now() + interval '9 days', $2
     from generate_series(1, $1::int) n`,
    [count, begun],
  );
}

const run = (args: string[]) => command.run(['after-restore', ...args]);

const state = async () =>
  (
    await command.client.query(
      `select (select count(*)::int from sessions where ended_at is null) as living,
        (select count(*)::int from revoked_tokens where reason = 'revoked') as listed,
        (select count(*)::int from sessions s join ended_statuses e on e.status_index = s.status_index) as statuses,
        (select count(*)::int from security_events e join sessions s on s.id = e.session_id and s.user_id = e.user_id
          where e.kind = 'session-revoked' and s.end_reason = 'revoked') as events,
        (select count(*)::int from known_devices) as devices,
        (select grant_epoch from email_destinations where counter = '') as epoch,
        (select grant_epoch from email_destinations where counter <> '') as counters`,
    )
  ).rows[0];

const untouched = { living: many + 3, listed: 0, statuses: 0, events: 0, devices: 20, epoch: 0, counters: 0 };

test('it first says what it would end, and changes nothing', async () => {
  const ended = await run(['--before', restored]);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain(
    `${many} sessions and 10 known devices from before 2026-11-28T09:00:00.000Z`,
  );
  expect(await state()).toEqual(untouched);
});

test.each([
  ['a time without an offset', ['--before', '2026-11-28T09:00:00'], 'is a time such as'],
  ['a time that is none', ['--before', '2026-13-28T09:00:00Z', '--yes'], 'is a time such as'],
  ['the future', ['--before', '2999-01-01T00:00:00Z', '--yes'], 'in the future'],
])('%s is refused', async (_, args, sentence) => {
  const refused = await run(args);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain(sentence);
  expect(await state()).toEqual(untouched);
});

test('every session from before ends, listed and with an event; those begun since live on', async () => {
  const ended = await run(['--before', restored, '--yes']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain(`Ended: ${many} sessions and 10 known devices`);
  expect(await state()).toEqual({
    living: 3,
    listed: many,
    // At other services as well.
    statuses: many,
    events: many,
    devices: 10,
    epoch: 1,
    counters: 0,
  });
  expect((await run(['--before', restored, '--yes'])).stdout).toContain('Ended: 0 sessions');
});

test('without a moment it is now', async () => {
  expect((await run(['--yes'])).stdout).toContain('Ended: 3 sessions');
  expect(await state()).toMatchObject({ living: 0, devices: 0 });
});
