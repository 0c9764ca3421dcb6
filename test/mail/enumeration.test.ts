// Whether somebody has an account shows in no answer: not in its bytes, not in its round trips, not in its time.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { addressHash } from '../../src/authentication/destinations.ts';
import { mailsPerHour } from '../../src/lifetimes.ts';
import { mailsTo, newAddress, type Service, startService } from '../service.ts';
import { registered } from './granted.ts';
import { timedPost } from './own-service.ts';
import { insertImported, insertUsers } from './tables.ts';

type Ask = { readonly path: string; readonly json: object };
/** What is sent for an address, after what has to come before it. */
type Asking = (service: Service, email: string) => Promise<Ask>;

const asking: { readonly [name: string]: Asking } = {
  register: async (_, email) => ({ path: '/api/auth/register', json: { email, name: 'Ada' } }),
  forgot: async (_, email) => ({ path: '/api/auth/forgot-password', json: { email } }),
  'email-code': async (_, email) => ({ path: '/api/auth/email-code', json: { email } }),
  'resend for a registration': (service, email) => resendAfter(service, 'register', email),
  'resend for a reset': (service, email) => resendAfter(service, 'forgot', email),
  'resend for a sign-in': (service, email) => resendAfter(service, 'email-code', email),
};

async function ask(name: string, service: Service, email: string): Promise<Ask> {
  const asked = await asking[name]?.(service, email);
  if (!asked) throw new Error(`Nobody asks by ${name}`);
  return asked;
}

async function resendAfter(
  service: Service,
  first: 'register' | 'forgot' | 'email-code',
  email: string,
): Promise<Ask> {
  const { path, json } = await ask(first, service, email);
  const { body } = await service.call('POST', path, { json });
  return { path: '/api/auth/resend-verification', json: { request: body.request } };
}

async function verified(service: Service): Promise<string> {
  const email = newAddress();
  await insertUsers(service, [email]);
  return email;
}

async function imported(service: Service): Promise<string> {
  const email = newAddress();
  await insertImported(service, email);
  return email;
}

test.for(Object.entries(asking))(
  '%s answers with the same shape and round trips, whoever has the address and however often it was asked',
  async ([, asked]) => {
    const service = await startService({ EMAIL_CODES: 'true' });
    const people = [
      newAddress(),
      await verified(service),
      await imported(service),
      (await registered(service)).email,
    ];
    const asks = await Promise.all(people.map((email) => asked(service, email)));
    const answers = [];
    for (let time = 0; time < mailsPerHour + 2; time += 1) {
      service.clock.advance(1);
      // The last of them has had a mail more than the others.
      const ofTheTime = [];
      for (const ask of asks.slice(0, time < 2 ? 4 : 3)) ofTheTime.push(await shown(service, ask));
      expect(ofTheTime).toEqual(Array(ofTheTime.length).fill(ofTheTime[0]));
      answers.push(...ofTheTime);
    }
    expect(answers[0]).toMatchObject({ status: 202, trips: 1 });
    const somebody = await mailsTo(people[1] ?? '');
    expect(somebody.length).toBeGreaterThan(0);
    expect(somebody.length).toBeLessThanOrEqual(mailsPerHour);
  },
);

/** All that an answer shows but the handle, of which it shows how long it is. */
async function shown(service: Service, { path, json }: Ask) {
  const { status, body, headers, trips } = await service.call('POST', path, { json });
  const lines = [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
  return { status, trips, lines, body: { ...body, request: body.request.length } };
}

test.for(Object.entries(asking))('%s takes the same time, whoever has the address', async ([name, asked]) => {
  const samples = name.startsWith('resend') ? 100 : 200;
  const service = await startService({ EMAIL_CODES: 'true' });
  answerAndDie(service);
  const addresses = Array.from({ length: samples }, newAddress);
  await insertUsers(service, addresses);
  const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
  for (const [index, known] of addresses.entries()) {
    // By turns, and each kind first as often as the other, so that what else the machine does falls on both.
    const turns = [['known', known] as const, ['unknown', newAddress()] as const];
    for (const [kind, email] of index % 2 ? turns : turns.reverse()) {
      const { path, json } = await asked(service, email);
      const answer = await timedPost(service, path, json);
      times[kind].push(answer.milliseconds);
      await answer.settled;
    }
  }
  const [known, unknown] = [median(times.known), median(times.unknown)];
  // A hash costs 40 ms and a mail more. What is left is the noise of a busy machine.
  expect(Math.abs(known - unknown)).toBeLessThan(Math.max(5, 0.3 * Math.min(known, unknown)));
});

test.for([
  ['register', true],
  ['forgot', false],
  ['email-code', true],
] as const)(
  '%s writes a request where there is nobody, so that a commit has something to flush; it keeps the address: %s',
  async ([name, isKept]) => {
    const service = await startService({ EMAIL_CODES: 'true' });
    const email = newAddress();
    const { path, json } = await ask(name, service, email);
    await service.call('POST', path, { json });
    const rows = await service.dependencies.database.query(
      sql`select email, user_id from email_requests where address_hash = ${addressHash(email)}`,
      { repeatable: true },
    );
    expect(rows).toEqual([{ email: isKept ? email : null, user_id: null }]);
  },
);

/** Leaves the mails in the queue, where they do not compete with the next request for the machine. */
function answerAndDie(service: Service): void {
  const { transport } = service;
  service.transport = (input, init) =>
    String(init?.body).includes('for update skip locked')
      ? Promise.reject(new Error('this isolate is dead'))
      : transport(input, init);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
