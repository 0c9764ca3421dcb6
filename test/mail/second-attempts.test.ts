// A second attempt is the same mail, for as long as it still has something to give: never a stale one.

import { expect, test } from 'vitest';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import { codeIn, linkIn, mailsTo, newAddress, type ReceivedMail, type Service } from '../service.ts';
import { breakMail, mendMail } from './mail-server.ts';
import { startOwnService } from './own-service.ts';
import { insertUsers, queued } from './tables.ts';

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

test('after a lost answer the second attempt is the same mail, and the link of the first stays good', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  await breakMail(email, 'lose-answer');
  await forgot(service, email);
  await mendMail(email);
  await cron(service, 60);
  const [first, second] = await mailsTo(email, 2);
  expect(linkIn(second).href).toBe(linkIn(first).href);
  expect(codeIn(second)).toBe(codeIn(first));
  expect(second?.headers['message-id']).toMatch(/^<[0-9a-f-]{36}@example\.test>$/);
  expect(second?.headers['message-id']).toBe(first?.headers['message-id']);
  expect(await reset(service, first)).toMatchObject({ status: 204 });
});

test('a mail whose answer was lost is not sent again once its link was used', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  await breakMail(email, 'lose-answer');
  await forgot(service, email);
  const [first] = await mailsTo(email, 1);
  await mendMail(email);
  expect(await reset(service, first)).toMatchObject({ status: 204 });
  await cron(service, 60);
  expect((await mailsTo(email)).map(({ subject }) => subject)).toEqual([
    expect.stringContaining('Reset your password'),
    expect.stringContaining('was changed'),
  ]);
  expect((await queued(service, email)).every(({ sent_at }) => sent_at !== null)).toBe(true);
  expect(await reset(service, first)).toMatchObject({ status: 400 });
});

test('wrong codes still count after a second attempt at the same mail', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  await breakMail(email, 'lose-answer');
  await forgot(service, email);
  const code = codeIn((await mailsTo(email, 1))[0]);
  const wrong = code === '000000' ? '000001' : '000000';
  const guess = (typed: string) =>
    service.call('POST', '/api/auth/reset-password', {
      json: { email, code: typed, password: otherPassword },
    });
  for (let tries = 0; tries < 5; tries += 1) expect(await guess(wrong)).toMatchObject({ status: 400 });
  await mendMail(email);
  await cron(service, 60);
  expect(await mailsTo(email)).toHaveLength(2);
  expect(await guess(code)).toMatchObject({ status: 400 });
});

test('a newer mail kills the older link', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  await forgot(service, email);
  service.clock.advance(1);
  await forgot(service, email);
  const [older, newer] = await mailsTo(email, 2);
  expect(linkIn(newer).href).not.toBe(linkIn(older).href);
  expect(await reset(service, older)).toMatchObject({ status: 400 });
  expect(await reset(service, newer)).toMatchObject({ status: 204 });
});

test('an older mail tried again later is not sent and does not kill the newer link', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  await breakMail(email, 'temporary-failure');
  await forgot(service, email);
  await mendMail(email);
  service.clock.advance(1);
  await forgot(service, email);
  await cron(service, 60);
  const mails = await mailsTo(email);
  expect(mails).toHaveLength(1);
  expect((await queued(service, email)).map(({ attempts, sent_at }) => [attempts, sent_at !== null])).toEqual(
    [
      [2, true],
      [1, true],
    ],
  );
  expect(await reset(service, mails[0])).toMatchObject({ status: 204 });
});
