import { afterEach, expect, test, vi } from 'vitest';
import { queryDeadlineMilliseconds } from '../../src/bounds.ts';
import { type Answer, password, type Service, startService } from '../service.ts';
import {
  newOwner,
  refresh,
  rowOf,
  type Session,
  start,
  successor,
  superseded,
  unavailable,
} from './driver.ts';
import { answering, faults, faulty, hanging, noFault } from './faulty-network.ts';

// Between the Worker and PostgreSQL anything may fail. What is safe to repeat is repeated once; nobody is logged out.

afterEach(() => {
  vi.restoreAllMocks();
});

type Begun = { service: Service; session: Session; other: Session };

async function begin(): Promise<Begun> {
  const service = await startService();
  const owner = await newOwner(service);
  return { service, session: await start(service, owner), other: await start(service, owner) };
}

type Call = { readonly status: number; readonly call: (begun: Begun) => Promise<Answer> };

/** Running any of these twice comes to the same. */
const repeatable: Record<string, Call> = {
  'a refresh': { status: 200, call: ({ service, session }) => refresh(service, session.refreshToken) },
  'a logout': {
    status: 204,
    call: ({ service, session }) => service.call('POST', '/api/auth/logout', { bearer: session.accessToken }),
  },
  'a revocation': {
    status: 204,
    call: ({ service, session, other }) =>
      service.call('DELETE', `/api/auth/sessions/${session.id}`, { bearer: other.accessToken }),
  },
  'a list of the devices': {
    status: 200,
    call: ({ service, session }) =>
      service.call('GET', '/api/auth/sessions', { bearer: session.accessToken }),
  },
  'a look at the user': {
    status: 200,
    call: ({ service, session }) => service.call('GET', '/api/users/me', { bearer: session.accessToken }),
  },
};

const logoutAll = ({ service, session }: Begun) =>
  service.call('POST', '/api/auth/logout-all', { bearer: session.accessToken });

const cases = Object.entries(faults).flatMap(([fault, how]) =>
  Object.entries(repeatable).map(([name, what]) => ({ fault, name, how, ...what })),
);

function expectUnavailable(answer: Answer) {
  expect(answer).toMatchObject(unavailable);
  expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]\d*$/);
  expect(answer.body.detail).toBeUndefined();
}

test.for(cases)(
  '$name that meets $fault once is repeated once, and succeeds',
  async ({ how, status, call }) => {
    const begun = await begin();
    const network = faulty(begun.service, [how]);
    expect(await call(begun)).toMatchObject({ status, trips: 2 });
    expect(network.requests).toBe(2);
  },
);

test.for(cases)(
  '$name that meets $fault twice is given up, and may be tried again',
  async ({ how, status, call }) => {
    const begun = await begin();
    const network = faulty(begun.service, [how, how]);
    expectUnavailable(await call(begun));
    expect(network.requests).toBe(2);
    expect(await call(begun)).toMatchObject({ status });
  },
);

test.for(Object.entries(faults))(
  'a logout of every session that meets %s is not repeated',
  async ([, how]) => {
    const begun = await begin();
    const network = faulty(begun.service, [how]);
    expectUnavailable(await logoutAll(begun));
    expect(network.requests).toBe(1);
  },
);

test.for(Object.entries(faults))(
  'the refresh that a client repeats after %s gets the one successor',
  async ([, how]) => {
    const begun = await begin();
    const { service, session } = begun;
    faulty(service, [how, how]);
    expectUnavailable(await refresh(service, session.refreshToken, 'the key of this call'));
    service.clock.advance(60 * 60);
    const answer = await refresh(service, session.refreshToken, 'the key of this call');
    expect(answer.status).toBe(200);
    expect(await rowOf(service, session.id)).toMatchObject({ generation: 1, ended_at: null });
  },
);

test('a refresh without a key in a session that has used one knows itself when its answer is lost on the way', async () => {
  const { service, session } = await begin();
  const next = await successor(refresh(service, session.refreshToken, 'the key of this call'));
  faulty(service, [faults['an answer lost after the commit']]);
  expect(await refresh(service, next)).toMatchObject({ status: 200, trips: 2 });
  // Nobody else is taken for it.
  expect(await refresh(service, next)).toMatchObject(superseded);
  expect(await rowOf(service, session.id)).toMatchObject({ generation: 2, ended_at: null });
});

test('a login whose first or second statement meets a fault starts one session', async () => {
  const service = await startService();
  const { email } = await newOwner(service, await service.dependencies.passwords.hash(password));
  const login = () => service.call('POST', '/api/auth/login', { json: { email, password } });
  const lost = faults['an answer lost after the commit'];
  const plans = [[lost], [noFault, lost], [noFault, faults['a refused connection']]];
  for (const [index, plan] of plans.entries()) {
    faulty(service, plan);
    const answer = await login();
    expect(answer).toMatchObject({ status: 200, trips: 3 });
    const { body } = await service.call('GET', '/api/auth/sessions', { bearer: answer.body.access_token });
    expect(body.data).toHaveLength(index + 1);
  }
});

test('every query has its deadline', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  const begun = await begin();
  timeout.mockClear();
  for (const { call } of Object.values(repeatable)) await call(begun);
  expect(timeout.mock.calls).toEqual(Object.values(repeatable).map(() => [queryDeadlineMilliseconds]));
});

test('a database that never answers is given up at the deadline, twice', async () => {
  const { service, session } = await begin();
  service.transport = (input, init) => hanging(() => fetch(input, init), init);
  const before = Date.now();
  expectUnavailable(await refresh(service, session.refreshToken));
  const elapsed = Date.now() - before;
  expect(elapsed).toBeGreaterThan(2 * queryDeadlineMilliseconds - 500);
  expect(elapsed).toBeLessThan(2 * queryDeadlineMilliseconds + 5_000);
});

test('what Postgres says against a statement itself is no fault of the network', async () => {
  const { service, session } = await begin();
  const network = faulty(service, [answering(400, { code: '42P01', message: 'no such table' })]);
  const answer = await refresh(service, session.refreshToken);
  expect(answer).toMatchObject({ status: 500, body: { discard_credentials: false } });
  expect(answer.text).not.toContain('no such table');
  expect(network.requests).toBe(1);
});
