// POST /api/auth/reauthenticate by a mailed code: of one's own address, once, and only by a session that it renews.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { codeTries, recentSignInSeconds } from '../../src/lifetimes.ts';
import { type Person, problem, signedIn } from '../accounts/people.ts';
import { twoFactorPerson } from '../factors/authenticator.ts';
import { levelIn, levelOf, seconds } from '../level/tokens.ts';
import { byCode, forgot, reset, resetStatement } from '../mail/granted.ts';
import { dump } from '../mail/tables.ts';
import { newAddress, type Service } from '../service.ts';
import { refresh } from '../sessions/driver.ts';
import { lineUp } from '../sessions/line-up.ts';
import { ask, eventsOf, mailed, mistyped, newKey, start, startOwn, use } from './codes.ts';

const dead = problem(400, 'invalid-token');
const wrong = (attempts_left: number) => problem(400, 'invalid-code', { attempts_left });
const ended = problem(401, 'session-ended');

const again = (
  person: Pick<Person, 'call'>,
  { request, code }: { readonly request: string; readonly code: string },
  more: object = {},
  headers: Record<string, string> = {},
) =>
  person.call('POST', '/api/auth/reauthenticate', {
    json: { method: 'email-code', request, code, ...more },
    headers,
  });

const byCodeAt = (auth_time: number) => ({ auth_time, acr: undefined, amr: undefined });

/** Who has not signed in for a while, by a code as well. */
async function old(service?: Service, email = newAddress()) {
  const on = service ?? (await start());
  const person = await signedInByCode(on, email);
  const signedInAt = seconds(on);
  on.clock.advance(recentSignInSeconds + 1);
  return { service: on, person, signedInAt };
}

/** A session by a mailed code. */
async function signedInByCode(service: Service, email: string): Promise<Person> {
  const { body } = await use(service, await mailed(service, email));
  const call: Person['call'] = (method, path, options) =>
    service.call(method, path, { bearer: body.access_token, ...options });
  const me = await call('GET', '/api/users/me');
  return { ...body, id: me.body.id, email, call };
}

/** What grants and sessions are kept as; the destination's own row is touched by whoever asks for its lock. */
async function changesNothing(service: Service, act: () => Promise<unknown>): Promise<void> {
  const rows = async () =>
    (await dump(service)).filter((row) => !/^(email_destinations|security_events) /.test(row)).sort();
  const before = await rows();
  await act();
  expect(await rows()).toEqual(before);
}

const timeOf = async (service: Service, { refresh_token }: Pick<Person, 'refresh_token'>) =>
  levelIn(await refresh(service, refresh_token)).auth_time;

test('who signs in by code alone is recent by another one, and may do what takes that', async () => {
  const { service, person } = await old();
  expect(await person.call('GET', '/api/users/me/export')).toMatchObject(
    problem(401, 'recent-sign-in-required', { methods: ['email-code'] }),
  );
  const code = await mailed(service, person.email);
  const answer = await again(person, code);
  expect(answer).toMatchObject({ status: 200, trips: 2, body: { session_id: person.session_id } });
  expect(levelOf(answer.body.access_token)).toEqual(byCodeAt(seconds(service)));
  const bearer = answer.body.access_token;
  expect(await person.call('GET', '/api/users/me/export', { bearer })).toMatchObject({ status: 200 });
  expect(levelIn(await refresh(service, person.refresh_token))).toEqual(byCodeAt(seconds(service)));
  expect((await eventsOf(service, person.email)).at(-1)).toBe('reauthenticated');
});

test('it leaves nothing of a password that was shown before', async () => {
  const service = await start();
  const person = await signedIn(service);
  const answer = await again(person, await mailed(service, person.email));
  expect(levelOf(answer.body.access_token)).toEqual(byCodeAt(seconds(service)));
});

test('a code works once, here or for a sign-in, and ends the other grants of its address', async () => {
  const { service, person } = await old();
  const [code, second, reset_] = [
    await mailed(service, person.email),
    await mailed(service, person.email),
    await forgot(service, person.email),
  ];
  expect((await again(person, code)).status).toBe(200);
  await changesNothing(service, async () => {
    for (const each of [code, second]) {
      expect(await again(person, each)).toMatchObject(dead);
      expect(await use(service, each)).toMatchObject(dead);
    }
    expect(await reset(service, byCode(reset_))).toMatchObject(dead);
  });
  const used = await mailed(service, person.email);
  expect((await use(service, used)).status).toBe(200);
  expect(await again(person, used)).toMatchObject(dead);
});

test('nor is a code good of another kind of mail', async () => {
  const { service, person } = await old();
  const forgotten = await forgot(service, person.email);
  expect(await again(person, byCode(forgotten))).toMatchObject(dead);
  expect((await reset(service, byCode(forgotten))).status).toBe(204);
});

