// The client secret of Sign in with Apple: a JWT that the app's own key signs (ES256). Apple: "Creating a client secret".

import { importPKCS8, SignJWT } from 'jose';

/** Of Apple's token endpoints. Issuers may change; this has not. */
export const appleOrigin = 'https://appleid.apple.com';

/** Apple takes half a year. It is made for one call. */
const secretSeconds = 5 * 60;

export type AppleKey = { readonly teamId: string; readonly keyId: string; readonly privateKey: string };

/** @param clientId of the app that the code or the token was issued to. */
export async function appleClientSecret(
  { teamId, keyId, privateKey }: AppleKey,
  { clientId, now }: { readonly clientId: string; readonly now: Date },
): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: keyId })
    .setIssuer(teamId)
    .setSubject(clientId)
    .setAudience(appleOrigin)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + secretSeconds)
    .sign(await importPKCS8(privateKey, 'ES256'));
}
