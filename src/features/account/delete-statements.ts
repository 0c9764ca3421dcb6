// The statement that deletes an account.

import { sql } from 'drizzle-orm/sql/sql';
import { deletedAccount, lockedAddress } from '../../authentication/deleted-account.ts';
import type { Database } from '../../database/client.ts';
import { after } from '../../database/statement-parts.ts';
import { activeCaller, type Caller, isOfEpoch, isOfUsersLevel } from '../../sessions/active-caller.ts';
import { endedSessions } from '../../sessions/end.ts';

/** @param account with the version of the password, where that was checked. */
export async function deleteAccount(
  database: Database,
  account: Caller & { readonly passwordVersion?: number; readonly mailId: string },
): Promise<'deleted' | 'unconfirmed' | 'caller-ended'> {
  const { passwordVersion = null } = account;
  const [row] = await database.query<{ outcome: 'deleted' | 'unconfirmed' }>(
    sql`
      with ${activeCaller(account, { usersLevel: true })},
      ${lockedAddress(sql`select u.email from caller join users u on u.id = caller.user_id`)},
      owner as (
        select u.id, u.email, u.name from users u join caller on caller.user_id = u.id
        where ${isOfEpoch({ session: 'caller' })} and ${isOfUsersLevel(account)}
          and u.password_version = coalesce(${passwordVersion}::int, u.password_version) and ${after('destination')}
        -- Lock order: the user before any session, as in every other statement, so that no two deadlock.
        for update of u
      ),
      ${endedSessions({
        which: sql`s.user_id = (select id from owner)`,
        reason: 'account-deleted',
        now: account.now,
      })},
      ${deletedAccount('owner', account)}
      select case when exists (select from deleted) then 'deleted' else 'unconfirmed' end as outcome from caller`,
    { repeatable: false },
  );
  return row?.outcome ?? 'caller-ended';
}
