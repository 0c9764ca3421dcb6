// Every column that holds what DATA_KEYS have sealed (tokens/kept-secret.ts). After a rotation all of them are sealed anew, and
// a key is in use as long as one of them needs it.

import type { KeptPurpose } from '../tokens/sealed.ts';

export type SealedColumn = {
  readonly table: 'totp_secrets' | 'identities' | 'provider_calls';
  readonly column: 'secret' | 'refresh_token';
  readonly purpose: KeptPurpose;
  /** An expression over the row: for whom it is sealed. */
  readonly holder: string;
  /** What they are, and what is lost without the key. */
  readonly what: string;
  readonly loss: string;
};

export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'totp_secrets',
    column: 'secret',
    purpose: 'totp-secret',
    holder: 'user_id',
    what: 'second factors',
    loss: 'their owners could not sign in any more',
  },
  {
    table: 'identities',
    column: 'refresh_token',
    purpose: 'identity-secret',
    holder: 'id',
    what: 'tokens of identity providers',
    loss: 'they could not be revoked any more',
  },
  {
    table: 'provider_calls',
    column: 'secret',
    purpose: 'identity-secret',
    holder: "case kind when 'apple-redeem' then id else identity_id end",
    what: 'calls to identity providers',
    loss: 'they could not be made any more',
  },
];

/** The `kid` in front of it. Each table has an index on this. */
export const kidIn = (column: SealedColumn['column']) => `substring(${column} from '^(.*):')`;
