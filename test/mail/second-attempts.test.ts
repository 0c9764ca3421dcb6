// A second attempt is the same mail, for as long as it still has something to give: never a stale one.

import { expect, test } from 'vitest';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import { codeIn, linkIn, mailsTo, newAddress, type Service } from '../service.ts';
import { byCode, byLink, forgetful, forgot, grantedTo, reset, wrongly } from './granted.ts';
import { breakMail, mendMail } from './mail-server.ts';
import { startOwnService } from './own-service.ts';
import { insertUsers, queued } from './tables.ts';

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
  const granted = await forgot(service, email);
  await mendMail(email);
  await cron(service, 60);
  const [first, second] = await mailsTo(email, 2);
  expect(linkIn(second).href).toBe(linkIn(first).href);
  expect(codeIn(second)).toBe(codeIn(first));
  expect(second?.headers['message-id']).toMatch(/^<[0-9a-f-]{36}@example\.test>$/);
  expect(second?.headers['message-id']).toBe(first?.headers['message-id']);
  expect(await reset(service, byLink(granted))).toMatchObject({ status: 204 });
});

test('a mail whose answer was lost is not sent again once its link was used', async () => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  await breakMail(email, 'lose-answer');
  const first = byLink(await forgot(service, email));
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
  const granted = await forgot(service, email);
  for (let tries = 0; tries < 5; tries += 1)
    expect(await reset(service, wrongly(granted))).toMatchObject({ status: 400 });
  await mendMail(email);
  await cron(service, 60);
  expect(await mailsTo(email)).toHaveLength(2);
  expect(await reset(service, byCode(granted))).toMatchObject({ status: 400 });
});

test.for([
  ['older', 0],
  ['newer', 1],
] as const)(
  'a newer mail leaves the older link alive, and using the %s kills the other',
  async ([, used]) => {
    const service = await startOwnService();
    const older = await forgetful(service);
    service.clock.advance(1);
    const both = [older, await forgot(service, older.email)] as const;
    expect(both[0].token).not.toBe(both[1].token);
    expect(await reset(service, byLink(both[used]))).toMatchObject({ status: 204 });
    expect(await reset(service, byLink(both[1 - used] as typeof older))).toMatchObject({ status: 400 });
  },
);

test.for([
  ['while the newer link waits, it is sent, and both work until one is used', false],
  ['after the newer link was used, it is not sent', true],
] as const)('an older mail that is tried again later: %s', async ([, isUsed]) => {
  const service = await startOwnService();
  const email = newAddress();
  await insertUsers(service, [email]);
  await breakMail(email, 'temporary-failure');
  const json = { email };
  await service.call('POST', '/api/auth/forgot-password', { json });
  await mendMail(email);
  service.clock.advance(1);
  const newer = await forgot(service, email);
  if (isUsed) expect(await reset(service, byLink(newer))).toMatchObject({ status: 204 });
  const { length: before } = await mailsTo(email);
  await cron(service, 60);
  const [row] = await queued(service, email);
  expect([row?.attempts, row?.sent_at]).toEqual([2, service.clock.now.toISOString()]);
  const mails = await mailsTo(email);
  expect(mails).toHaveLength(before + (isUsed ? 0 : 1));
  if (isUsed) return;
  const older = await grantedTo(email, 2);
  expect(older.token).not.toBe(newer.token);
  expect(await reset(service, byLink(older))).toMatchObject({ status: 204 });
  expect(await reset(service, byLink(newer))).toMatchObject({ status: 400 });
});
