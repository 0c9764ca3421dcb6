// A wrong function is a fault that may pass: no token with fewer claims, nothing spent, nobody logged out; and once it is right, the
// same call has its answer.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeEach, expect, test } from 'vitest';
import { problem, signedIn } from '../accounts/people.ts';
import { callAs, withApps } from '../endpoints.ts';
import { dump } from '../mail/tables.ts';
import { newSender } from '../plausible.ts';
import { prepared } from '../prepared.ts';
import { type Answer, newAddress, password, type Service, startService } from '../service.ts';
import { faults } from './faults.ts';
import { claimsIn, define, issuing, ofTheRow, saidOf, says, userIn } from './function.ts';

let service: Service;
beforeEach(async () => {
  service = await startService(withApps);
  await says(service, ofTheRow);
});

const unavailable = {
  ...problem(503, 'service-unavailable'),
  headers: expect.toSatisfy((headers: Headers) => Number(headers.get('Retry-After')) > 0),
  body: expect.objectContaining({ retryable: true, discard_credentials: false }),
};

const breaks = (
  { body, language }: { body: string; language?: string } = faults['raises an error'] as never,
) => define(service, body, language);

const linesOf = (event: string) => service.logged.filter((line) => line.event === event);

async function expectRepaired(call: () => Promise<Answer>): Promise<void> {
  await says(service, ofTheRow);
  const answer = await call();
  expect(answer.status, answer.text).toBe(200);
  expect(claimsIn(answer)).toEqual(await saidOf(service, userIn(answer)));
}

/** But for what is counted before anything is looked at, and what the failed call says of it. */
const kept = async () => (await dump(service)).filter((row) => !row.startsWith('auth_sessions ')).sort();

test.for(issuing)('$route: nothing is left of a call that it fails', async (route) => {
  const person = await newSender(service);
  const changes = await prepared[route.route]?.(service, person);
  const call = () =>
    callAs(service, person, route, { ...changes, fields: { sign_in: true, ...changes?.fields } });
  await breaks();
  const before = await kept();
  expect(await call()).toMatchObject(unavailable);
  expect(await kept()).toEqual(before);
  await expectRepaired(call);
});

test.for(Object.entries(faults))('a function that %s', async ([, fault]) => {
  const person = await signedIn(service);
  const calls = {
    refresh: () =>
      service.call('POST', '/api/auth/refresh', { json: { refresh_token: person.refresh_token } }),
    login: () => service.call('POST', '/api/auth/login', { json: { email: person.email, password } }),
    reauthenticate: () =>
      person.call('POST', '/api/auth/reauthenticate', { json: { method: 'password', password } }),
  };
  await breaks(fault);
  const before = await kept();
  for (const call of Object.values(calls)) {
    expect(await call()).toMatchObject(unavailable);
    expect(await kept()).toEqual(before);
  }
  const { sqlstate } = fault;
  expect(linesOf('claims-failed')).toEqual([
    {
      level: 'error',
      event: 'claims-failed',
      fields: { sqlstate, message: expect.stringMatching(fault.says), not_logged_since_the_last: 0 },
    },
  ]);
  for (const call of Object.values(calls)) await expectRepaired(call);
});

test('the log has a line a minute, and says how many there were', async () => {
  const { refresh_token } = await signedIn(service);
  const refresh = () => service.call('POST', '/api/auth/refresh', { json: { refresh_token } });
  await breaks();
  for (let time = 0; time < 3; time += 1) expect((await refresh()).trips).toBe(1);
  service.clock.advance(60);
  await refresh();
  expect(linesOf('claims-failed').map(({ fields }) => fields?.['not_logged_since_the_last'])).toEqual([0, 2]);
});

test('a right password is no guess, however often the function fails', async () => {
  const { email, call } = await signedIn(service);
  const login = () => service.call('POST', '/api/auth/login', { json: { email, password } });
  const reauthenticate = () =>
    call('POST', '/api/auth/reauthenticate', { json: { method: 'password', password } });
  const json = { current_password: password, new_password: 'plum radio fence maple' };
  const change = () => call('POST', '/api/auth/change-password', { json });
  await breaks();
  for (const door of [login, reauthenticate, change])
    for (let time = 0; time < 7; time += 1) expect(await door()).toMatchObject(unavailable);
  for (const door of [login, reauthenticate, change]) await expectRepaired(door);
});

test('where no token is issued it is not asked: a theft is ended, a wrong guess counted, a logout done', async () => {
  const person = await signedIn(service);
  const refresh = (refresh_token: string, headers: Record<string, string> = {}) =>
    service.call('POST', '/api/auth/refresh', { json: { refresh_token }, headers });
  const second = (await refresh(person.refresh_token)).body.refresh_token;
  const other = await signedIn(service);
  const key = { 'Idempotency-Key': crypto.randomUUID() };
  await refresh(other.refresh_token, key);
  await breaks();
  expect(await refresh(other.refresh_token, { 'Idempotency-Key': crypto.randomUUID() })).toMatchObject(
    problem(409, 'refresh-superseded'),
  );
  service.clock.advance(31);
  expect(await refresh(person.refresh_token)).toMatchObject(problem(401, 'refresh-token-reused'));
  expect(await refresh(second)).toMatchObject(problem(401, 'session-ended', { reason: 'reused' }));
  const guess = { email: person.email, password: 'another one entirely' };
  expect(await service.call('POST', '/api/auth/login', { json: guess })).toMatchObject(
    problem(401, 'invalid-credentials'),
  );
  const rows = await service.dependencies.database.query(
    sql`select failed_sign_ins from users where id = ${person.id}`,
    { repeatable: true },
  );
  expect(rows).toEqual([{ failed_sign_ins: 1 }]);
  expect(await other.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
  expect(await other.call('POST', '/api/auth/logout', { json: {} })).toMatchObject({ status: 204 });
  const registration = { email: newAddress(), name: 'Ada' };
  expect(await service.call('POST', '/api/auth/register', { json: registration })).toMatchObject({
    status: 202,
  });
});
