// What a mail server's fault left behind is tried again after growing pauses, and in the end given up.

import { expect, test } from 'vitest';
import { mailRetrySeconds } from '../../src/bounds.ts';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import {
  linkIn,
  mailsTo,
  newAddress,
  password,
  type ReceivedMail,
  type Service,
  signIn,
} from '../service.ts';
import { breakMail, deadSmtpUrl, mendMail } from './mail-server.ts';
import { complaints, startOwnService, startSecondIsolate } from './own-service.ts';
import { insertUsers, newPerson, queued } from './tables.ts';

const otherPassword = 'velvet sparrow tunnel mint';

const forgot = (service: Service, email: string) =>
  service.call('POST', '/api/auth/forgot-password', { json: { email } });

const tokenIn = (mail: ReceivedMail | undefined) => linkIn(mail).searchParams.get('token');

const reset = (service: Service, mail: ReceivedMail | undefined) =>
  service.call('POST', '/api/auth/reset-password', {
    json: { token: tokenIn(mail), password: otherPassword },
  });

/** What the cron trigger does about mails, after so many seconds. */
async function cron(service: Service, secondsLater = 0): Promise<void> {
  service.clock.advance(secondsLater);
  await deliverWaitingMails(service.dependencies);
}

test('a failed mail is tried again after each of the pauses, and not before', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  await breakMail(email, 'temporary-failure');
  await forgot(service, email);
  const attempts = async () => (await queued(service, email))[0]?.attempts;
  for (const [index, pause] of mailRetrySeconds.entries()) {
    expect(await attempts()).toBe(index + 1);
    await cron(service, pause - 0.001);
    expect(await attempts()).toBe(index + 1);
    await cron(service, 0.001);
  }
  expect(mailRetrySeconds).toEqual([...mailRetrySeconds].sort((a, b) => a - b));
});

test('after the last pause a mail is given up with an error in the log, and is not tried again', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  await breakMail(email, 'temporary-failure');
  await forgot(service, email);
  for (const pause of mailRetrySeconds) await cron(service, pause);
  const tries = mailRetrySeconds.length + 1;
  const [row] = await queued(service, email);
  expect(row).toMatchObject({ attempts: tries, sent_at: null, failed_at: service.clock.now.toISOString() });
  expect(complaints(service)).toEqual([
    ...Array(tries - 1).fill(['warn', 'mail-postponed']),
    ['error', 'mail-given-up'],
  ]);
  expect(service.logged.at(-1)?.fields).toMatchObject({
    mail_id: row?.id,
    kind: 'reset-password',
    attempts: tries,
  });

  await mendMail(email);
  await cron(service, 48 * 60 * 60);
  expect(await mailsTo(email)).toEqual([]);
  expect(await queued(service, email)).toEqual([row]);
});

test('a mail that the server will never take for this person is given up at once', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  await breakMail(email, 'refuse-recipient');
  await forgot(service, email);
  expect(await queued(service, email)).toEqual([
    expect.objectContaining({ attempts: 1, failed_at: service.clock.now.toISOString() }),
  ]);
  expect(complaints(service)).toEqual([['error', 'mail-given-up']]);
});

test('a mail whose connection was closed midway is tried again and arrives', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  await breakMail(email, 'close-midway');
  await forgot(service, email);
  expect(await mailsTo(email)).toEqual([]);
  await mendMail(email);
  await cron(service, 60);
  expect(await reset(service, (await mailsTo(email, 1))[0])).toMatchObject({ status: 204 });
});

test('a mail to somebody whose account is gone disappears with it', async () => {
  const service = await startOwnService();
  const { email } = await newPerson(service);
  const { access_token: bearer } = await signIn(service, email);
  service.clock.advance(1);
  await breakMail(email, 'temporary-failure');
  await forgot(service, email);
  expect(await service.call('DELETE', '/api/users/me', { bearer, json: { password } })).toMatchObject({
    status: 204,
  });
  await mendMail(email);
  await cron(service, 24 * 60 * 60);
  // Nothing but the word that it is gone.
  expect((await mailsTo(email)).map(({ subject }) => subject)).toEqual([
    expect.stringContaining('was deleted'),
  ]);
  expect(new Set(complaints(service).map(([, event]) => event))).toEqual(new Set(['mail-postponed']));
});

test('after an outage of an hour the cron trigger sends the whole backlog, each mail once', async () => {
  const down = await startOwnService({ SMTP_URL: deadSmtpUrl });
  const emails = Array.from({ length: 100 }, newAddress);
  await insertUsers(down, emails);
  for (const email of emails) await forgot(down, email);
  for (let minute = 0; minute < 60; minute += 1) await cron(down, 60);

  const back = await startSecondIsolate(down);
  const longestWait = Math.max(...mailRetrySeconds.filter((pause) => pause <= 60 * 60));
  for (let minutes = 0; minutes * 60 < longestWait; minutes += 5) await cron(back, 5 * 60);
  expect(complaints(back)).toEqual([]);
  const counts = await Promise.all(emails.map(async (email) => (await mailsTo(email)).length));
  expect(counts).toEqual(Array(100).fill(1));
  expect(complaints(down).every(([, event]) => event === 'mail-postponed')).toBe(true);
});