test('a wrong code counts as everywhere: five tries, and ten within a day make codes long', async () => {
  const { service, person, signedInAt } = await old();
  for (const time of [1, 2]) {
    const code = await mailed(service, person.email);
    expect(code.code, `mail ${time}`).toHaveLength(8);
    // The same five, wherever they are typed.
    expect(await use(service, mistyped(code))).toMatchObject(wrong(4));
    for (let left = codeTries - 2; left >= 0; left -= 1)
      expect(await again(person, mistyped(code))).toMatchObject({ ...wrong(left), trips: 1 });
    expect(await again(person, code)).toMatchObject(dead);
  }
  expect((await mailed(service, person.email)).code).toHaveLength(12);
  expect(await timeOf(service, person)).toBe(signedInAt);
});

test('the wrong codes of a known device are its own', async () => {
  const { service, person } = await old();
  const { known_device } = person;
  for (let mail = 0; mail < 2; mail += 1) {
    const code = await mailed(service, person.email);
    for (let left = codeTries - 1; left >= 0; left -= 1)
      expect(await again(person, mistyped(code), { known_device })).toMatchObject(wrong(left));
  }
  expect((await mailed(service, person.email)).code).toHaveLength(8);
});

test('of another’s address, right or wrong, nothing is told, tried or spent', async () => {
  const { service, person, signedInAt } = await old();
  const others = [await mailed(service, (await signedIn(service)).email), await mailed(service)];
  await changesNothing(service, async () => {
    for (const code of others)
      for (const shown of [code, mistyped(code), code])
        expect(await again(person, shown)).toMatchObject(dead);
  });
  expect(await timeOf(service, person)).toBe(signedInAt);
  for (const code of others) {
    expect(await use(service, mistyped(code))).toMatchObject(wrong(4));
    expect((await use(service, code)).status).toBe(200);
  }
});

test('the address that somebody has left is none of theirs', async () => {
  const { service, person } = await old();
  const code = await mailed(service, person.email);
  await service.dependencies.database.query(
    sql`update users set email = ${newAddress()} where id = ${person.id}`,
    { repeatable: true },
  );
  expect(await again(person, code)).toMatchObject(dead);
});

test('where it is switched off it is no way, and not among the methods', async () => {
  const service = await start({ EMAIL_CODES: 'false' });
  const person = await signedIn(service);
  const request = { request: 'x', code: '12345678' };
  expect(await again(person, request)).toMatchObject(problem(404, 'way-not-enabled'));
  service.clock.advance(recentSignInSeconds + 1);
  const refusal = await person.call('GET', '/api/users/me/export');
  expect(refusal.body.methods).toEqual(['password']);
  await person.call('POST', '/api/auth/logout');
  expect(await again(person, request)).toMatchObject(ended);
});

test('what is no code is no try, and of an ended session nothing else is said', async () => {
  const { service, person } = await old();
  const code = await mailed(service, person.email);
  for (const field of ['request', 'code'])
    expect(await again(person, { ...code, [field]: undefined })).toMatchObject(
      problem(422, 'validation-failed', { errors: [{ pointer: `/${field}`, detail: 'is required' }] }),
    );
  expect(await again(person, { ...code, code: '123456' })).toMatchObject(problem(422, 'validation-failed'));
  expect(await again(person, { ...code, request: 'none' })).toMatchObject(dead);
  await person.call('POST', '/api/auth/logout');
  await changesNothing(service, async () => {
    for (const shown of [code, mistyped(code), { ...code, request: 'none' }, { ...code, code: '1' }])
      expect(await again(person, shown)).toMatchObject(ended);
  });
  expect((await use(service, code)).status).toBe(200);
});

test('the repeat of a call has the same outcome, and is no more recent than it was', async () => {
  const { service, person } = await old();
  const [typed, key] = [await mailed(service, person.email), newKey()];
  for (let time = 0; time < 3; time += 1)
    expect(await again(person, mistyped(typed), {}, key)).toMatchObject(wrong(4));
  const first = await again(person, typed, {}, key);
  const shownAt = seconds(service);
  service.clock.advance(4 * 60);
  const repeats = await Promise.all(Array.from({ length: 8 }, () => again(person, typed, {}, key)));
  for (const answer of [first, ...repeats]) {
    expect(answer.status).toBe(200);
    expect(levelOf(answer.body.access_token)).toEqual(byCodeAt(shownAt));
  }
  expect(await again(person, typed, {}, newKey())).toMatchObject(dead);
});

