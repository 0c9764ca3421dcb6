// After a rotation every run asks whether there is anything to seal anew, for a year: that must not read every secret.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { readSealedByOlder } from '../../src/features/purge/seal-anew-statements.ts';
import { signedIn } from '../accounts/people.ts';
import { startOwnService } from '../mail/own-service.ts';

test('what an older key has sealed is found by the index', async () => {
  const service = await startOwnService();
  const { id } = await signedIn(service);
  const { database } = service.dependencies;
  const run = (statement: string) => database.query(sql.raw(statement), { repeatable: false });
  await run(`
    insert into totp_secrets (id, user_id, session_id, secret, created_at, confirmed_at)
    select gen_random_uuid(), '${id}', '${id}', case when n <= 300 then 'old' else 'new' end || ':' || repeat('x', 160), now(), now()
    from generate_series(1, 100000) n`);
  await run('analyze totp_secrets');
  for (const [kids, found] of [
    [['old'], 200],
    [['older', 'old: 2'], 0],
  ] as const) {
    const { transport } = service;
    const plans: string[] = [];
    service.transport = async (input, init) => {
      const explained = String(init?.body).replace(/select id, user_id/, 'explain select id, user_id');
      const plan = await transport(input, { ...init, body: explained } as RequestInit);
      plans.push(await plan.text());
      return transport(input, init);
    };
    expect(await readSealedByOlder(database, kids)).toHaveLength(found);
    service.transport = transport;
    expect(plans.join()).toContain('totp_secrets_data_key');
    expect(plans.join()).not.toContain('Seq Scan');
  }
});
