// The link of a mail takes a change of identities back, and whatever came after it: they are as they were just before.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, expect, test } from 'vitest';
import { changed, newest, tokenIn, undo } from '../accounts/mailed.ts';
import { another, type Person, problem, signedIn } from '../accounts/people.ts';
import { addPasskey } from '../factors/changes.ts';
import { reset } from '../mail/granted.ts';
import { mailsTo, type Service } from '../service.ts';
import { add, identityOf, remove, shown, startWithProviders, userRow } from './ceremonies.ts';

let service: Service;

beforeAll(async () => {
  service = await startWithProviders();
});

const done = { status: 204 };

/** The active identities by their subjects, oldest first, with the count in the user's row. */
async function subjectsOf(person: Person): Promise<string[]> {
  const rows = await service.dependencies.database.query<{ subject: string }>(
    sql`select subject from identities where user_id = ${person.id} and removed_at is null order by subject`,
    { repeatable: true },
  );
  expect((await userRow(service, person)).identity_count).toBe(rows.length);
  return rows.map(({ subject }) => subject);
}

/** Does it a second after whatever was before. @returns the token of the mail's link. */
async function linkOf(person: Person, subject: string, act: () => Promise<unknown>): Promise<string> {
  service.clock.advance(1);
  const { length } = await mailsTo(person.email);
  await act();
  await mailsTo(person.email, length + 1);
  const token = tokenIn(await newest(person.email, subject));
  service.clock.advance(1);
  return token;
}

const adding = (person: Person, sub: string) =>
  linkOf(person, 'another service was added', () => identityOf(service, person, { sub }));

const removing = (person: Person, identity: { readonly id: string }) =>
  linkOf(person, 'another service was removed', async () =>
    expect(await remove(person, identity)).toMatchObject(done),
  );

const newSubject = () => crypto.randomUUID();
const logInBy = async (sub: string) =>
  service.call('POST', '/api/auth/login/google', { json: await shown(service, { sub }) });

