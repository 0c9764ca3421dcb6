// Whether an answer's time or bytes say if somebody has the address: each kind of address beside one that nobody has.

import { percentile } from '../bench/figures.ts';
import { type AttackedService, newAddress, password } from './attacked-service.ts';
import { progress } from './concurrently.ts';
import { probabilityOfLonger, shuffled, straying } from './distributions.ts';
import { post } from './post.ts';

type Addresses = (service: AttackedService, count: number) => Promise<string[]> | string[];

const nobody: Addresses = (_service, count) => Array.from({ length: count }, newAddress);
const verified: Addresses = ({ newPeople }, count) => newPeople(count, { verified: true });
const unverified: Addresses = ({ newPeople }, count) => newPeople(count, { verified: false });

const paused: Addresses = async ({ newPeople, database }, count) => {
  const addresses = await newPeople(count, { verified: true });
  await database.query(
    `insert into login_attempts (address_hash, attempts, locked_until, expires_at)
     select encode(sha256(convert_to(address, 'UTF8')), 'hex'), 20, now() + interval '1 day', now() + interval '1 day'
     from unnest($1::text[]) address`,
    [addresses],
  );
  return addresses;
};

const exhausted: Addresses = async ({ newPeople, database }, count) => {
  const addresses = await newPeople(count, { verified: true });
  await database.query('update users set failed_sign_ins = 100 where email = any ($1)', [addresses]);
  return addresses;
};

type Sample = { readonly kind: string; readonly email: string; readonly request: string };

type Endpoint = {
  /** Where each sample gets its `request` first, outside of what is timed. */
  readonly asks?: 'register' | 'forgot-password';
  readonly body: (sample: Sample) => object;
  readonly kinds: Record<string, Addresses>;
};

const registering = { free: nobody, taken: verified, 'taken, not verified': unverified };
const forgetting = { 'unknown address': nobody, 'known address': verified };

/** The first kind of each is the one that the others are held against. Every sample has an address of its own. */
const endpoints: Record<string, Endpoint> = {
  login: {
    // Another one each time: one password and one salt are one walk through the memory, whose time is its own.
    body: ({ email }) => ({ email, password: `not ${email}` }),
    kinds: {
      'unknown address': nobody,
      'wrong password': verified,
      'in a pause': paused,
      'after 100 failures': exhausted,
      'not verified, wrong password': unverified,
    },
  },
  register: { body: ({ email }) => ({ email, password, name: 'Ada' }), kinds: registering },
  'forgot-password': { body: ({ email }) => ({ email }), kinds: forgetting },
  'resend-verification': { asks: 'register', body: ({ request }) => ({ request }), kinds: registering },
  // A wrong code, which all but one in a million are.
  'verify-email': {
    asks: 'register',
    body: ({ request }) => ({ request, code: '314159', password }),
    kinds: registering,
  },
  'reset-password': {
    asks: 'forgot-password',
    body: ({ request }) => ({ request, code: '31415926', password }),
    kinds: forgetting,
  },
};

type Plan = {
  readonly samples: number;
  readonly settleMilliseconds: number;
  readonly only: string | undefined;
};

export async function compareTimes(service: AttackedService, { samples, settleMilliseconds, only }: Plan) {
  for (const [name, { asks, body, kinds }] of Object.entries(endpoints)) {
    if (samples === 0 || (only && only !== name)) continue;
    for (const [order, runLength] of Object.entries(runLengths)) {
      const addresses: Sample[][] = [];
      for (const [kind, of] of Object.entries(kinds))
        addresses.push(await samplesOf(service, kind, await of(service, samples), asks));
      const warmUp = await samplesOf(service, '', await nobody(service, 20), asks);
      if (asks) await service.mailsHaveLeft(settleMilliseconds);
      await service.database.query('analyze');
      const send = (sample: Sample) => post(`${service.origins[0]}/api/auth/${name}`, body(sample));
      for (const sample of warmUp) await send(sample);

      const times = new Map<string, number[]>(Object.keys(kinds).map((kind) => [kind, []]));
      const shown = new Set<string>();
      const bar = progress(`${name}, ${order}`, samples * addresses.length);
      for (const sample of inRuns(addresses, runLength)) {
        if (settleMilliseconds > 0 && name !== 'login') await service.mailsHaveLeft(settleMilliseconds);
        const answer = await send(sample);
        times.get(sample.kind)?.push(answer.milliseconds);
        shown.add(answer.shown);
        bar.increment();
      }
      bar.stop();
      print(`${name}, ${order}`, { times, shown, runLength });
    }
  }
}

async function samplesOf(
  { origins }: AttackedService,
  kind: string,
  emails: readonly string[],
  asks: Endpoint['asks'],
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const email of emails) {
    const answer = asks && (await post(`${origins[0]}/api/auth/${asks}`, { email, name: 'Ada' }));
    samples.push({ kind, email, request: answer ? JSON.parse(answer.body).request : '' });
  }
  return samples;
}

/**
 * So many of a kind in a row, and the kinds in another order each time: what else the machine does, and how warm it is,
 * falls on all of them.
 */
const runLengths: Record<string, number> = { interleaved: 1, 'sequential, runs of 20': 20 };

function inRuns(kinds: Sample[][], length: number): Sample[] {
  const starts = (kinds[0] ?? []).flatMap((_, index) => (index % length ? [] : [index]));
  return starts.flatMap((start) => shuffled(kinds.map((kind) => kind.slice(start, start + length))).flat());
}

type Measured = {
  readonly times: ReadonlyMap<string, number[]>;
  readonly shown: ReadonlySet<string>;
  readonly runLength: number;
};

function print(title: string, { times, shown, runLength }: Measured): void {
  const [[, first] = ['', []]] = times;
  if (shown.size !== 1) process.exitCode = 1;
  console.log(`\n${title}: ${shown.size} different answer(s), bytes and headers`);
  const rows = [...times].map(([kind, samples]) => {
    const figures = {
      n: samples.length,
      'median, ms': Number(percentile(samples, 50).toFixed(2)),
      'p95, ms': Number(percentile(samples, 95).toFixed(2)),
    };
    if (samples === first) return [kind, figures];
    const [longer, chance] = [probabilityOfLonger(samples, first), straying(samples, first, runLength)].map(
      (probability) => probability.toFixed(3),
    );
    return [kind, { ...figures, 'P(longer)': longer, 'strays by': chance }];
  });
  console.table(Object.fromEntries(rows));
}
