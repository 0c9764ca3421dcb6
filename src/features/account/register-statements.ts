// The statement of a registration.

import { sql } from 'drizzle-orm/sql/sql';
import { addressHash, knownCounter } from '../../authentication/destinations.ts';
import {
  isHeldForUndo,
  type MailRequest,
  type RequestedMail,
  requestedMail,
  requestedMailOutcome,
} from '../../authentication/requested-mail.ts';
import type { Database } from '../../database/client.ts';
import { type Metadata, splitMetadata } from '../../http/metadata-field.ts';

/**
 * Keeps what was typed, apart from users and for a day, and queues the mail that this causes: a verification, or,
 * where a verified user has the address, word to that user. It changes no other row: what a stranger types at
 * somebody's address is worth nothing.
 */
export async function requestRegistration(
  database: Database,
  request: MailRequest & {
    readonly email: string;
    readonly deviceId: string | null;
    readonly name: string;
    readonly photo: string | null;
    readonly metadata: Metadata | undefined;
  },
): Promise<RequestedMail | undefined> {
  const { email, deviceId, now } = request;
  const metadata = request.metadata && JSON.stringify(splitMetadata(request.metadata).set);
  const isFree = sql`owner.id is null and not ${isHeldForUndo(addressHash(email), now)}`;
  const [asked] = await database.query<RequestedMail>(
    sql`
      with ${requestedMail(
        sql`
          select ${email}::text as email, ${knownCounter(email, deviceId, now)} as counter,
            case when ${isFree} then 'verify-email' else 'address-taken' end as kind, ${isFree} as has_grant,
            owner.id as user_id, case when owner.id is null then ${email}::text end as recipient,
            null::uuid as owner_id, null::uuid as session_id, ${request.name}::text as name, ${request.photo}::text as photo,
            ${metadata ?? null}::jsonb as metadata
          from (values (1)) one left join users owner on owner.email = ${email} and owner.email_verified_at is not null`,
        request,
      )}
      ${requestedMailOutcome}`,
    { repeatable: true },
  );
  return asked;
}
