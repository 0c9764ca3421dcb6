// The statement by which somebody asks for a code to sign in.

import { sql } from 'drizzle-orm/sql/sql';
import { addressHash, knownCounter } from '../../authentication/destinations.ts';
import {
  isHeldForUndo,
  type MailRequest,
  type RequestedMail,
  requestedMail,
  requestedMailOutcome,
} from '../../authentication/requested-mail.ts';
import { mayHaveAccount } from '../../authentication/sign-up.ts';
import type { Database } from '../../database/client.ts';
import type { Config } from '../../environment.ts';

/**
 * Queues a code for any address, whether or not somebody has it: whoever proves it has an account then. Where nobody has it and
 * an account may have it back, no code could be used, and the mail says so as at a registration. Where nobody may have an account
 * with it, none leaves; the work and the answer are the same.
 *
 * The request keeps nobody's id: whose account it opens is decided when the code is used, and a deleted account leaves the handle
 * as it was.
 */
export async function requestSignInCode(
  database: Database,
  request: MailRequest & { readonly email: string; readonly deviceId: string | null } & Pick<
      Config,
      'signUp'
    >,
): Promise<RequestedMail | undefined> {
  const { email, deviceId, now } = request;
  const isHeld = isHeldForUndo(addressHash(email), now);
  const mayHave = mayHaveAccount(request, sql`${email}::text`);
  const opens = sql`(owner.id is not null or (not ${isHeld} and ${mayHave}))`;
  const [asked] = await database.query<RequestedMail>(
    sql`
      with ${requestedMail(
        sql`
          select ${email}::text as email, ${knownCounter(email, deviceId, now)} as counter,
            case when ${opens} then 'sign-in-code' when ${isHeld} then 'address-taken' end as kind, ${opens} as has_grant,
            owner.id as user_id, case when owner.id is null then ${email}::text end as recipient,
            null::uuid as owner_id, null::uuid as session_id, null::text as name, null::text as photo
          from (values (1)) one left join users owner on owner.email = ${email} and owner.email_verified_at is not null`,
        request,
      )}
      ${requestedMailOutcome}`,
    { repeatable: true },
  );
  return asked;
}
