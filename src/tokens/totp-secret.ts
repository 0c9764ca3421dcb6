// What stands in `totp_secrets.secret`: a user's TOTP secret and the seed of their recovery codes, sealed under DATA_KEYS. A
// copy of the database opens none, and a text that was copied into another user's row opens neither.

import { base64url } from 'jose';
import type { DataKeys } from './data-keys.ts';
import { openKept, sealKept } from './sealed.ts';

export type TotpSecret = { readonly totp: Uint8Array; readonly recovery: Uint8Array };

/** `kid:text`: the `kid` says which secrets are to be sealed anew after a rotation. */
export async function sealTotpSecret(
  dataKeys: DataKeys,
  { userId, totp, recovery }: TotpSecret & { readonly userId: string },
): Promise<string> {
  const subject = [userId, base64url.encode(totp), base64url.encode(recovery)].join(' ');
  return `${dataKeys[0].kid}:${await sealKept(dataKeys, 'totp-secret', subject)}`;
}

/** Undefined for what is not sealed for this user, under a key that is still there. */
export async function openTotpSecret(
  dataKeys: DataKeys,
  userId: string,
  text: string,
): Promise<TotpSecret | undefined> {
  // A `kid` may have colons.
  const subject = await openKept(dataKeys, 'totp-secret', text.slice(text.lastIndexOf(':') + 1));
  const [owner, totp = '', recovery = ''] = subject?.split(' ') ?? [];
  return owner === userId
    ? { totp: base64url.decode(totp), recovery: base64url.decode(recovery) }
    : undefined;
}
