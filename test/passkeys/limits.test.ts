// An account has at most 20 passkeys, and keeps its last way in: counted in the user's row, also by calls at once.

import { beforeAll, expect, test } from 'vitest';
import { type Person, problem, signedIn } from '../accounts/people.ts';
import { type Service, startService } from '../service.ts';
import { authenticator } from './authenticator.ts';
import {
  added,
  challengeFor,
  created,
  keep,
  listOf,
  optionsFor,
  rpId,
  userRow,
  withoutPassword,
} from './ceremonies.ts';

let service: Service;

beforeAll(async () => {
  service = await startService();
});

const remove = (person: Person, { id }: { id: string }) =>
  person.call('DELETE', `/api/users/me/passkeys/${id}`);
const countOf = async (person: Person) => (await userRow(service, person))?.passkey_count;

test('of thirty at once twenty are kept, and then none, until one is removed', async () => {
  const person = await signedIn(service);
  const credentials = await Promise.all(
    Array.from({ length: 30 }, async () =>
      (await authenticator()).create({ challenge: await challengeFor(person), rpId }),
    ),
  );
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const answers = await Promise.all(credentials.map((credential) => keep(person, credential, {}, headers)));
  const full = problem(409, 'too-many-passkeys');
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
  const refused = answers.flatMap((answer, place) => (answer.status === 201 ? [] : [{ answer, place }]));
  for (const { answer } of refused) expect(answer).toMatchObject(full);
  expect(await countOf(person)).toBe(20);
  expect(await listOf(person)).toHaveLength(20);
  expect(await optionsFor(person)).toMatchObject(full);
  // A repeat of a call that was refused is refused, and one of a call that was not has its passkey.
  const [first] = refused;
  expect(await keep(person, credentials[first?.place ?? 0], {}, headers)).toMatchObject(full);
  const kept = answers.findIndex(({ status }) => status === 201);
  expect(await keep(person, credentials[kept], {}, headers)).toMatchObject({
    status: 201,
    body: { id: answers[kept]?.body.id },
  });
  expect(await countOf(person)).toBe(20);

  const [one] = await listOf(person);
  expect(await remove(person, one ?? { id: '' })).toMatchObject({ status: 204 });
  expect(await countOf(person)).toBe(19);
  expect((await keep(person, await created(person, await authenticator()))).status).toBe(201);
});

test('without a password the last passkey stays, and with one it may go', async () => {
  const person = await signedIn(service);
  const [one, other] = [await added(person), await added(person)];
  await withoutPassword(service, person);
  expect(await remove(person, one)).toMatchObject({ status: 204 });
  const before = await userRow(service, person);
  expect(await remove(person, other)).toMatchObject(problem(409, 'last-way-in'));
  expect(await remove(person, one)).toMatchObject(problem(404, 'not-found'));
  expect(await userRow(service, person)).toEqual(before);
  expect(await listOf(person)).toHaveLength(1);
  const withPassword = await signedIn(service);
  expect(await remove(withPassword, await added(withPassword))).toMatchObject({ status: 204 });
  expect(await listOf(withPassword)).toEqual([]);
});

test('nor do calls at once take it', async () => {
  for (let round = 0; round < 5; round += 1) {
    const person = await signedIn(service);
    const all = [await added(person), await added(person), await added(person)];
    await withoutPassword(service, person);
    const answers = await Promise.all([...all, ...all].map((passkey) => remove(person, passkey)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(2);
    expect(await listOf(person)).toHaveLength(1);
    expect(await countOf(person)).toBe(1);
  }
});
