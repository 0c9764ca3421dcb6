// What status lists cost: bytes and time of a list at one and ten million sessions, Postgres's plans, and the CPU of a request
// in the verifier: `npx node test/bench/status-lists.ts`.

import type pg from 'pg';
import { purgeExpired } from '../../src/features/purge/statements.ts';
import { countLists, endedPlaces } from '../../src/features/status/statements.ts';
import { endedStatusKeptSeconds } from '../../src/status-lifetimes.ts';
import { issueAccessToken } from '../../src/tokens/issue.ts';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { bitsOf, compress, statusListSize, statusListUri } from '../../src/tokens/status-list.ts';
import { issueStatusList } from '../../src/tokens/status-list-token.ts';
import { createVerifier } from '../../src/verify/create-verifier.ts';
import { createStatusLists } from '../../src/verify/status-list.ts';
import { newKey } from '../verify/new-key.ts';
import { databaseOf, type Statements, showPlans } from './plans.ts';

const lists = 10;
const tokenSeconds = 900;
const issuer = 'https://auth.example.test';
const keys = await importKeySet([await newKey()]);

/** Sessions of a list that end while a token is out: 1.6 % in a day, and as when everybody signs out at once. */
const rates = { ordinary: 174, 'one in a hundred': 10_486, everybody: statusListSize } as const;

const keptSeconds = tokenSeconds + endedStatusKeptSeconds;

/** So many endings a list within the life of a token, and at this rate for as long as they are kept. */
const endings = (lists: number, count: number) => `
  truncate ended_statuses;
  insert into ended_statuses (status_index, listed_at)
  select list * ${statusListSize}::bigint + floor(random() * ${statusListSize})::bigint, now() - random() * ${keptSeconds} * interval '1 second'
  from generate_series(0, ${lists - 1}) list cross join generate_series(1, ${Math.round((count * keptSeconds) / tokenSeconds)}) on conflict do nothing;`;

const fill = `
  insert into status_lists (number) select generate_series(0, ${lists - 1});
  insert into token_lifetimes values (${tokenSeconds}, now());
  ${endings(lists, rates['one in a hundred'])}`;

const statements: Statements = {
  'a list, 10 million sessions, one in a hundred has ended': (database) =>
    endedPlaces(database, { list: 4, tokenSeconds }),
  'how many lists': (database) => countLists(database),
  'purge, a batch of endings': (database) =>
    purgeExpired(database, 'ended_statuses', new Date(), tokenSeconds),
};

const median = (numbers: readonly number[]) =>
  numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? 0;

async function timed(work: () => Promise<unknown>, times = 9): Promise<number> {
  const taken: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return Number(median(taken).toFixed(2));
}

async function showBuilding(client: pg.Client): Promise<void> {
  const database = databaseOf(client);
  const rows: Record<string, Record<string, number>> = {};
  for (const [rate, count] of Object.entries(rates)) {
    await client.query(
      count < statusListSize
        ? endings(lists, count)
        : // One list: the others are alike.
          `truncate ended_statuses; insert into ended_statuses (status_index)
           select 4 * ${statusListSize}::bigint + n from generate_series(0, ${statusListSize - 1}) n`,
    );
    await client.query('vacuum analyze ended_statuses');
    const { places } = await endedPlaces(database, { list: 4, tokenSeconds });
    const lst = await compress(bitsOf(places));
    const claims = { uri: statusListUri(issuer, 4), issuedAt: 0, expiresAt: 300, ttl: 15, lst };
    const token = await issueStatusList(keys, claims);
    rows[rate] = {
      'set bits': places.length,
      'bytes, compressed': (lst.length * 3) >> 2,
      'bytes of a list': token.length,
      'bytes of ten': token.length * lists,
      'statement, ms': await timed(() => endedPlaces(database, { list: 4, tokenSeconds })),
      'bits and compression, ms': await timed(() => compress(bitsOf(places))),
      'signature, ms': await timed(() => issueStatusList(keys, claims)),
    };
  }
  console.log('\nA list of 2^20 sessions, of which so many have ended within the life of a token');
  console.table(rows);
}

async function showSignIns(client: pg.Client): Promise<void> {
  const count = 20_000;
  const milliseconds = await timed(
    () => client.query(`select count(next_status_index()) from generate_series(1, ${count})`),
    3,
  );
  console.log(`\nA place costs a sign-in ${((milliseconds / count) * 1000).toFixed(0)} µs in Postgres`);
}

/** Beside the signature's check, which every request has. */
async function showVerifier(): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const lst = await compress(
    bitsOf(Array.from({ length: 10_486 }, (_, n) => (n * 654_321) % statusListSize)),
  );
  const list = { uri: statusListUri(issuer, 0), issuedAt: now, expiresAt: now + 300, ttl: 15, lst };
  const answers: Record<string, string> = {
    [list.uri]: await issueStatusList(keys, list),
    [`${issuer}/.well-known/jwks.json`]: JSON.stringify({ keys: keys.publicKeys }),
  };
  const fetch = async ({ url }: Request) => new Response(answers[url]);
  const id = '019b0000-0000-7000-8000-000000000001';
  const token = await issueAccessToken(keys, {
    issuer,
    audience: 'api',
    clientId: 'app',
    userId: id,
    sessionId: id,
    role: 'user',
    tokenId: id,
    issuedAt: now,
    expiresAt: now + 900,
    statusIndex: 5,
  });
  const key = keys.verifying.get(keys.signing.kid);
  if (!key) throw new Error('no key');
  const statusOf = createStatusLists({
    issuer,
    keys: async () => key,
    fetch,
    now: () => new Date(),
    whenUnavailable: 'refuse',
  });
  const claims = { status: { status_list: { idx: 5, uri: list.uri } } };
  const without = createVerifier({ issuer, audience: 'api', fetch });
  const withLists = createVerifier({ issuer, audience: 'api', fetch, status: true });
  const microseconds = async (count: number, work: () => Promise<unknown>) => {
    await work();
    const { user, system } = process.cpuUsage();
    for (let time = 0; time < count; time += 1) await work();
    const used = process.cpuUsage();
    return Number(((used.user + used.system - user - system) / count).toFixed(2));
  };
  console.log('\nCPU of a request in the verifier, µs');
  console.table({
    'the look at the list': await microseconds(500_000, () => statusOf(claims)),
    'a whole check without lists': await microseconds(10_000, () => without(token)),
    'a whole check with lists': await microseconds(10_000, () => withLists(token)),
  });
}

await showPlans({
  name: 'latchkey_status_plans',
  fill,
  statements,
  async after(client) {
    await showBuilding(client);
    await showSignIns(client);
    await showVerifier();
  },
});
