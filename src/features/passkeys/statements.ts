// The statements by which a user asks for, sees and names passkeys.

import { sql } from 'drizzle-orm/sql/sql';
import { accountName } from '../../database/account-name.ts';
import type { Database } from '../../database/client.ts';
import { activeCaller, type Caller } from '../../sessions/active-caller.ts';
import { toTheHour } from '../../sessions/shown-times.ts';

/** A passkey as its owner sees it; RFC 3339 times, the last use by the hour. */
export type ShownPasskey = {
  readonly id: string;
  readonly credential_id: string;
  readonly name: string;
  readonly created_at: string;
  readonly last_used_at: string | null;
  /** It is not on one device alone. */
  readonly backed_up: boolean;
  readonly transports: readonly string[];
  /** The model of the authenticator, or the kind of password manager; zeros where it does not say. */
  readonly aaguid: string;
};

/** Columns of `p`, a passkey, as the API shows it. */
export const shownPasskey = sql`
  p.id, p.credential_id, p.name, p.created_at, ${toTheHour(sql`p.last_used_at`)} as last_used_at, p.backed_up,
  to_json(p.transports) as transports, p.aaguid`;

/** What the options of a new passkey say of its user. */
type PasskeyUser = {
  /** By which they tell it from another account of theirs. */
  readonly account: string;
  readonly name: string;
  readonly passkey_count: number;
  /** What an authenticator must not have already. */
  readonly existing: readonly { readonly id: string; readonly transports: readonly string[] }[];
};

/** Nothing when the caller's session has ended, or is not as sure as its user can be. */
export async function readPasskeyUser(
  database: Database,
  caller: Caller & { readonly rpId: string },
): Promise<PasskeyUser | undefined> {
  const [user] = await database.query<PasskeyUser>(
    sql`
      with ${activeCaller(caller, { usersLevel: true })}
      select ${accountName} as account, u.name, u.passkey_count, coalesce((
        select json_agg(json_build_object('id', p.credential_id, 'transports', p.transports) order by p.id)
        from passkeys p where p.user_id = u.id and p.rp_id = ${caller.rpId} and p.removed_at is null
      ), '[]') as existing
      from users u join caller on caller.user_id = u.id`,
    { repeatable: true },
  );
  return user;
}

/** Oldest first, with the RP ID of each; nothing when the caller's session has ended. */
export async function listPasskeys(
  database: Database,
  caller: Caller,
): Promise<(ShownPasskey & { readonly rp_id: string })[] | undefined> {
  const rows = await database.query<(ShownPasskey & { readonly rp_id: string }) | { readonly id: null }>(
    sql`
      with ${activeCaller(caller)}
      select ${shownPasskey}, p.rp_id
      from caller left join passkeys p on p.user_id = caller.user_id and p.removed_at is null
      order by p.id`,
    { repeatable: true },
  );
  // A caller without passkeys is a row without one.
  return rows.length === 0 ? undefined : rows.filter((row) => row.id !== null);
}

export async function renamePasskey(
  database: Database,
  rename: Caller & { readonly id: string; readonly name: string },
): Promise<
  ({ readonly outcome: 'renamed' } & ShownPasskey) | { readonly outcome: 'not-found' | 'caller-ended' }
> {
  const [row] = await database.query<({ outcome: 'renamed' } & ShownPasskey) | { outcome: 'not-found' }>(
    sql`
      with ${activeCaller(rename)},
      renamed as (
        update passkeys p set name = ${rename.name}
        from caller where p.id = ${rename.id} and p.user_id = caller.user_id and p.removed_at is null
        returning p.*
      )
      select case when p.id is null then 'not-found' else 'renamed' end as outcome, ${shownPasskey}
      from caller left join renamed p on true`,
    { repeatable: true },
  );
  return row ?? { outcome: 'caller-ended' };
}
