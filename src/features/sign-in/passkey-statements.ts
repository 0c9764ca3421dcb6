// The statements about a passkey that is shown: whose it is, and the user that it proves.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { StoredFactor } from '../../authentication/second-factor.ts';
import {
  type ShownPasskey,
  type StoredPasskey,
  storedPasskey,
  usedPasskey,
} from '../../authentication/shown-passkey.ts';
import type { Database } from '../../database/client.ts';
import { wasSpentBy } from '../../database/idempotent-calls.ts';
import { activeCaller, type Caller } from '../../sessions/active-caller.ts';
import { provenUser } from '../../sessions/start.ts';

/** With the second factor that its user has. */
export type FoundPasskey = StoredPasskey & StoredFactor & { readonly is_removed: boolean };

const found = sql`${storedPasskey}, p.removed_at is not null as is_removed, u.totp_id, t.secret as totp_secret`;

/** Also one that was removed, for as long as that may be undone. */
export async function findPasskey(
  database: Database,
  credentialId: string,
): Promise<FoundPasskey | undefined> {
  const [passkey] = await database.query<FoundPasskey>(
    sql`
      select ${found}
      from passkeys p join users u on u.id = p.user_id left join totp_secrets t on t.id = u.totp_id
      where p.credential_id = ${credentialId}`,
    { repeatable: true },
  );
  return passkey;
}

/** One of the caller's own: `is_theirs`. Nothing where the session has ended. */
export async function findOwnPasskey(
  database: Database,
  caller: Caller,
  { credentialId, call }: { readonly credentialId: string; readonly call: string },
): Promise<
  | (FoundPasskey & {
      readonly is_theirs: boolean;
      readonly is_repeated_code: boolean;
      readonly is_guest: boolean;
    })
  | undefined
> {
  const [passkey] = await database.query<
    FoundPasskey & { is_theirs: boolean; is_repeated_code: boolean; is_guest: boolean }
  >(
    sql`
      with ${activeCaller(caller)}
      select ${found}, p.id is not null as is_theirs, u.is_guest, ${wasSpentBy(call, { row: 't', now: caller.now })} as is_repeated_code
      from caller join users u on u.id = caller.user_id left join totp_secrets t on t.id = u.totp_id
      left join passkeys p on p.user_id = u.id and p.credential_id = ${credentialId} and p.removed_at is null`,
    { repeatable: true },
  );
  return passkey;
}

/** Common table expressions that end in `proven` (sessions/start.ts): the user, while the passkey is theirs and the challenge fresh. */
export function provenByPasskey(
  userId: string,
  shown: ShownPasskey,
  use: { readonly call: string; readonly now: Date },
): SQL {
  return sql`
    owner as (
      select ${provenUser(shown.method)} from users u where u.id = ${userId} for no key update
    ),
    ${usedPasskey('owner', shown, use)},
    proven as (select o.* from owner o, used)`;
}
