// DPoP proofs: that a request comes from the holder of a key. Pure: no I/O, and the time is a parameter. Source: RFC
// 9449, section 4.3; the numbers below are those of its checks.

import { type CryptoKey, errors, type JWK, type JWTPayload, jwtVerify } from 'jose';
import { digestOf } from '../encoding.ts';
import { dpopProofSeconds } from '../lifetimes.ts';
import { compactSerialization } from './kinds.ts';

export const proofAlgorithm = 'ES256';

/** A proof has some 500 characters. Nothing costlier is done to a longer one. */
const maximumCharacters = 2048;

export type ProofCheck =
  /** `jkt`: the key's JWK thumbprint (RFC 7638). */
  | { readonly outcome: 'valid'; readonly jkt: string }
  /** Sound, but its time is not ours, and it has no nonce of ours (section 8). */
  | { readonly outcome: 'nonce-required' }
  /** The reason is for the log. It never quotes the proof. */
  | { readonly outcome: 'invalid'; readonly reason: string };

export type ExpectedProof = {
  readonly method: string;
  /** Without query and fragment, as `URL` writes it. */
  readonly url: string;
  readonly now: Date;
  /** Where the proof accompanies one (section 7). */
  readonly accessToken?: string | undefined;
  /** Whether a nonce is ours and has not expired. It stands in for `iat`: the device's clock may be off. */
  readonly isOurNonce: (nonce: string) => Promise<boolean>;
};

/**
 * Checks 2 to 12; and 1, one header field: two are joined by a comma, and are no JWT. Never throws on untrusted input.
 */
export async function checkProof(proof: string, expected: ExpectedProof): Promise<ProofCheck> {
  if (proof.length > maximumCharacters) return invalid('too long');
  // 2: a JWT.
  if (!compactSerialization.test(proof)) return invalid('not a compact JWS');
  try {
    let key: PublicKey | undefined;
    // 4, 5, 6: `typ`, the algorithm and the signature by the key of the header.
    const verified = jwtVerify(
      proof,
      ({ jwk }) => {
        key = publicKey(jwk);
        return importPublicKey(key);
      },
      { typ: 'dpop+jwt', algorithms: [proofAlgorithm], currentDate: expected.now },
    );
    const { payload, isTimely } = await verified.then(
      ({ payload }) => ({ payload, isTimely: true }),
      untimely,
    );
    const { jti, htm, htu, iat, nonce, ath } = payload;
    // 3: every required claim. `jti` is not kept: a replay wins no refresh token, since those are bound to the key.
    if (typeof jti !== 'string' || jti === '' || iat === undefined || !Number.isFinite(iat))
      return invalid('jti or iat is missing');
    // 8, 9
    if (htm !== expected.method) return invalid('htm is of another method');
    if (typeof htu !== 'string' || !isSameUrl(htu, expected.url)) return invalid('htu is another URL');
    // 12
    if (expected.accessToken !== undefined && ath !== (await digestOf(expected.accessToken)))
      return invalid('ath is of another access token');
    // 10, 11
    const isOnTime = isTimely && Math.abs(expected.now.getTime() / 1000 - iat) <= dpopProofSeconds;
    if (!isOnTime && !(typeof nonce === 'string' && (await expected.isOurNonce(nonce))))
      return { outcome: 'nonce-required' };
    return { outcome: 'valid', jkt: await digestOf(JSON.stringify(key)) };
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed) return invalid(`${error.claim} ${error.reason}`);
    if (error instanceof errors.JOSEError) return invalid(error.code);
    throw error;
  }
}

/**
 * Of a sound JWT whose `exp` or `nbf` refuses it. They are times of the device's clock as much as `iat`: a nonce stands in
 * for all three.
 *
 * @throws any other error.
 */
function untimely(error: unknown): { readonly payload: JWTPayload; readonly isTimely: boolean } {
  const isOfTime =
    error instanceof errors.JWTExpired ||
    (error instanceof errors.JWTClaimValidationFailed &&
      error.claim === 'nbf' &&
      error.reason === 'check_failed');
  if (!isOfTime) throw error;
  return { payload: error.payload, isTimely: false };
}

/** The members of a JWK thumbprint, in its order (RFC 7638, section 3.2). */
type PublicKey = { readonly crv: 'P-256'; readonly kty: 'EC'; readonly x: string; readonly y: string };

/** 7: the key is public. What else the header says of it is not read. */
function publicKey(jwk: JWK | undefined): PublicKey {
  const { kty, crv, x, y } = Object(jwk) as JWK;
  if (kty !== 'EC' || crv !== 'P-256' || !isCoordinate(x) || !isCoordinate(y))
    throw new errors.JWKInvalid('no key of the curve P-256');
  if ('d' in Object(jwk)) throw new errors.JWKInvalid('a private key');
  return { crv, kty: 'EC', x, y };
}

/**
 * 32 bytes (RFC 7518, section 6.2.1.2) in their one spelling: Web Cryptography takes others, and the thumbprint is of
 * the text, so that one key would have many.
 */
function isCoordinate(text: unknown): text is string {
  return typeof text === 'string' && /^[\w-]{42}[AEIMQUYcgkosw048]$/.test(text);
}

/** @throws JWKInvalid for what is no point of the curve. */
function importPublicKey(key: PublicKey): Promise<CryptoKey> {
  return crypto.subtle
    .importKey('jwk', key, { name: 'ECDSA', namedCurve: key.crv }, false, ['verify'])
    .catch(() => {
      throw new errors.JWKInvalid('key cannot be used');
    });
}

/** 9, and RFC 3986, section 6.2: the case of the host, the default port, dots, query and fragment do not matter. */
function isSameUrl(htu: string, url: string): boolean {
  if (!URL.canParse(htu)) return false;
  const target = new URL(htu);
  target.search = '';
  target.hash = '';
  return target.href === url;
}

function invalid(reason: string): ProofCheck {
  return { outcome: 'invalid', reason };
}
