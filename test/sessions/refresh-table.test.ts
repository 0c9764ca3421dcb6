import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { type Service, startService } from '../service.ts';
import {
  ended,
  listed,
  logout,
  newOwner,
  type Owner,
  refresh,
  reused,
  rowOf,
  type Session,
  start,
  successor,
  superseded,
  theftMails,
} from './driver.ts';

// The table of the contract, section 3, row by row: which spent token is a retry, and which is a theft.

const day = 24 * 60 * 60;

const key = 'the key of one call';
const anotherKey = 'the key of another call';

type Begun = { service: Service; owner: Owner; session: Session };

async function begin(): Promise<Begun> {
  const service = await startService();
  const owner = await newOwner(service);
  return { service, owner, session: await start(service, owner, 'Phone') };
}

/** The call was a theft: its answer says so, and nothing of the session lives on. */
async function expectTheft({ service, owner, session }: Begun, token: string, key?: string) {
  const { generation } = await rowOf(service, session.id);
  expect(await refresh(service, token, key)).toMatchObject({ ...reused, trips: 1 });
  expect(await rowOf(service, session.id)).toMatchObject({ generation, end_reason: 'reuse' });
  expect(await listed(service, session.id)).toMatchObject([
    { jti: `${session.id}.${generation}`, reason: 'reuse' },
  ]);
  expect(await theftMails(service, owner)).toBe(1);
  expect(await refresh(service, token, key)).toMatchObject(ended);
}

test('the newest token is spent and its successor issued, one generation on', async () => {
  const { service, session } = await begin();
  service.clock.advance(100);
  const first = await refresh(service, session.refreshToken);
  expect(first).toMatchObject({
    status: 200,
    trips: 1,
    body: {
      token_type: 'Bearer',
      expires_in: 900,
      refresh_expires_in: 30 * day,
      session_id: session.id,
      access_token: expect.any(String),
    },
  });
  expect(first.headers.get('Cache-Control')).toBe('no-store');
  expect(await rowOf(service, session.id)).toMatchObject({ generation: 1, ended_at: null });
  const second = await successor(refresh(service, first.body.refresh_token));
  expect(second).not.toBe(first.body.refresh_token);
  expect(await rowOf(service, session.id)).toMatchObject({ generation: 2, ended_at: null });
});

test.for([0, 1, 29.999, 30])(
  'the direct parent, %s s after it was spent, is answered with the same successor',
  async (seconds) => {
    const { service, session } = await begin();
    const next = await successor(refresh(service, session.refreshToken));
    service.clock.advance(seconds);
    expect(await successor(refresh(service, session.refreshToken))).toBe(next);
    expect(await rowOf(service, session.id)).toMatchObject({ generation: 1, ended_at: null });
    expect(await refresh(service, next)).toMatchObject({ status: 200 });
  },
);

test.for([30.001, 31, day])('the direct parent, %s s after it was spent, is theft', async (seconds) => {
  const begun = await begin();
  const next = await successor(refresh(begun.service, begun.session.refreshToken));
  begun.service.clock.advance(seconds);
  await expectTheft(begun, begun.session.refreshToken);
  expect(await refresh(begun.service, next)).toMatchObject(ended);
});

test('the 30 s are counted from the first spending and do not slide with the retries', async () => {
  const begun = await begin();
  const { service, session } = begun;
  const next = await successor(refresh(service, session.refreshToken));
  for (const seconds of [10, 10, 9, 1]) {
    service.clock.advance(seconds);
    expect(await successor(refresh(service, session.refreshToken))).toBe(next);
  }
  service.clock.advance(1);
  await expectTheft(begun, session.refreshToken);
});

test('each use opens a window for its own parent', async () => {
  const { service, session } = await begin();
  const first = await successor(refresh(service, session.refreshToken));
  service.clock.advance(60);
  const second = await successor(refresh(service, first));
  service.clock.advance(30);
  expect(await successor(refresh(service, first))).toBe(second);
});

test.for([0, 31, day - 60, day])(
  'the direct parent with the same Idempotency-Key, %s s after it was spent, is a retry',
  async (seconds) => {
    const { service, session } = await begin();
    const next = await successor(refresh(service, session.refreshToken, key));
    service.clock.advance(seconds);
    expect(await successor(refresh(service, session.refreshToken, key))).toBe(next);
    expect(await refresh(service, next, anotherKey)).toMatchObject({ status: 200 });
  },
);

test('the 24 h of a key do not slide either, and after them it is theft', async () => {
  const begun = await begin();
  const { service, session } = begun;
  const next = await successor(refresh(service, session.refreshToken, key));
  for (const seconds of [day / 2, day / 2]) {
    service.clock.advance(seconds);
    expect(await successor(refresh(service, session.refreshToken, key))).toBe(next);
  }
  service.clock.advance(0.001);
  await expectTheft(begun, session.refreshToken, key);
});

