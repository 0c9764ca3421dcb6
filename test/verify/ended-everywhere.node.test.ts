import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type ServedWorker, startServedWorker } from '../../src/local/served-worker.ts';
import { type Front, startFront } from '../stack/front.ts';
import { inMovedTime, movedTime } from '../stack/moved-time.ts';
import { servedBindings } from '../stack/served-bindings.ts';
import { newTestDatabase } from '../stack/test-database.ts';
import { createResource } from './resource/resource.ts';
import { password, someone } from './someone.ts';

// A lost phone is locked out at every service: Latchkey, two Workers, each in a workerd of its own, and a Node service, all as
// production bundles or as they are installed. Time is moved for all of them.

const audience = 'https://api.example.test';
const minute = 60;
/** The contract's promise is 30. */
const mostSeconds = 26;

type Tokens = { readonly access_token: string; readonly session_id: string };

const time = movedTime();
/** Requests that reach Latchkey, from whomever. */
let asked = 0;
let front: Front;
let latchkey: ServedWorker;
const running: ServedWorker[] = [];
/** What each service answers to a token. */
let services: Record<string, (tokens: Tokens) => Promise<number>>;
let email: string;

beforeAll(async () => {
  front = await startFront(() => {
    asked += 1;
    return time.headers();
  });
  latchkey = await startServedWorker(
    {
      ...servedBindings(await newTestDatabase(inject('databaseUrl'))),
      ISSUER: front.origin,
      AUDIENCE: audience,
    },
    { before: inMovedTime },
  );
  running.push(latchkey);
  front.use(latchkey.origin);
  const settings = { ISSUER: front.origin, AUDIENCE: audience };
  const options = { before: inMovedTime, settingsFile: 'test/verify/resource/wrangler.toml' };
  const [one, two] = [await startServedWorker(settings, options), await startServedWorker(settings, options)];
  running.push(one, two);
  const node = createResource({
    issuer: front.origin,
    audience,
    status: true,
    now: () => new Date(Number(Object.values(time.headers())[0])),
  });
  const headersOf = ({ access_token }: Tokens) => ({
    ...time.headers(),
    Authorization: `Bearer ${access_token}`,
  });
  services = {
    'a Worker': async (tokens) => (await fetch(one.origin, { headers: headersOf(tokens) })).status,
    'another Worker': async (tokens) => (await fetch(two.origin, { headers: headersOf(tokens) })).status,
    'a Node service': async (tokens) =>
      (await node.fetch(new Request('http://localhost', { headers: headersOf(tokens) }))).status,
  };
  email = await someone(post);
});
afterAll(async () => {
  await Promise.all(running.map((worker) => worker.stop()));
  front.stop();
});

function post(path: string, body: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(`${front.origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const signIn = async () => (await (await post('/api/auth/login', { email, password })).json()) as Tokens;

const withToken = ({ access_token }: Tokens) => ({ headers: { Authorization: `Bearer ${access_token}` } });

async function everywhere(tokens: Tokens): Promise<Record<string, number>> {
  const answers = Object.entries(services).map(async ([name, ask]) => [name, await ask(tokens)]);
  return Object.fromEntries(await Promise.all(answers));
}

const all = (status: number) => Object.fromEntries(Object.keys(services).map((name) => [name, status]));

/** Asks every service each second. @returns after how many each refused for good. */
async function secondsToRefusal(tokens: Tokens): Promise<number[]> {
  const refusedAt = new Map<string, number>();
  for (let second = 0; second <= mostSeconds; second += 1) {
    for (const [name, status] of Object.entries(await everywhere(tokens))) {
      if (status === 401 && !refusedAt.has(name)) refusedAt.set(name, second);
      else if (status !== 401) expect([name, second, status]).toEqual([name, second, 200]);
      // Refused once is refused for good.
      if (refusedAt.has(name)) expect([name, second, status]).toEqual([name, second, 401]);
    }
    time.advance(1);
  }
  return Object.keys(services).map((name) => refusedAt.get(name) ?? Number.POSITIVE_INFINITY);
}

test('a revoked phone is refused everywhere, and the laptop beside it nowhere', async () => {
  const [phone, laptop] = [await signIn(), await signIn()];
  expect(await everywhere(phone)).toEqual(all(200));
  const revoked = await fetch(`${front.origin}/api/auth/sessions/${phone.session_id}`, {
    method: 'DELETE',
    ...withToken(laptop),
  });
  expect(revoked.status).toBe(204);
  expect((await fetch(`${front.origin}/api/users/me`, withToken(phone))).status).toBe(401);
  const seconds = await secondsToRefusal(phone);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(mostSeconds);
  expect(await everywhere(laptop)).toEqual(all(200));
});

test('a logout at the very moment when lists are read is seen as any other', async () => {
  for (let round = 0; round < 6; round += 1) {
    const phone = await signIn();
    await everywhere(phone);
    // Lists are fetched and read anew with the next request.
    time.advance(15);
    const logout = () => fetch(`${front.origin}/api/auth/logout`, { method: 'POST', ...withToken(phone) });
    await Promise.all(round % 2 === 0 ? [everywhere(phone), logout()] : [logout(), everywhere(phone)]);
    expect(Math.max(...(await secondsToRefusal(phone)))).toBeLessThanOrEqual(mostSeconds);
  }
});

test('services ask Latchkey for a list each 15 seconds, and for no request of theirs', async () => {
  const laptop = await signIn();
  await everywhere(laptop);
  let [requests, lists] = [0, 0];
  for (let second = 0; second < minute; second += 1) {
    const [before, began] = [asked, performance.now()];
    const answers = await Promise.all(Array.from({ length: 10 }, () => everywhere(laptop)));
    for (const answer of answers) expect(answer).toEqual(all(200));
    requests += 10 * Object.keys(services).length;
    await front.answered();
    // The rest of the ten asks as well for a list that takes a second, as it does on a busy machine.
    if (performance.now() - began < 1_000) lists += asked - before;
    time.advance(1);
  }
  expect(requests).toBe(1800);
  expect(lists).toBeLessThanOrEqual((minute / 15 + 1) * Object.keys(services).length);
});

test('Latchkey away for four minutes logs nobody out, and what ended stays so', async () => {
  const [phone, laptop] = [await signIn(), await signIn()];
  await fetch(`${front.origin}/api/auth/logout`, { method: 'POST', ...withToken(phone) });
  await secondsToRefusal(phone);
  front.use(await nobody());
  for (let second = 0; second < 4 * minute; second += 2) {
    expect(await everywhere(laptop)).toEqual(all(200));
    expect(await everywhere(phone)).toEqual(all(401));
    time.advance(2);
  }
  // Away for longer: nobody can tell, and nobody is signed out for it.
  time.advance(2 * minute);
  expect(await everywhere(laptop)).toEqual(all(503));
  front.use(latchkey.origin);
  time.advance(5);
  expect(await everywhere(laptop)).toEqual(all(200));
  expect(await everywhere(phone)).toEqual(all(401));
});

/** The address of a service that is away. */
function nobody(): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, 'localhost', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(`http://localhost:${port}`));
    });
  });
}
