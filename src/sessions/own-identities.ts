// The identities of providers that open an account, as its owner sees them.

import { sql } from 'drizzle-orm/sql/sql';
import { inJson, toTheHour } from './shown-times.ts';

/** RFC 3339 times, the last use by the hour. */
export type OwnIdentity = {
  readonly id: string;
  /** By its name in IDENTITY_PROVIDERS. */
  readonly provider: string;
  readonly created_at: string;
  readonly last_used_at: string | null;
};

const lastUsedAt = toTheHour(sql`i.last_used_at`);

/** The columns of `OwnIdentity`, of `i`, a row of `identities`. */
export const ownIdentity = sql`i.id, i.provider, i.created_at, ${lastUsedAt} as last_used_at`;

/** An expression over `u`, a user's row: all of them, oldest first, as JSON. */
export const ownIdentities = sql`(
  select coalesce(json_agg(json_build_object('id', i.id, 'provider', i.provider, 'created_at', ${inJson(sql`i.created_at`)},
    'last_used_at', ${inJson(lastUsedAt)}) order by i.id), '[]')
  from identities i where i.user_id = u.id and i.removed_at is null)`;
