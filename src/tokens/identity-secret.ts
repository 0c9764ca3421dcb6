// What an identity provider gave us to keep: its refresh token (`identities.refresh_token`, and `provider_calls.secret` of a
// revocation), sealed for the identity; and a code that is still to be redeemed, sealed for the call that redeems it, since the
// identity may be made by the statement that queues the call.

import type { DataKeys } from './data-keys.ts';
import { openOfHolder, sealForHolder } from './kept-secret.ts';

/** @param holder the id of the identity, of a code the id of the call. */
export function sealIdentitySecret(dataKeys: DataKeys, holder: string, secret: string): Promise<string> {
  return sealForHolder(dataKeys, 'identity-secret', holder, secret);
}

/** Undefined for what is not sealed for this holder, under a key that is still there. */
export function openIdentitySecret(
  dataKeys: DataKeys,
  holder: string,
  text: string,
): Promise<string | undefined> {
  return openOfHolder(dataKeys, 'identity-secret', holder, text);
}
