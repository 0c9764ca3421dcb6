// A passkey, with user verification: two factors at once.

import { Cancelled, send } from './api.ts';

type Challenge = { readonly challenge: string };

export const hasPasskeys =
  'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

/** @throws Cancelled where nobody chose one. */
export async function shownPasskey(use: { readonly auth_session?: string } = {}): Promise<unknown> {
  const options = await send<Challenge>('POST /api/auth/passkey/options', use);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON({
    ...options,
    userVerification: 'required',
  });
  const credential = await navigator.credentials.get({ publicKey }).catch(() => null);
  if (!(credential instanceof PublicKeyCredential)) throw new Cancelled();
  return credential.toJSON();
}
