// What stands in `totp_secrets.secret`: a user's TOTP secret and the seed of their recovery codes, sealed for that user.

import { base64url } from 'jose';
import type { DataKeys } from './data-keys.ts';
import { openOfHolder, sealForHolder } from './kept-secret.ts';

export type TotpSecret = { readonly totp: Uint8Array; readonly recovery: Uint8Array };

export function sealTotpSecret(
  dataKeys: DataKeys,
  { userId, totp, recovery }: TotpSecret & { readonly userId: string },
): Promise<string> {
  const secret = `${base64url.encode(totp)} ${base64url.encode(recovery)}`;
  return sealForHolder(dataKeys, 'totp-secret', userId, secret);
}

/** Undefined for what is not sealed for this user, under a key that is still there. */
export async function openTotpSecret(
  dataKeys: DataKeys,
  userId: string,
  text: string,
): Promise<TotpSecret | undefined> {
  const secret = await openOfHolder(dataKeys, 'totp-secret', userId, text);
  if (secret === undefined) return undefined;
  const [totp = '', recovery = ''] = secret.split(' ');
  return { totp: base64url.decode(totp), recovery: base64url.decode(recovery) };
}
