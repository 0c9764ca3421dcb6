// Whether somebody has an account shows in no answer: not in its bytes, not in its round trips, not in its time.

import { expect, test } from 'vitest';
import { mailsAnHour } from '../../src/lifetimes.ts';
import { mailsTo, newAddress, password, type Service, startService } from '../service.ts';
import { registered } from './granted.ts';
import { timedPost } from './own-service.ts';
import { insertUsers } from './tables.ts';

const paths = ['/api/auth/register', '/api/auth/resend-verification', '/api/auth/forgot-password'] as const;

const bodyFor = (path: string, email: string) =>
  path.endsWith('register') ? { email, password, name: 'Ada' } : { email };

async function verified(service: Service): Promise<string> {
  const email = newAddress();
  await insertUsers(service, [email]);
  return email;
}

/** Somebody who has had all the mails that one person gets in an hour. */
async function pestered(service: Service, path: string): Promise<string> {
  const email = await verified(service);
  for (let mails = 0; mails < mailsAnHour; mails += 1) {
    service.clock.advance(1);
    await service.call('POST', path, { json: bodyFor(path, email) });
  }
  return email;
}

test.for(paths)('%s answers with the same bytes and round trips, whoever has the address', async (path) => {
  const service = await startService();
  const people = {
    nobody: newAddress(),
    somebody: await verified(service),
    unverified: (await registered(service)).email,
    pestered: await pestered(service, path),
  };
  const answers = [];
  for (const email of Object.values(people)) {
    service.clock.advance(1);
    const { status, text, headers, trips } = await service.call('POST', path, { json: bodyFor(path, email) });
    const shown = [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
    answers.push({ status, text, shown, trips });
  }
  expect(answers[0]).toMatchObject({ status: 202, text: '{}', trips: 1 });
  expect(answers).toEqual(Array(4).fill(answers[0]));
  const { length } = await mailsTo(people.pestered);
  expect(length).toBe(path.endsWith('resend-verification') ? 0 : mailsAnHour);
});

test.for(paths.map((path) => ({ path, samples: path.endsWith('register') ? 40 : 200 })))(
  '$path takes the same time, whoever has the address',
  { timeout: 60_000 },
  async ({ path, samples }) => {
    const service = await startService();
    answerAndDie(service);
    const addresses = Array.from({ length: samples }, newAddress);
    await insertUsers(service, addresses);
    const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
    for (const [index, known] of addresses.entries()) {
      // By turns, and each kind first as often as the other, so that what else the machine does falls on both.
      const turns = [['known', known] as const, ['unknown', newAddress()] as const];
      for (const [kind, email] of index % 2 ? turns : turns.reverse()) {
        const answer = await timedPost(service, path, bodyFor(path, email));
        times[kind].push(answer.milliseconds);
        await answer.settled;
      }
    }
    const [known, unknown] = [median(times.known), median(times.unknown)];
    // A hash costs 40 ms and a mail more. What is left is the noise of a busy machine.
    expect(Math.abs(known - unknown)).toBeLessThan(Math.max(5, 0.3 * Math.min(known, unknown)));
  },
);

test.for(paths.slice(1))(
  '%s has something to flush at the commit, also where there is nobody',
  async (path) => {
    // The databases of the tests flush nothing, so that their times cannot show it (src/database/mail-queue.ts says why).
    const service = await startService();
    const { transport } = service;
    const sent: string[] = [];
    service.transport = (input, init) => {
      sent.push(String(init?.body));
      return transport(input, init);
    };
    await service.call('POST', path, { json: { email: newAddress() } });
    expect(sent[0]).toContain('pg_logical_emit_message(true');
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
