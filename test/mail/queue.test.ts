// The statement that causes a mail queues it, and the request that caused it never waits for a mail server.

import { expect, test } from 'vitest';
import { mailClaimSeconds } from '../../src/bounds.ts';
import { deliverMails, deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import { codeIn, linkIn, mailsTo, newAddress, type Service } from '../service.ts';
import { breakMail, deadSmtpUrl } from './mail-server.ts';
import { complaints, startOwnService, startSecondIsolate, timedPost } from './own-service.ts';
import { dump, insertUsers, newPerson, queued } from './tables.ts';

const forgot = (service: Service, email: string) =>
  service.call('POST', '/api/auth/forgot-password', { json: { email } });

/** The isolate dies right after its answer: the database hears nothing more of it. */
function dieAfterTheAnswer(service: Service): () => void {
  const { transport } = service;
  let isAnswered = false;
  service.transport = (input, init) => {
    if (isAnswered) return Promise.reject(new Error('this isolate is dead'));
    isAnswered = true;
    return transport(input, init);
  };
  return () => {
    service.transport = transport;
  };
}

test('the statement that causes a mail writes its row, with kind and person and no secret', async () => {
  const service = await startOwnService();
  const email = newAddress();
  dieAfterTheAnswer(service);
  const answer = await service.call('POST', '/api/auth/register', { json: { email, name: 'Ada' } });
  expect(answer).toMatchObject({ status: 202, trips: 1 });

  const reader = await startSecondIsolate(service);
  const now = service.clock.now.toISOString();
  expect(await queued(reader, email)).toEqual([
    expect.objectContaining({
      kind: 'verify-email',
      attempts: 0,
      created_at: now,
      due_at: now,
      sent_at: null,
      failed_at: null,
    }),
  ]);
  // No link and no code exist yet: nothing but the person and the mail is there, and it can still be sent.
  expect((await dump(reader)).filter((row) => row.startsWith('mailed_grants'))).toEqual([]);
  await deliverWaitingMails(reader.dependencies);
  const [mail] = await mailsTo(email, 1);
  const rows = (await dump(reader)).join('\n');
  expect(rows).not.toContain(linkIn(mail).searchParams.get('token'));
});

test('right after the answer the mail is claimed, granted, sent and marked', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  const answer = await timedPost(service, '/api/auth/forgot-password', { email });
  await answer.settled;
  expect(await queued(service, email)).toEqual([
    expect.objectContaining({
      kind: 'reset-password',
      attempts: 1,
      sent_at: service.clock.now.toISOString(),
    }),
  ]);
  const [mail] = await mailsTo(email, 1);
  expect(linkIn(mail).href).toMatch(/^https:\/\/app\.example\.test\/reset-password\?token=p[\w-]{43}$/);
  expect(codeIn(mail)).toMatch(/^\d{8}$/);
  expect((await dump(service)).filter((row) => row.startsWith('mailed_grants'))).toHaveLength(1);
  expect(complaints(service)).toEqual([]);
});

test.for(['slow', 'refuse-recipient', 'temporary-failure', 'close-midway', 'lose-answer'] as const)(
  'a mail server that answers with %s changes neither the answer nor its time',
  async (kind) => {
    const service = await startOwnService();
    const [healthy, faulty] = [newAddress(), newAddress()];
    await insertUsers(service, [healthy, faulty]);
    await breakMail(faulty, kind, 1500);
    await timedPost(service, '/api/auth/forgot-password', { email: newAddress() });
    const usual = await timedPost(service, '/api/auth/forgot-password', { email: healthy });
    await usual.settled;
    const answer = await timedPost(service, '/api/auth/forgot-password', { email: faulty });
    expect([answer.status, answer.text.length]).toEqual([usual.status, usual.text.length]);
    expect(answer.milliseconds).toBeLessThan(1000);
    await answer.settled;
    const [row] = await queued(service, faulty);
    expect(row?.sent_at === null).toBe(kind !== 'slow');
  },
);

test('a mail server that is down changes neither the answer nor its time, whatever causes the mail', async () => {
  const service = await startOwnService({ SMTP_URL: deadSmtpUrl });
  const [email, { email: forgetful }] = [newAddress(), await newPerson(service)];
  const registered = await timedPost(service, '/api/auth/register', { email, name: 'Ada' });
  await registered.settled;
  const { request } = JSON.parse(registered.text);
  for (const [path, json] of [
    ['/api/auth/resend-verification', { request }],
    ['/api/auth/forgot-password', { email: forgetful }],
  ] as const) {
    service.clock.advance(1);
    const answer = await timedPost(service, path, json);
    expect([answer.status, Object.keys(JSON.parse(answer.text))]).toEqual([
      202,
      ['request', 'expires_in', 'code_length', 'resend_after'],
    ]);
    expect(answer.milliseconds).toBeLessThan(1000);
    await answer.settled;
  }
  const waiting = [...(await queued(service, email)), ...(await queued(service, forgetful))];
  expect(waiting.map(({ kind, sent_at }) => [kind, sent_at])).toEqual([
    ['verify-email', null],
    ['verify-email', null],
    ['reset-password', null],
  ]);
  expect(complaints(service)).toEqual(Array(3).fill(['warn', 'mail-postponed']));
  // What failed is said without the person and without the secrets.
  for (const person of [email, forgetful]) expect(JSON.stringify(service.logged)).not.toContain(person);
});

test('the answer is there before the mail has left', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  const answer = await timedPost(service, '/api/auth/forgot-password', { email });
  expect(await mailsTo(email)).toEqual([]);
  await answer.settled;
  expect(await mailsTo(email)).toHaveLength(1);
});

test('a mail that was queued by an isolate which died is sent by another', async () => {
  const service = await startOwnService();
  const { email } = await newPerson(service);
  service.clock.advance(1);
  dieAfterTheAnswer(service);
  await forgot(service, email);
  const other = await startSecondIsolate(service);
  await deliverWaitingMails(other.dependencies);
  expect((await mailsTo(email)).map(({ subject }) => subject)).toEqual([expect.stringContaining('Reset')]);
});

test('the claim of an isolate that died is taken over after the claim time, not before', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  const revive = dieAfterTheAnswer(service);
  await forgot(service, email);
  revive();
  // It claims, and nothing it does afterwards reaches anybody.
  const { transport } = service;
  let isClaimed = false;
  service.transport = async (input, init) => {
    if (isClaimed) throw new Error('this isolate is dead');
    const answer = await transport(input, init);
    isClaimed = true;
    return answer;
  };
  expect(await deliverMails(service.dependencies)).toBe(1);

  const other = await startSecondIsolate(service);
  service.clock.advance(mailClaimSeconds - 0.001);
  expect(await deliverMails(other.dependencies)).toBe(0);
  expect(await mailsTo(email)).toEqual([]);
  service.clock.advance(0.001);
  expect(await deliverMails(other.dependencies)).toBe(1);
  expect(await mailsTo(email)).toHaveLength(1);
  expect(await queued(other, email)).toEqual([
    expect.objectContaining({ attempts: 2, sent_at: service.clock.now.toISOString() }),
  ]);
});

test('a queue that cannot be reached is an error in the log and nothing else', async () => {
  const service = await startOwnService();
  service.transport = () => Promise.reject(new Error('no network'));
  await deliverWaitingMails(service.dependencies);
  expect(complaints(service)).toEqual([['error', 'mail-queue-unreachable']]);
});
