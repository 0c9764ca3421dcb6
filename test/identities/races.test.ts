// What happens at one moment: an identity opens one account, a way in is left, and nothing is made twice.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, expect, test } from 'vitest';
import { newest, tokenIn, undo } from '../accounts/mailed.ts';
import { type Person, problem, signedIn } from '../accounts/people.ts';
import { queued } from '../mail/tables.ts';
import { withPasskey } from '../passkeys/owner.ts';
import { mailsTo, type Service } from '../service.ts';
import { hold, lineUp } from '../sessions/line-up.ts';
import { add, identityOf, listOf, remove, shown, startWithProviders, userRow } from './ceremonies.ts';

let service: Service;

beforeAll(async () => {
  service = await startWithProviders();
});

const taken = problem(409, 'identity-taken');
const withKey = () => ({ headers: { 'Idempotency-Key': crypto.randomUUID() } });
const spent = async () => {
  const [row] = await service.dependencies.database.query<{ count: number }>(
    sql`select count(*)::int as count from spent_challenges`,
    { repeatable: true },
  );
  return row?.count ?? 0;
};

async function withoutPassword({ id }: Person): Promise<void> {
  await service.dependencies.database.query(sql`update users set password_hash = null where id = ${id}`, {
    repeatable: true,
  });
}

test('of two accounts that add one identity at once one has it, and the other has used nothing up', async () => {
  for (let round = 0; round < 5; round += 1) {
    const people = [await signedIn(service), await signedIn(service)] as const;
    const sub = crypto.randomUUID();
    const tokens = [await shown(service, { sub }), await shown(service, { sub })];
    const before = await spent();
    const answers = await Promise.all(people.map((person, place) => add(person, tokens[place] ?? {})));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    // A token and a nonce.
    expect(await spent()).toBe(before + 2);
    const counts = await Promise.all(
      people.map(async (person) => (await userRow(service, person)).identity_count),
    );
    expect(counts).toEqual(answers.map(({ status }) => Number(status === 201)));
  }
});

test('the one that waited sees whose it is by then: another account’s is taken', async () => {
  const [ada, grace] = [await signedIn(service), await signedIn(service)];
  const sub = crypto.randomUUID();
  const [hers, theirs] = [await shown(service, { sub }), await shown(service, { sub })];
  // Grace's call has looked before there was one, and waits for her row.
  const { release } = await hold(service, sql`users where id = ${grace.id}`);
  const waiting = add(grace, hers);
  await scheduler.wait(100);
  expect(await add(ada, theirs)).toMatchObject({ status: 201 });
  await release();
  expect(await waiting).toMatchObject(taken);
  expect(await add(ada, hers)).toMatchObject({ status: 201 });
});

test('… one’s own is there', async () => {
  const person = await signedIn(service);
  const sub = crypto.randomUUID();
  const tokens = await Promise.all(Array.from({ length: 3 }, () => shown(service, { sub })));
  const answers = await lineUp(service, { table: 'users', id: person.id }, [
    () => add(person, tokens[0] ?? {}),
    () => add(person, tokens[1] ?? {}),
    () => add(person, tokens[2] ?? {}),
  ]);
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
  expect(await userRow(service, person)).toEqual({ identity_count: 1, factors_version: 1 });
  expect(await queued(service, person.email)).toHaveLength(1);
});

test('one call twice at once adds one, and another call with the same token none', async () => {
  const person = await signedIn(service);
  const [json, options] = [await shown(service), withKey()];
  const answers = await Promise.all([
    add(person, json, options),
    add(person, json, options),
    add(person, json),
  ]);
  const good = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status !== 201);
  expect(new Set(good.map(({ body }) => body.id)).size).toBe(1);
  for (const answer of refused) expect(answer).toMatchObject(problem(400, 'id-token-not-accepted'));
  expect(await userRow(service, person)).toEqual({ identity_count: 1, factors_version: 1 });
  expect(await queued(service, person.email)).toHaveLength(1);
});

