// `latchkey/verify` with status lists: when it fetches one, how long it goes by it, and what it does without.

import { SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { issueAccessToken } from '../../src/tokens/issue.ts';
import { importKeySet, type KeySet } from '../../src/tokens/signing-keys.ts';
import { bitsOf, compress, statusListSize } from '../../src/tokens/status-list.ts';
import { issueStatusList } from '../../src/tokens/status-list-token.ts';
import { createVerifier, type VerifierOptions } from '../../src/verify/create-verifier.ts';
import { expected } from './forgeries.ts';
import { newKey } from './new-key.ts';

let keys: KeySet;
let nextKeys: KeySet;
beforeAll(async () => {
  const [one, two] = [await newKey(), await newKey()];
  keys = await importKeySet([one, two]);
  nextKeys = await importKeySet([two, one]);
});

const uri = (list: number | string) => `${expected.issuer}/status/${list}`;

/** A service with lists of its own, whose clock may be another one, and isolates that verify. */
function world() {
  let seconds = 1_800_000_000;
  let skew = 0;
  const ended = new Set<number>();
  const fetched: string[] = [];
  let answer: (url: string) => Promise<Response> = listNow;

  async function listNow(url: string, signing = keys, more: object = {}): Promise<Response> {
    const issuedAt = seconds + skew;
    const lst = await compress(bitsOf(ended));
    const claims = { uri: url, issuedAt, expiresAt: issuedAt + 300, ttl: 15, lst, ...more };
    return new Response(await issueStatusList(signing, claims));
  }

  const isolate = (status: VerifierOptions['status'] = true) =>
    createVerifier({
      ...expected,
      jwksUri: `https://auth.example.test/${crypto.randomUUID()}/jwks.json`,
      status,
      now: () => new Date(seconds * 1000),
      async fetch({ url }) {
        if (url.endsWith('jwks.json')) return Response.json({ keys: keys.publicKeys });
        fetched.push(url);
        return answer(url);
      },
    });

  return {
    ended,
    fetched,
    isolate,
    listNow,
    advance: (by: number) => {
      seconds += by;
    },
    skewBy: (by: number) => {
      skew = by;
    },
    answerWith: (instead: typeof answer) => {
      answer = instead;
    },
    /** A token of the session at this place, good for an hour. */
    token: (place: unknown, list: number | string = 0) =>
      tokenWith({ status_list: { idx: place, uri: typeof list === 'number' ? uri(list) : list } }, seconds),
    tokenWith: (status: unknown) => tokenWith(status, seconds),
  };
}

async function tokenWith(status: unknown, now: number): Promise<string> {
  const id = '019b0000-0000-7000-8000-000000000001';
  const { payload, header } = parts(
    await issueAccessToken(keys, {
      ...expected,
      clientId: 'app',
      userId: id,
      sessionId: id,
      role: 'user',
      tokenId: id,
      issuedAt: now,
      expiresAt: now + 3600,
    }),
  );
  return new SignJWT(status === undefined ? payload : { ...payload, status })
    .setProtectedHeader(header)
    .sign(keys.signing.key);
}

function parts(token: string) {
  const [header, payload] = token.split('.').map((part) => {
    try {
      return JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')));
    } catch {
      return undefined;
    }
  });
  return { header, payload };
}

const isEnded = { name: 'InvalidTokenError', reason: 'ended' };
const isInvalid = { name: 'InvalidTokenError', reason: 'invalid' };
const isUnavailable = { name: 'StatusUnavailableError' };
const down = () => Promise.reject(new TypeError('the network is down'));

test('a token is refused once its session is on the list, and one beside it is not', async () => {
  const { ended, isolate, token } = world();
  ended.add(70_001);
  const verify = isolate();
  await expect(verify(await token(70_001))).rejects.toMatchObject(isEnded);
  for (const place of [0, 70_000, 70_002, statusListSize - 1])
    expect((await verify(await token(place))).status?.status_list.idx).toBe(place);
});

test('a list is fetched once in 15 seconds, for any number of tokens', async () => {
  const { advance, ended, fetched, isolate, token } = world();
  const verify = isolate();
  const tokens = [await token(1), await token(2), await token(3, 1)];
  for (let second = 0; second < 60; second += 1) {
    await Promise.all(tokens.map((each) => verify(each)));
    advance(1);
  }
  expect(fetched.filter((url) => url === uri(1))).toHaveLength(4);
  // The first two came at once, and waited for nobody else's fetch.
  expect(fetched.filter((url) => url === uri(0))).toHaveLength(5);
  ended.add(1);
  await expect(verify(await token(1))).rejects.toMatchObject(isEnded);
});

test('an isolate that was idle fetches before it answers', async () => {
  const { advance, ended, fetched, isolate, token } = world();
  const verify = isolate();
  const presented = await token(1);
  await verify(presented);
  ended.add(1);
  advance(14.999);
  await verify(presented);
  advance(0.001);
  await expect(verify(presented)).rejects.toMatchObject(isEnded);
  // The list at hand would do for a fault; there is none.
  advance(100);
  const many = await Promise.allSettled([1, 2, 3].map(() => verify(presented)));
  expect(many.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(fetched).toHaveLength(5);
});

test('while one request fetches, others go on for a second; after that each fetches', async () => {
  const { advance, answerWith, fetched, isolate, listNow, token } = world();
  const verify = isolate();
  const presented = await token(1);
  await verify(presented);
  advance(15);
  const asked = Promise.withResolvers<void>();
  answerWith(async (url) => {
    await asked.promise;
    return listNow(url);
  });
  const first = verify(presented);
  await scheduler.wait(5);
  await Promise.all([1, 2, 3].map(() => verify(presented)));
  expect(fetched).toHaveLength(2);
  // The one who asked may have hung up: nobody waits for it.
  advance(1);
  answerWith(listNow);
  await verify(presented);
  expect(fetched).toHaveLength(3);
  asked.resolve();
  await first;
});

test.for([
  ['whose list is refused', down],
  ['that answers 503', async () => new Response(null, { status: 503 })],
  ['that sends elsewhere', async () => Response.redirect('https://evil.example.test/status/0')],
  ['that answers something else', async () => new Response('e30.e30.e30')],
] as const)('a service %s logs nobody out in four minutes, and ended sessions stay so', async ([, fault]) => {
  const { advance, answerWith, ended, fetched, isolate, listNow, token } = world();
  const verify = isolate();
  const [one, two] = [await token(1), await token(2)];
  ended.add(2);
  await verify(one);
  const before = fetched.length;
  advance(14);
  answerWith(fault);
  for (let second = 0; second < 240; second += 1) {
    await verify(one);
    await expect(verify(two)).rejects.toMatchObject(isEnded);
    advance(1);
  }
  // One request in five seconds tries.
  expect(fetched.length - before).toBeLessThan(50);
  expect(fetched.length - before).toBeGreaterThan(40);
  ended.add(1);
  answerWith(listNow);
  advance(5);
  await expect(verify(one)).rejects.toMatchObject(isEnded);
});

test('a list is used until it expires, and then it is 503 or accepted, as was chosen', async () => {
  const { advance, answerWith, ended, isolate, listNow, token } = world();
  const [refusing, accepting] = [isolate(), isolate({ whenUnavailable: 'accept' })];
  const [one, two] = [await token(1), await token(2)];
  ended.add(2);
  await Promise.all([refusing(one), accepting(one)]);
  answerWith(down);
  advance(299);
  await Promise.all([refusing(one), accepting(one)]);
  await expect(accepting(two)).rejects.toMatchObject(isEnded);
  advance(1);
  await expect(refusing(one)).rejects.toMatchObject(isUnavailable);
  await accepting(one);
  await accepting(two);
  advance(5);
  answerWith(listNow);
  await refusing(one);
  await expect(accepting(two)).rejects.toMatchObject(isEnded);
});

test('an isolate without a list answers 503, or accepts, and asks again every five seconds', async () => {
  const { advance, answerWith, fetched, isolate, token } = world();
  answerWith(down);
  const [refusing, accepting] = [isolate(), isolate({ whenUnavailable: 'accept' })];
  const presented = await token(1);
  for (let times = 0; times < 5; times += 1) {
    await expect(refusing(presented)).rejects.toMatchObject(isUnavailable);
    await accepting(presented);
    advance(1);
  }
  expect(fetched).toHaveLength(2);
  await expect(refusing(presented)).rejects.toMatchObject(isUnavailable);
  expect(fetched).toHaveLength(3);
});

test('it never goes back to an older list', async () => {
  const { advance, answerWith, ended, isolate, listNow, token } = world();
  const verify = isolate();
  const presented = await token(1);
  const old = await (await listNow(uri(0))).text();
  advance(1);
  ended.add(1);
  await expect(verify(presented)).rejects.toMatchObject(isEnded);
  answerWith(async () => new Response(old));
  for (let times = 0; times < 50; times += 1) {
    advance(5);
    await expect(verify(presented)).rejects.toMatchObject(isEnded);
  }
});

test.for([-240, -60, 60, 240])('a clock that is %s seconds off changes nothing', async (skew) => {
  const { advance, ended, fetched, isolate, skewBy, token } = world();
  skewBy(skew);
  const verify = isolate();
  const presented = await token(1);
  for (let second = 0; second < 30; second += 1) {
    await verify(presented);
    advance(1);
  }
  expect(fetched).toHaveLength(2);
  ended.add(1);
  await expect(verify(presented)).rejects.toMatchObject(isEnded);
});

test('a service whose clock was an hour ahead hides an ending for no longer than a list is used', async () => {
  const { advance, ended, isolate, skewBy, token } = world();
  skewBy(3600);
  const verify = isolate();
  const presented = await token(1);
  await verify(presented);
  skewBy(0);
  ended.add(1);
  advance(299);
  await verify(presented);
  advance(5);
  await expect(verify(presented)).rejects.toMatchObject(isEnded);
});

test('a clock of its own that was set back makes no list last longer', async () => {
  const { advance, ended, isolate, token } = world();
  const verify = isolate();
  const presented = await token(1);
  await verify(presented);
  ended.add(1);
  advance(-3);
  await expect(verify(presented)).rejects.toMatchObject(isEnded);
});

test('a token without a place is accepted until it expires, and causes no fetch', async () => {
  const { fetched, isolate, tokenWith } = world();
  await isolate()(await tokenWith(undefined));
  expect(fetched).toEqual([]);
});

test('a place out of bounds is refused', async () => {
  const { isolate, token } = world();
  const verify = isolate();
  for (const place of [statusListSize, statusListSize + 7, 2 ** 31, 2 ** 40, 2 ** 53 - 1])
    await expect(verify(await token(place))).rejects.toMatchObject(isInvalid);
});

test.for<[string, unknown]>([
  ['null', null],
  ['a text', 'active'],
  ['no list', {}],
  ['a list without a place', { status_list: { uri: uri(0) } }],
  ['a place below the first', { status_list: { idx: -1, uri: uri(0) } }],
  ['half a place', { status_list: { idx: 0.5, uri: uri(0) } }],
  ['a place in words', { status_list: { idx: '1', uri: uri(0) } }],
  ['a place beyond what numbers tell apart', { status_list: { idx: 2 ** 60, uri: uri(0) } }],
  ['no address', { status_list: { idx: 1 } }],
  ['another host', { status_list: { idx: 1, uri: 'https://evil.example.test/status/0' } }],
  ['a host that begins like ours', { status_list: { idx: 1, uri: `${expected.issuer}.evil.test/status/0` } }],
  ['another path', { status_list: { idx: 1, uri: `${expected.issuer}/api/users/me` } }],
  ['a path that leads out', { status_list: { idx: 1, uri: uri('../api/users/me') } }],
  ['a query', { status_list: { idx: 1, uri: uri('0?x=1') } }],
  ['no number', { status_list: { idx: 1, uri: uri('') } }],
])(
  'what is no place in a list of the issuer’s is refused, and nothing is fetched: %s',
  async ([, status]) => {
    const { fetched, isolate, tokenWith } = world();
    await expect(isolate()(await tokenWith(status))).rejects.toMatchObject(isInvalid);
    expect(fetched).toEqual([]);
  },
);

test('a list that is not of this address, of this form, or signed by this service is none', async () => {
  const { answerWith, isolate, listNow, token } = world();
  const stranger = await importKeySet([await newKey(keys.signing.kid)]);
  const bits = { bits: 2, lst: await compress(bitsOf([])) };
  const sign = (claims: object, typ = 'statuslist+jwt') =>
    new SignJWT({
      sub: uri(0),
      iat: 1_800_000_000,
      exp: 1_800_000_300,
      status_list: { ...bits, bits: 1 },
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', typ, kid: keys.signing.kid })
      .sign(keys.signing.key);
  const answers: Record<string, () => Promise<Response>> = {
    'of another list': () => listNow(uri(1)),
    'by another key': () => listNow(uri(0), stranger),
    'of another type': async () => new Response(await sign({}, 'JWT')),
    expired: async () => new Response(await sign({ exp: 1_800_000_000 - 6 })),
    'without an end': async () => new Response(await sign({ exp: undefined })),
    'without a beginning': async () => new Response(await sign({ iat: undefined })),
    'of two bits': async () => new Response(await sign({ status_list: bits })),
    'of nothing': async () => new Response(await sign({ status_list: undefined })),
    'not compressed': async () => new Response(await sign({ status_list: { bits: 1, lst: 'AAAA' } })),
  };
  for (const [name, answer] of Object.entries(answers)) {
    answerWith(answer);
    await expect(isolate()(await token(1)), name).rejects.toMatchObject(isUnavailable);
  }
  answerWith(async () => new Response(await sign({})));
  await isolate()(await token(1));
});

test('a key that signs from now on signs lists as well', async () => {
  const { answerWith, isolate, listNow, token } = world();
  answerWith((url) => listNow(url, nextKeys));
  await isolate()(await token(1));
});

test('without `status` nothing is fetched, and the place is among the claims', async () => {
  const { ended, fetched, isolate, token } = world();
  ended.add(1);
  const { status } = await isolate(false)(await token(1));
  expect(status).toEqual({ status_list: { idx: 1, uri: uri(0) } });
  expect(fetched).toEqual([]);
});
