// After a rotation every run asks whether there is anything to seal anew, for a year: that must not read every secret.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { sealedColumns } from '../../src/database/sealed-columns.ts';
import { readSealedByOlder } from '../../src/features/purge/seal-anew-statements.ts';
import { signedIn } from '../accounts/people.ts';
import { startOwnService } from '../mail/own-service.ts';

/** The other columns of a row, and what is in them. */
const others: Readonly<Record<string, readonly [columns: string, values: (userId: string) => string]>> = {
  totp_secrets: [
    'user_id, session_id, created_at, confirmed_at',
    (userId) => `'${userId}', '${userId}', now(), now()`,
  ],
  identities: [
    'user_id, provider, issuer, subject, created_at',
    (userId) => `'${userId}', 'apple', 'https://appleid.apple.com', n::text, now()`,
  ],
  provider_calls: [
    'kind, identity_id, client_id, created_at, due_at, expires_at',
    () => `'apple-revoke', gen_random_uuid(), 'com.example.app', now(), now(), now()`,
  ],
};

test.for(sealedColumns)('what an older key has sealed in $table is found by the index', async (column) => {
  const service = await startOwnService();
  const { id } = await signedIn(service);
  const { database } = service.dependencies;
  const run = (statement: string) => database.query(sql.raw(statement), { repeatable: false });
  const [columns = '', values = () => ''] = others[column.table] ?? [];
  // Nobody is told of twenty thousand rows that a test makes up.
  await run(`alter table ${column.table} disable trigger user`);
  await run(`
    insert into ${column.table} (id, ${column.column}, ${columns})
    select gen_random_uuid(), case when n <= 300 then 'old' else 'new' end || ':' || repeat('x', 160), ${values(id)}
    from generate_series(1, 20000) n`);
  await run(`analyze ${column.table}`);
  for (const [kids, found] of [
    [['old'], 200],
    [['older', 'old: 2'], 0],
  ] as const) {
    const { transport } = service;
    const plans: string[] = [];
    service.transport = async (input, init) => {
      const explained = String(init?.body).replace(/select id, /, 'explain select id, ');
      const plan = await transport(input, { ...init, body: explained } as RequestInit);
      plans.push(await plan.text());
      return transport(input, init);
    };
    expect(await readSealedByOlder(database, column, kids)).toHaveLength(found);
    service.transport = transport;
    expect(plans.join()).toContain(`${column.table}_data_key`);
    expect(plans.join()).not.toContain('Seq Scan');
  }
});