test('of calls that take away the last ways in at once one is left', async () => {
  for (let round = 0; round < 4; round += 1) {
    const person = await signedIn(service);
    const identities = [await identityOf(service, person), await identityOf(service, person)];
    const { passkeyId } = await withPasskey(service, person);
    await withoutPassword(person);
    const removals = [
      ...identities.map((identity) => () => remove(person, identity)),
      () => person.call('DELETE', `/api/users/me/passkeys/${passkeyId}`),
    ];
    const answers = await Promise.all([...removals, ...removals].map((removal) => removal()));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(2);
    const { body } = await person.call('GET', '/api/users/me');
    expect(body.identities.length + body.passkeys).toBe(1);
  }
});

test('a passkey and an identity, each of which waits for the other: the second is the last', async () => {
  for (const isIdentityFirst of [true, false]) {
    const person = await signedIn(service);
    const identity = await identityOf(service, person);
    const { passkeyId } = await withPasskey(service, person);
    await withoutPassword(person);
    const calls = [
      () => remove(person, identity),
      () => person.call('DELETE', `/api/users/me/passkeys/${passkeyId}`),
    ] as const;
    const [first, second] = await lineUp(
      service,
      { table: 'users', id: person.id },
      isIdentityFirst ? calls : [calls[1], calls[0]],
    );
    expect(first).toMatchObject({ status: 204 });
    expect(second).toMatchObject(problem(409, 'last-way-in'));
  }
});

test.for([true, false])(
  'an undo while one is added or removed (undo first: %s): nothing of it holds',
  async (isUndoFirst) => {
    for (const change of ['add', 'remove'] as const) {
      const person = await signedIn(service);
      const own = await identityOf(service, person);
      await mailsTo(person.email, 1);
      service.clock.advance(1);
      await identityOf(service, person);
      await mailsTo(person.email, 2);
      const link = tokenIn(await newest(person.email, 'another service was added'));
      service.clock.advance(1);
      const json = await shown(service);
      const calls = [
        () => undo(service, link),
        () => (change === 'add' ? add(person, json) : remove(person, own)),
      ] as const;
      const answers = await lineUp(
        service,
        { table: 'users', id: person.id },
        isUndoFirst ? calls : [calls[1], calls[0]],
      );
      expect(answers[isUndoFirst ? 0 : 1]).toMatchObject({ status: 204 });
      if (isUndoFirst) expect(answers[1]).toMatchObject(problem(401, 'session-ended'));
      const rows = await service.dependencies.database.query(
        sql`select id from identities where user_id = ${person.id} and removed_at is null`,
        { repeatable: true },
      );
      expect(rows).toEqual([{ id: own.id }]);
      expect(await userRow(service, person)).toMatchObject({ identity_count: 1 });
    }
  },
);

test('an undo that waited while the identity became another account’s leaves it there', async () => {
  const [person, grace] = [await signedIn(service), await signedIn(service)];
  const sub = crypto.randomUUID();
  const identity = await identityOf(service, person, { sub });
  service.clock.advance(1);
  await remove(person, identity);
  await mailsTo(person.email, 2);
  const link = tokenIn(await newest(person.email, 'another service was removed'));
  const { release } = await hold(service, sql`users where id = ${person.id}`);
  const waiting = undo(service, link);
  await scheduler.wait(200);
  // As by a clock that is ahead of this one's.
  await service.dependencies.database.query(
    sql`
      insert into identities (id, user_id, provider, issuer, subject, created_at)
      select gen_random_uuid(), ${grace.id}, provider, issuer, subject, created_at from identities where id = ${identity.id}`,
    { repeatable: false },
  );
  await release();
  expect(await waiting).toMatchObject({ status: 204 });
  expect(await listOf(grace)).toMatchObject([{ provider: 'google' }]);
  expect(await userRow(service, person)).toMatchObject({ identity_count: 0 });
});

test('an account that is deleted at that moment is given none', async () => {
  const person = await signedIn(service);
  const json = await shown(service);
  const [gone, added] = await lineUp(service, { table: 'users', id: person.id }, [
    () => person.call('DELETE', '/api/users/me'),
    () => add(person, json),
  ]);
  expect(gone).toMatchObject({ status: 204 });
  expect(added).toMatchObject(problem(401, 'session-ended'));
  const grace = await signedIn(service);
  expect(await add(grace, json)).toMatchObject({ status: 201 });
  expect(await listOf(grace)).toHaveLength(1);
});
