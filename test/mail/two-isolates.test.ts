// Isolates share the queue and nothing else: while a claim lives, no two of them send one mail.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import { mailsTo, newAddress } from '../service.ts';
import { complaints, startOwnService, startSecondIsolate } from './own-service.ts';
import { insertUsers } from './tables.ts';

test('isolates that deliver at once send each of many mails once', async () => {
  const first = await startOwnService();
  const isolates = [first, await startSecondIsolate(first), await startSecondIsolate(first)];
  for (let round = 0; round < 4; round += 1) {
    const emails = Array.from({ length: 50 }, newAddress);
    await insertUsers(first, emails);
    await first.dependencies.database.query(
      sql`
        insert into mails (id, kind, user_id, created_at, due_at)
        select gen_random_uuid(), 'password-changed', id, ${first.clock.now.toISOString()}, ${first.clock.now.toISOString()}
        from users where email = any(${sql.param(emails)}::text[])`,
      { repeatable: false },
    );
    // A run ends early where others hold what is due, so each goes on until nothing is left.
    while ((await waiting()) > 0) {
      await Promise.all(isolates.map(({ dependencies }) => deliverWaitingMails(dependencies)));
    }
    const counts = await Promise.all(emails.map(async (email) => (await mailsTo(email)).length));
    expect(counts).toEqual(Array(50).fill(1));
  }
  expect(isolates.flatMap(complaints)).toEqual([]);

  async function waiting(): Promise<number> {
    const [row] = await first.dependencies.database.query<{ count: number }>(
      sql`select count(*)::int as count from mails where sent_at is null`,
      { repeatable: true },
    );
    return row?.count ?? 0;
  }
});

test('ten requests for one mail each, in several isolates, send ten mails and no eleventh', async () => {
  const first = await startOwnService();
  const isolates = [first, await startSecondIsolate(first), await startSecondIsolate(first)];
  const emails = Array.from({ length: 10 }, newAddress);
  await insertUsers(first, emails);
  await Promise.all(
    emails.map((email, index) =>
      isolates[index % isolates.length]?.call('POST', '/api/auth/forgot-password', { json: { email } }),
    ),
  );
  await deliverWaitingMails(first.dependencies);
  const counts = await Promise.all(emails.map(async (email) => (await mailsTo(email, 1)).length));
  expect(counts).toEqual(Array(10).fill(1));
});
