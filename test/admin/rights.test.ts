// Who may do what an operator does, from both sides: every endpoint that is an operator's, found by what it says of itself.

import { beforeAll, describe, expect, test } from 'vitest';
import { recentSignInSeconds } from '../../src/lifetimes.ts';
import { another, type Person, problem, signedIn } from '../accounts/people.ts';
import { callAs, type Route, routes, withApps } from '../endpoints.ts';
import { withTotp } from '../factors/authenticator.ts';
import { dump } from '../mail/tables.ts';
import { factorsOf, type Sender } from '../plausible.ts';
import { prepared } from '../prepared.ts';
import { type Answer, type Service, startService } from '../service.ts';
import { newAdmin, setRole } from './operators.ts';

const operators = routes.filter(({ operator }) => operator !== undefined);
const isWrite = ({ operator }: Route) => operator === 'write';

/** `later`: the same at a time when no sign-in of before is recent. */
let service: Service;
let later: Service;
let people: Readonly<
  Record<'user' | 'sureUser' | 'withoutFactor' | 'before' | 'admin' | 'former' | 'ended', Person>
>;

beforeAll(async () => {
  service = await startService(withApps);
  later = await startService(withApps);
  later.clock.advance(recentSignInSeconds + 1);
  const withoutFactor = await signedIn(service);
  await setRole(service, withoutFactor.id, 'admin');
  const first = await signedIn(service);
  const before = await another(service, first.email);
  await withTotp(service, first);
  await setRole(service, before.id, 'admin');
  const [former, ended] = [await newAdmin(service), await newAdmin(service)];
  await setRole(service, former.id, 'user');
  await ended.call('POST', '/api/auth/logout');
  people = {
    former,
    ended,
    user: await signedIn(service),
    sureUser: await withTotp(service, await signedIn(service)),
    withoutFactor,
    before,
    admin: await newAdmin(service),
  };
});

async function call(person: Person, route: Route, at = service): Promise<Answer> {
  const changes = await prepared[route.route]?.(service, person);
  const sender: Sender = { ...person, request: '', ...(await factorsOf(service, person)) };
  const before = (await dump(service)).sort();
  const answer = await callAs(at, sender, route, changes);
  if (answer.status < 400 && isWrite(route)) return answer;
  // Who reads the outbox gives its events their numbers.
  const mayNumber = answer.status < 400 && route.path.endsWith('/outbox');
  const kept = (rows: string[]) =>
    (mayNumber ? rows.filter((row) => !row.startsWith('outbox ')) : rows).sort();
  expect(kept(await dump(service))).toEqual(kept(before));
  return answer;
}

const adminOnly = problem(403, 'admin-only', { retryable: false, discard_credentials: false });
const challenge = (answer: Answer) => answer.headers.get('WWW-Authenticate');

test('every path of operators is one of them, and what changes something is a write', () => {
  const paths = routes.filter(({ path }) => path.startsWith('/api/admin/'));
  expect(paths.map(({ route }) => route)).toEqual(operators.map(({ route }) => route));
  expect(operators.length).toBeGreaterThan(12);
  for (const route of operators) expect(isWrite(route), route.route).toBe(route.method !== 'GET');
});

describe.for(operators)('$route', (route) => {
  test('is refused to a user, whether or not they have a second factor', async () => {
    for (const person of [people.user, people.sureUser])
      expect(await call(person, route)).toMatchObject(adminOnly);
  });

  test('is refused to an admin without a second factor, who cannot show one', async () => {
    const answer = await call(people.withoutFactor, route);
    expect(answer).toMatchObject(
      problem(401, 'recent-sign-in-required', {
        acr_values: 'aal2',
        methods: expect.arrayContaining(['password']),
      }),
    );
    expect(answer.body.factors).toBeUndefined();
  });

  test('is refused to an admin who has signed in without theirs', async () => {
    const answer = await call(people.before, route);
    expect(answer).toMatchObject(
      problem(401, 'recent-sign-in-required', { acr_values: 'aal2', factors: ['totp', 'recovery_code'] }),
    );
    expect(challenge(answer)).toMatch(/^Bearer error="insufficient_user_authentication", acr_values="aal2"/);
  });

  test(`is ${isWrite(route) ? 'refused' : 'open'} to an admin whose sign-in is old`, async () => {
    const answer = await call(people.admin, route, later);
    if (!isWrite(route)) return expect(answer.status, answer.text).toBe(200);
    expect(answer).toMatchObject(problem(401, 'recent-sign-in-required', { max_age: recentSignInSeconds }));
    expect(answer.body.acr_values).toBeUndefined();
    expect(challenge(answer)).toBe(
      `Bearer error="insufficient_user_authentication", max_age="${recentSignInSeconds}"`,
    );
  });

  test('is open to an admin', async () => {
    const answer = await call(people.admin, route);
    expect(answer.status, answer.text).toBeLessThan(300);
    expect(answer.trips).toBe(route.trips);
  });

  test('is refused to who was an admin a moment ago, whatever the token says', async () => {
    expect(await call(people.former, route)).toMatchObject(adminOnly);
  });

  test('is refused to an admin whose session has ended', async () => {
    const answer = await call(people.ended, route);
    expect(answer).toMatchObject(problem(401, 'session-ended', { discard_credentials: true }));
    expect(challenge(answer)).toBe('Bearer error="invalid_token"');
  });
});