/** The token has been spent, and the call gets nothing, ends nothing and moves no time. */
async function expectSuperseded({ service, session }: Begun, token: string, given?: string) {
  const before = await rowOf(service, session.id);
  expect(await refresh(service, token, given)).toMatchObject({ ...superseded, trips: 1 });
  expect(await rowOf(service, session.id)).toEqual(before);
}

test.for([
  ['another key', key, anotherKey],
  ['no key where the call that spent it had one', key, undefined],
  ['a key where the call that spent it had none', undefined, key],
  ['the key in another case', key, key.toUpperCase()],
] as const)(
  'the direct parent with %s is superseded for 30 s, and theft after them',
  async ([, spending, repeating]) => {
    const begun = await begin();
    const { service, session } = begun;
    const next = await successor(refresh(service, session.refreshToken, spending));
    for (const seconds of [0, 15, 15]) {
      service.clock.advance(seconds);
      await expectSuperseded(begun, session.refreshToken, repeating);
    }
    service.clock.advance(0.001);
    await expectTheft(begun, session.refreshToken, repeating);
    expect(await refresh(service, next)).toMatchObject(ended);
  },
);

test('in a session where a key was used once, a call without one is not repeated without one', async () => {
  const begun = await begin();
  const { service, session } = begun;
  const first = await successor(refresh(service, session.refreshToken, key));
  const second = await successor(refresh(service, first));
  await expectSuperseded(begun, first);
  await expectSuperseded(begun, first, key);
  const third = await successor(refresh(service, second));
  await expectSuperseded(begun, second);
  expect(await refresh(service, third)).toMatchObject({ status: 200 });
});

test('a session that version 0.1.0 spent with a key is one in which a key was used', async () => {
  const begun = await begin();
  const { service, session } = begun;
  const first = await successor(refresh(service, session.refreshToken, key));
  await service.dependencies.database.query(
    sql`update sessions set keyed = false, network = null where id = ${session.id}`,
    { repeatable: false },
  );
  await expectSuperseded(begun, session.refreshToken);
  expect(await successor(refresh(service, session.refreshToken, key))).toBe(first);
  await successor(refresh(service, first));
  await expectSuperseded(begun, first);
});

test('who is superseded changes neither the key that repeats the call nor its time', async () => {
  const begun = await begin();
  const { service, session } = begun;
  const next = await successor(refresh(service, session.refreshToken, key));
  await expectSuperseded(begun, session.refreshToken, anotherKey);
  service.clock.advance(60);
  expect(await successor(refresh(service, session.refreshToken, key))).toBe(next);
});

test.for(['', '1', 'x'.repeat(15), 'x'.repeat(256)])(
  'an Idempotency-Key that is too short or too long is refused before anything is looked at (%#)',
  async (wrong) => {
    const { service, session } = await begin();
    for (const token of [session.refreshToken, 'none']) {
      expect(await refresh(service, token, wrong)).toMatchObject({
        status: 422,
        trips: 0,
        body: {
          type: expect.stringMatching(/validation-failed$/),
          errors: [{ pointer: '#Idempotency-Key' }],
          discard_credentials: false,
        },
      });
    }
    expect(await rowOf(service, session.id)).toMatchObject({ generation: 0 });
  },
);

test.for([16, 255])('an Idempotency-Key of %s characters is one', async (length) => {
  const { service, session } = await begin();
  expect(await refresh(service, session.refreshToken, 'x'.repeat(length))).toMatchObject({ status: 200 });
});

test.for([
  ['grandparent', 2],
  ['token of ten generations ago', 10],
] as const)('the %s is theft, even at once and with the key of the call that spent it', async ([, uses]) => {
  const begun = await begin();
  let token = begun.session.refreshToken;
  for (let use = 0; use < uses; use += 1) token = await successor(refresh(begun.service, token, key));
  await expectTheft(begun, begun.session.refreshToken, key);
  expect(await refresh(begun.service, token)).toMatchObject(ended);
});

test('after a logout the newest token, its parent and every older one are of a session that ended', async () => {
  const { service, owner, session } = await begin();
  const parent = await successor(refresh(service, session.refreshToken, key));
  const newest = await successor(refresh(service, parent, key));
  expect(await logout(service, newest)).toMatchObject({ status: 204 });
  for (const token of [newest, parent, session.refreshToken]) {
    expect(await refresh(service, token, key)).toMatchObject({ ...ended, trips: 1 });
  }
  expect(await theftMails(service, owner)).toBe(0);
});
