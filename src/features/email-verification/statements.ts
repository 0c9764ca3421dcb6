// The statements about verifying an address.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { type PresentedGrant, spendingOfGrant } from '../../database/email-grants.ts';

/** @returns whether the grant was good. Not repeatable: a second run would find it spent. */
export async function verifyEmail(
  database: Database,
  presented: PresentedGrant,
  now: Date,
): Promise<boolean> {
  const verified = await database.query(
    sql`
      with ${spendingOfGrant(presented, { purpose: 'verify-email', now })}
      update users set email_verified_at = ${now.toISOString()}, updated_at = ${now.toISOString()}
      from spent where users.id = spent.user_id
      returning users.id`,
    { repeatable: false },
  );
  return verified.length === 1;
}
