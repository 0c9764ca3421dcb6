import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { callAs, isBehindSession, routes } from '../endpoints.ts';
import { factorsOf, type Sender } from '../plausible.ts';
import { type Service, startService } from '../service.ts';
import {
  ended,
  endedBecause,
  listed,
  logout,
  newOwner,
  type Owner,
  problem,
  refresh,
  reused,
  rowOf,
  type Session,
  start,
  successor,
} from './driver.ts';

// Every way in which a session ends: it is over everywhere at once, and its newest token is in the revocation list.

type Begun = { service: Service; owner: Owner; session: Session; newest: string };

/** A session in its third generation, so that the newest token is told from the first. */
async function begin(running?: Service, whose?: Owner): Promise<Begun> {
  const service = running ?? (await startService());
  const owner = whose ?? (await newOwner(service));
  const session = await start(service, owner, 'Phone');
  const parent = await successor(refresh(service, session.refreshToken));
  return { service, owner, session, newest: await successor(refresh(service, parent)) };
}

/** `shown` is the reason as a refresh says it. */
type Ending = {
  readonly reason: string;
  readonly shown: string;
  readonly end: (begun: Begun) => Promise<unknown>;
};

const done = { status: 204, text: '', trips: 1 };

const endings: Record<string, Ending> = {
  'a logout with the newest refresh token': {
    reason: 'logout',
    shown: 'signed-out',
    end: async ({ service, newest }) => expect(await logout(service, newest)).toMatchObject(done),
  },
  'a logout with a spent refresh token': {
    reason: 'logout',
    shown: 'signed-out',
    end: async ({ service, session }) =>
      expect(await logout(service, session.refreshToken)).toMatchObject(done),
  },
  'a logout with the access token': {
    reason: 'logout',
    shown: 'signed-out',
    end: ({ service, session }) => post(service, '/api/auth/logout', session),
  },
  'a logout of every session': {
    reason: 'logout-all',
    shown: 'signed-out-everywhere',
    end: ({ service, session }) => post(service, '/api/auth/logout-all', session),
  },
  'a revocation by the session itself': {
    reason: 'revoked',
    shown: 'revoked',
    end: ({ service, session }) => revoke(service, session, session),
  },
  'a revocation from another device': {
    reason: 'revoked',
    shown: 'revoked',
    end: async ({ service, owner, session }) => revoke(service, await start(service, owner), session),
  },
  'a theft': {
    reason: 'reuse',
    shown: 'reused',
    end: async ({ service, session }) =>
      expect(await refresh(service, session.refreshToken)).toMatchObject({ ...reused, trips: 1 }),
  },
};

async function post(service: Service, path: string, { accessToken }: Session) {
  expect(await service.call('POST', path, { bearer: accessToken })).toMatchObject(done);
}

async function revoke(service: Service, by: Session, which: Session) {
  const answer = await service.call('DELETE', `/api/auth/sessions/${which.id}`, { bearer: by.accessToken });
  expect(answer).toMatchObject(done);
}

const eachEnding = test.for(Object.entries(endings));

eachEnding('%s enters exactly the newest token in the list, with reason and expiry', async ([, how]) => {
  const begun = await begin();
  const { service, session } = begun;
  const { expires_at } = await rowOf(service, session.id);
  service.clock.advance(10);
  await how.end(begun);
  expect(await listed(service, session.id)).toEqual([
    { jti: `${session.id}.2`, reason: how.reason, expires_at },
  ]);
  expect(await rowOf(service, session.id)).toMatchObject({
    generation: 2,
    end_reason: how.reason,
    ended_at: service.clock.now.toISOString(),
  });
});

eachEnding('after %s the newest token and every spent one are refused, with the reason', async ([, how]) => {
  const begun = await begin();
  const { service, session, newest } = begun;
  await how.end(begun);
  for (const token of [newest, session.refreshToken]) {
    expect(await refresh(service, token)).toMatchObject({ ...endedBecause(how.shown), trips: 1 });
  }
});