test('a thief’s identity opens the account no more, and nothing of theirs is left', async () => {
  const person = await signedIn(service);
  const thiefs = newSubject();
  const link = await adding(await another(service, person.email), thiefs);
  expect(await logInBy(thiefs)).toMatchObject({ status: 200 });
  expect(await undo(service, link)).toMatchObject({ ...done, trips: 1 });
  expect(await subjectsOf(person)).toEqual([]);
  // It makes an account of its own at most.
  const answer = await logInBy(thiefs);
  if (answer.status === 200) {
    const me = await service.call('GET', '/api/users/me', { bearer: answer.body.access_token });
    expect(me.body.id).not.toBe(person.id);
  } else expect(answer).toMatchObject(problem(409, 'identity-taken'));
  expect(await person.call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
});

test('what was removed opens it again, with the row that it had', async () => {
  const person = await signedIn(service);
  const sub = newSubject();
  const identity = await identityOf(service, person, { sub });
  const link = await removing(person, identity);
  expect(await subjectsOf(person)).toEqual([]);
  const version = (await userRow(service, person)).factors_version;
  expect(await undo(service, link)).toMatchObject(done);
  expect(await subjectsOf(person)).toEqual([sub]);
  expect((await userRow(service, person)).factors_version).toBe(version + 1);
  const { body } = await logInBy(sub);
  const me = await service.call('GET', '/api/users/me', { bearer: body.access_token });
  expect(me.body).toMatchObject({ id: person.id, identities: [{ id: identity.id }] });
});

test('one that was added again meanwhile stays as it is', async () => {
  const person = await signedIn(service);
  const sub = newSubject();
  const link = await removing(person, await identityOf(service, person, { sub }));
  const again = await identityOf(service, person, { sub });
  expect(await undo(service, link)).toMatchObject(done);
  expect(await subjectsOf(person)).toEqual([sub]);
  const rows = await service.dependencies.database.query(
    sql`select id from identities where subject = ${sub} and removed_at is null`,
    { repeatable: true },
  );
  expect(rows).toEqual([{ id: again.id }]);
});

test('removed and added again by a thief, and then some: it is as before the first of it', async () => {
  const person = await signedIn(service);
  const [own, other, thiefs] = [newSubject(), newSubject(), newSubject()];
  const identity = await identityOf(service, person, { sub: own });
  await identityOf(service, person, { sub: other });
  const link = await removing(person, identity);
  const again = await identityOf(service, person, { sub: own });
  const younger = [await removing(person, again), await adding(person, thiefs)];
  await identityOf(service, person, { sub: own });
  younger.push(await changed(person, person.email));
  service.clock.advance(1);
  expect(await undo(service, link)).toMatchObject(done);
  expect(await subjectsOf(person)).toEqual([own, other].sort());
  for (const token of [link, ...younger])
    expect(await undo(service, token)).toMatchObject(problem(400, 'invalid-token'));
});

test('an older link takes more back than a younger one, and what one has brought back another still can', async () => {
  const person = await signedIn(service);
  const [first, second] = [newSubject(), newSubject()];
  const oldest = await adding(person, first);
  const middle = await adding(person, second);
  const {
    body: { identities },
  } = await person.call('GET', '/api/users/me');
  const youngest = await removing(person, identities[0]);
  expect(await undo(service, youngest)).toMatchObject(done);
  expect(await subjectsOf(person)).toEqual([first, second].sort());
  service.clock.advance(1);
  expect(await undo(service, middle)).toMatchObject(done);
  expect(await subjectsOf(person)).toEqual([first]);
  service.clock.advance(1);
  expect(await undo(service, oldest)).toMatchObject(done);
  expect(await subjectsOf(person)).toEqual([]);
});

test('an undo of a passkey, or of a change of address, is one of identities too', async () => {
  for (const change of [
    async (person: Person) => (await addPasskey(service, person)).undo,
    (person: Person) => changed(person, person.email),
  ]) {
    const person = await signedIn(service);
    const [own, thiefs] = [newSubject(), newSubject()];
    const identity = await identityOf(service, person, { sub: own });
    service.clock.advance(1);
    const link = await change(person);
    service.clock.advance(1);
    await remove(person, identity);
    await identityOf(service, person, { sub: thiefs });
    service.clock.advance(1);
    expect(await undo(service, link)).toMatchObject(done);
    expect(await subjectsOf(person)).toEqual([own]);
  }
});

test('what is another account’s by now is not taken from it', async () => {
  const [person, grace] = [await signedIn(service), await signedIn(service)];
  const [sub, kept] = [newSubject(), newSubject()];
  await identityOf(service, person, { sub: kept });
  const identity = await identityOf(service, person, { sub });
  const link = await removing(person, identity);
  // As by a clock that was ahead of this one's.
  await service.dependencies.database.query(
    sql`update identities set expires_at = ${service.clock.now.toISOString()} where id = ${identity.id}`,
    { repeatable: true },
  );
  await identityOf(service, grace, { sub });
  expect(await undo(service, link)).toMatchObject(done);
  expect(await subjectsOf(person)).toEqual([kept]);
  expect(await subjectsOf(grace)).toEqual([sub]);
});

test('nobody else’s identities are touched', async () => {
  const [person, grace] = [await signedIn(service), await signedIn(service)];
  const sub = newSubject();
  await identityOf(service, grace, { sub });
  const gone = await identityOf(service, grace, { sub: newSubject() });
  const link = await adding(person, newSubject());
  await remove(grace, gone);
  expect(await undo(service, link)).toMatchObject(done);
  expect(await subjectsOf(grace)).toEqual([sub]);
});

test('after it the owner comes back by the reset that is mailed, and adds what they like', async () => {
  const person = await signedIn(service);
  const sub = newSubject();
  const link = await adding(person, sub);
  await undo(service, link);
  const mailed = tokenIn(await newest(person.email, 'was undone'));
  expect(await reset(service, { token: mailed })).toMatchObject(done);
  const { body } = await service.call('POST', '/api/auth/login', {
    json: { email: person.email, password: (await import('../mail/granted.ts')).otherPassword },
  });
  const call: Person['call'] = (method, path, options) =>
    service.call(method, path, { bearer: body.access_token, ...options });
  expect(await add({ call }, await shown(service, { sub }))).toMatchObject({ status: 201 });
});
