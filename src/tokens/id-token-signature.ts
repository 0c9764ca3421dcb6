// The signature of an ID token, under the keys of its provider. What its claims mean is for factors/id-token.ts.
// Source: RFC 8725 (JWT Best Current Practices), section 3.

import { compactVerify, errors, type JWTVerifyGetKey } from 'jose';
import { compactSerialization } from './kinds.ts';
import { KeysUnavailableError } from './remote-keys.ts';

/** With public keys alone: under HMAC the secret would be the client's, which an app cannot keep, and `none` is no signature. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];

export type SignedClaims =
  | { readonly outcome: 'valid'; readonly claims: Readonly<Record<string, unknown>> }
  /** The reason never quotes the token. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Also where its key is newer than what is cached, and the provider was asked a moment ago. */
  | { readonly outcome: 'unknown-key' }
  /** There are no keys to check with: nobody's fault but the provider's. */
  | { readonly outcome: 'unavailable'; readonly cause: KeysUnavailableError };

/** Never throws on untrusted input. */
export async function verifiedClaims(keys: JWTVerifyGetKey, idToken: string): Promise<SignedClaims> {
  if (!compactSerialization.test(idToken)) return refused('it is no JWT');
  try {
    const { payload, protectedHeader } = await compactVerify(idToken, keys, { algorithms });
    // Cross-JWT confusion (section 2.8): an issuer's access and logout tokens say what they are. Apple's ID tokens say nothing.
    if (!/^(application\/)?jwt$/i.test(protectedHeader.typ ?? 'JWT'))
      return refused('it is no ID token (typ)');
    const claims: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload),
    );
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims))
      return refused('its claims are no object');
    return { outcome: 'valid', claims: claims as Record<string, unknown> };
  } catch (error) {
    if (error instanceof KeysUnavailableError) return { outcome: 'unavailable', cause: error };
    if (error instanceof errors.JWKSNoMatchingKey) return { outcome: 'unknown-key' };
    if (error instanceof errors.JOSEAlgNotAllowed)
      return refused(`its algorithm is none of ${algorithms.join(', ')}`);
    if (error instanceof errors.JWSSignatureVerificationFailed) return refused('its signature is wrong');
    // Whatever else it is, it comes of what somebody sent: a header or claims that cannot be read.
    return refused('it cannot be read, or names no key (kid)');
  }
}

function refused(reason: string): SignedClaims {
  return { outcome: 'refused', reason };
}