test('of calls with one code at once one is good', async () => {
  const { service, person } = await old();
  for (let round = 0; round < 3; round += 1) {
    const code = await mailed(service, person.email);
    const answers = await Promise.all(Array.from({ length: 6 }, () => again(person, code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400]);
  }
});

test('who has a second factor owes it, and until it is right the mailed code is not spent', async () => {
  const service = await start();
  const person = await twoFactorPerson(service);
  service.clock.advance(recentSignInSeconds + 1);
  const [code, reset_] = [await mailed(service, person.email), await forgot(service, person.email)];
  const totp = person.app.code();
  const refused = problem(403, 'invalid-second-factor');
  const failures = async () => {
    const [row] = await service.dependencies.database.query<{ failures: number }>(
      sql`select failures from totp_secrets where user_id = ${person.id}`,
      { repeatable: true },
    );
    return row?.failures;
  };
  await changesNothing(service, async () => {
    expect(await again(person, code)).toMatchObject({
      ...problem(403, 'second-factor-required', { factors: ['totp', 'recovery_code'] }),
      trips: 1,
    });
  });
  const other = String((Number(totp) + 500_000) % 1_000_000).padStart(6, '0');
  const key = newKey();
  for (let time = 0; time < 3; time += 1)
    expect(await again(person, code, { totp: other }, key)).toMatchObject({ ...refused, trips: 2 });
  expect(await failures()).toBe(1);
  // Refused by the statement itself, having been used before.
  await service.call('POST', '/api/auth/login', {
    json: { email: person.email, password: 'tide lamp orbit cello', totp },
  });
  expect(await again(person, code, { totp })).toMatchObject(refused);
  const keyed = newKey();
  const recovery_code = person.recoveryCodes[0];
  const answer = await again(person, code, { recovery_code }, keyed);
  expect(answer).toMatchObject({ status: 200, trips: 2 });
  const level = { auth_time: seconds(service), acr: 'aal2', amr: ['otp', 'mfa'] };
  expect(levelOf(answer.body.access_token)).toEqual(level);
  const bearer = answer.body.access_token;
  expect(await person.call('GET', '/api/users/me/export', { bearer })).toMatchObject({ status: 200 });
  service.clock.advance(60);
  const repeated = await again(person, code, { recovery_code }, keyed);
  expect(levelOf(repeated.body.access_token)).toEqual(level);
  expect(await again(person, code, { totp: person.app.code() })).toMatchObject(dead);
  expect(await reset(service, byCode(reset_))).toMatchObject(dead);
});

test('a thief with the session and without the mailbox wins nothing', async () => {
  const { service, person, signedInAt } = await old();
  const thief = { call: person.call };
  const own = await mailed(service);
  const asked = (await ask(service, person.email)).body.request as string;
  const guesses = ['00000000', '11111111', '22222222', '33333333', '44444444', '55555555'];
  const answers = [
    await again(thief, own),
    // The code of one's own mailbox with the owner's handle, and the other way round.
    await again(thief, { request: asked, code: own.code }),
    ...(await Promise.all(guesses.map((code) => again(thief, { request: asked, code })))),
  ];
  for (const { status, text } of answers) {
    expect(status).toBe(400);
    expect(text).not.toContain('access_token');
  }
  expect(await person.call('GET', '/api/users/me/export')).toMatchObject(
    problem(401, 'recent-sign-in-required'),
  );
  expect(await timeOf(service, person)).toBe(signedInAt);
  // And has spoilt nothing for the owner.
  expect((await again(person, await mailed(service, person.email))).status).toBe(200);
});

type Lined = [string | undefined, Awaited<ReturnType<typeof again>>];

test('a password reset and a code at the same moment: whichever has the address first is good, and it alone', async () => {
  const service = await startOwn();
  for (const order of ['reset first', 'code first']) {
    const { person } = await old(service);
    const [code, forgotten] = [await mailed(service, person.email), await forgot(service, person.email)];
    const resetting = () => resetStatement(service, byCode(forgotten));
    const showing = () => again(person, code);
    const row = { table: 'users', id: person.id } as const;
    const [outcome, answer] =
      order === 'reset first'
        ? await lineUp<Lined>(service, row, [resetting, showing])
        : ((await lineUp<[Lined[1], Lined[0]]>(service, row, [showing, resetting])).toReversed() as Lined);
    const isReset = order === 'reset first';
    expect([order, outcome]).toEqual([order, isReset ? 'right' : 'dead']);
    if (isReset) expect(answer).toMatchObject(dead);
    else expect(answer.status).toBe(200);
    expect((await person.call('GET', '/api/users/me')).status).toBe(isReset ? 401 : 200);
  }
});

test('a reset that has the user’s row ends the session, and what comes after it renews nothing', async () => {
  const { service, person } = await old(await startOwn());
  const code = await mailed(service, person.email);
  const [, answer] = await lineUp<[unknown, Awaited<ReturnType<typeof again>>]>(
    service,
    { table: 'users', id: person.id },
    [
      () =>
        service.dependencies.database.query(
          sql`update users set session_epoch = session_epoch + 1, password_version = password_version + 1 where id = ${person.id}`,
          { repeatable: true },
        ),
      () => again(person, code),
    ],
  );
  expect(answer).toMatchObject(ended);
  // It has renewed no session, and is not spent.
  expect((await use(service, code)).status).toBe(200);
});

test('an account that leaves the address at this moment is not shown by it', async () => {
  const { service, person, signedInAt } = await old(await startOwn());
  const code = await mailed(service, person.email);
  const [, answer] = await lineUp<[unknown, Awaited<ReturnType<typeof again>>]>(
    service,
    { table: 'users', id: person.id },
    [
      () =>
        service.dependencies.database.query(
          sql`update users set email = ${newAddress()} where id = ${person.id}`,
          { repeatable: true },
        ),
      () => again(person, code),
    ],
  );
  expect(answer).toMatchObject(dead);
  expect(await timeOf(service, person)).toBe(signedInAt);
});
