// The public key of a passkey: from COSE (RFC 9052, section 7; RFC 9053) to a JWK, for the three algorithms that are asked
// for, and what checks a signature by it.

import { base64url } from 'jose';
import { type CborMap, type CborValue, isMap } from './cbor.ts';
import { rawEcdsaSignature } from './ecdsa-signature.ts';

/** As it is stored: the public members alone, and the algorithm (RFC 7517, section 4.4). */
export type PasskeyKey =
  | {
      readonly alg: 'ES256';
      readonly kty: 'EC';
      readonly crv: 'P-256';
      readonly x: string;
      readonly y: string;
    }
  | { readonly alg: 'EdDSA'; readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  | { readonly alg: 'RS256'; readonly kty: 'RSA'; readonly n: string; readonly e: string };

/** COSE's numbers (the IANA registry), in the order of preference. */
export const passkeyAlgorithms = [-7, -8, -257] as const;

const parameters = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
} as const;

/** RSA: below 2,048 bits it is weak, and above 8,192 its check is slow. In bytes. */
const modulus = { minimum: 256, maximum: 1024 };

/** 65537, as every authenticator has it. */
const publicExponent = 'AQAB';

/** Undefined for a key of another kind, or one that is malformed. The labels are those of RFC 9053 and RFC 8230. */
export function keyOfCose(cose: CborValue): PasskeyKey | undefined {
  if (!isMap(cose)) return undefined;
  const [kty, alg] = [cose.get(1), cose.get(3)];
  if (kty === 2 && alg === -7 && cose.get(-1) === 1) {
    const [x, y] = [coordinate(cose, -2), coordinate(cose, -3)];
    return x && y ? { alg: 'ES256', kty: 'EC', crv: 'P-256', x, y } : undefined;
  }
  if (kty === 1 && alg === -8 && cose.get(-1) === 6) {
    const x = coordinate(cose, -2);
    return x ? { alg: 'EdDSA', kty: 'OKP', crv: 'Ed25519', x } : undefined;
  }
  if (kty === 3 && alg === -257) {
    const [n, e] = [cose.get(-1), cose.get(-2)];
    if (!(n instanceof Uint8Array && e instanceof Uint8Array)) return undefined;
    const isSound = n.length >= modulus.minimum && n.length <= modulus.maximum && n[0] !== 0;
    if (!isSound || base64url.encode(e) !== publicExponent) return undefined;
    return { alg: 'RS256', kty: 'RSA', n: base64url.encode(n), e: publicExponent };
  }
  return undefined;
}

/** Of 32 bytes: a point is never compressed (WebAuthn, section 5.8.5). */
function coordinate(cose: CborMap, label: number): string | undefined {
  const value = cose.get(label);
  return value instanceof Uint8Array && value.length === 32 ? base64url.encode(value) : undefined;
}

/** Rejects for what is no key: a point that is not on the curve. */
export function importKey(key: PasskeyKey) {
  // Web Cryptography would compare `alg` with names of its own, which differ from one runtime to the other.
  const { alg, ...members } = key;
  return crypto.subtle.importKey('jwk', members, parameters[alg], false, ['verify']);
}

/** Rejects for what is no key. */
export async function isSignedBy(
  key: PasskeyKey,
  signature: Uint8Array,
  signed: Uint8Array,
): Promise<boolean> {
  const raw = key.alg === 'ES256' ? rawEcdsaSignature(signature) : signature;
  if (!raw) return false;
  return await crypto.subtle.verify(parameters[key.alg], await importKey(key), raw, signed);
}
