// The statement of a registration.

import { sql } from 'drizzle-orm/sql/sql';
import {
  type AskedMail,
  type Asking,
  askedMail,
  askedOutcome,
  isHeldForUndo,
} from '../../authentication/asked-mail.ts';
import { addressHash, knownCounter } from '../../authentication/destinations.ts';
import type { Database } from '../../database/client.ts';

/**
 * Keeps what was typed, apart from users and for a day, and queues the mail that this causes: a verification, or, where a verified
 * user has the address, word to that user. It changes no other row: what a stranger types at somebody's address is worth nothing.
 */
export async function requestRegistration(
  database: Database,
  asking: Asking & {
    readonly email: string;
    readonly deviceId: string | null;
    readonly name: string;
    readonly photo: string | null;
  },
): Promise<AskedMail | undefined> {
  const { email, deviceId, now } = asking;
  const isFree = sql`owner.id is null and not ${isHeldForUndo(addressHash(email), now)}`;
  const [asked] = await database.query<AskedMail>(
    sql`
      with ${askedMail(
        sql`
          select ${email}::text as email, ${knownCounter(email, deviceId, now)} as counter,
            case when ${isFree} then 'verify-email' else 'address-taken' end as kind, ${isFree} as has_grant,
            owner.id as user_id, case when owner.id is null then ${email}::text end as recipient,
            null::uuid as owner_id, null::uuid as session_id, ${asking.name}::text as name, ${asking.photo}::text as photo
          from (values (1)) one left join users owner on owner.email = ${email} and owner.email_verified_at is not null`,
        asking,
      )}
      ${askedOutcome}`,
    { repeatable: true },
  );
  return asked;
}