eachEnding('after %s every further ending changes nothing', async ([, how]) => {
  const begun = await begin();
  const { service, owner, session, newest } = begun;
  await how.end(begun);
  const before = await rowOf(service, session.id);
  service.clock.advance(1);
  await logout(service, newest);
  await service.call('POST', '/api/auth/logout', { bearer: session.accessToken });
  const other = await start(service, owner);
  await revoke(service, other, session);
  await post(service, '/api/auth/logout-all', other);
  expect(await rowOf(service, session.id)).toEqual(before);
  expect(await listed(service, session.id)).toMatchObject([{ reason: how.reason }]);
});

eachEnding('after %s every bearer endpoint refuses the access token at once', async ([, how]) => {
  const begun = await begin();
  await how.end(begun);
  for (const route of routes.filter(isBehindSession)) {
    const answer = await callAs(begun.service, await senderOf(begun), route);
    expect(answer, route.route).toMatchObject(ended);
    // What is for the user's level alone asks once more, why there was no caller.
    expect(answer.trips, route.route).toBeLessThanOrEqual(route.path.startsWith('/api/users/me') ? 2 : 1);
    expect(answer.headers.get('WWW-Authenticate'), route.route).toMatch(/^Bearer .*error="invalid_token"/);
  }
});

async function senderOf({ service, owner, session, newest }: Begun): Promise<Sender> {
  const { id, accessToken } = session;
  const tokens = { access_token: accessToken, refresh_token: newest, session_id: id };
  const factors = await factorsOf(service, { id: decodeJwt(accessToken).sub ?? '', session_id: id });
  return { ...tokens, email: owner.email, known_device: '', request: 'none', ...factors };
}

test('a logout without any token is asked for one', async () => {
  const service = await startService();
  for (const options of [{}, { json: {} }]) {
    const answer = await service.call('POST', '/api/auth/logout', options);
    expect(answer).toMatchObject(problem(401, 'invalid-access-token', { retryable: false, discard: false }));
    expect(answer.trips).toBe(0);
    expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer/);
  }
});

test('a logout with a token that is none has nothing to do, which is what its sender wants', async () => {
  const { service, session, newest } = await begin();
  for (const token of ['forged', `${newest}x`, session.accessToken]) {
    expect(await logout(service, token)).toMatchObject({ status: 204, trips: 0 });
  }
  expect(await rowOf(service, session.id)).toMatchObject({ ended_at: null });
  service.clock.advance(31 * 24 * 60 * 60);
  expect(await logout(service, newest)).toMatchObject({ status: 204, trips: 0 });
});

test('a logout ends its own session alone, a logout of all those of its user alone', async () => {
  const mine = await begin();
  const { service, owner } = mine;
  const [other, third, stranger] = [
    await begin(service, owner),
    await begin(service, owner),
    await begin(service),
  ];
  await logout(service, mine.newest);
  expect(await refresh(service, other.newest)).toMatchObject({ status: 200 });
  await post(service, '/api/auth/logout-all', third.session);
  expect(await refresh(service, other.newest)).toMatchObject(ended);
  expect(await refresh(service, third.newest)).toMatchObject(ended);
  expect(await listed(service, other.session.id)).toMatchObject([{ jti: `${other.session.id}.3` }]);
  expect(await refresh(service, stranger.newest)).toMatchObject({ status: 200 });
  const later = await start(service, owner);
  expect(await refresh(service, later.refreshToken)).toMatchObject({ status: 200 });
});

test('another user’s session, one that never was and an id that is none are not there to be revoked', async () => {
  const { service, session } = await begin();
  const stranger = await begin(service);
  for (const id of [stranger.session.id, service.dependencies.newId(), 'x', `${session.id}'`, '\0']) {
    const answer = await service.call('DELETE', `/api/auth/sessions/${encodeURIComponent(id)}`, {
      bearer: session.accessToken,
    });
    expect(answer, id).toMatchObject(problem(404, 'not-found', { retryable: false, discard: false }));
  }
  expect(await refresh(service, stranger.newest)).toMatchObject({ status: 200 });
});

test('a session that was revoked already is revoked', async () => {
  const { service, owner, session } = await begin();
  const by = await start(service, owner);
  await revoke(service, by, session);
  await revoke(service, by, session);
  expect(await listed(service, session.id)).toHaveLength(1);
});
