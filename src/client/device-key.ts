// The key of a device that sessions are bound to (RFC 9449): what the client asks of whoever keeps it.

import { DeviceKeyError } from './errors.ts';

/** The public half, as a JWK (RFC 7517). */
export type PublicJwk = {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
};

export type DeviceKey = {
  readonly publicJwk: PublicJwk;
  /**
   * Signs with ES256 (ECDSA on P-256 with SHA-256) and resolves with r and s, 32 bytes each. WebCrypto and CryptoKit's
   * `rawRepresentation` give just that; Android's Keystore and `SecKeyCreateSignature` give DER: `rawSignature`.
   */
  sign(input: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
};

/**
 * Keeps one key of the device: `indexedDbKey()` in browsers; in React Native a native module over the Secure Enclave or
 * the Android Keystore. Processes that share a session share its key.
 *
 * What its functions reject with changes nothing: the user stays signed in, and the call may be repeated. The one
 * exception is KeyGoneError. It signs the user out, so it is for a key that can never be used again.
 */
export type DeviceKeyStore = {
  /** Never makes a key. @throws KeyGoneError if there is certainly none. */
  load(): Promise<DeviceKey>;
  /**
   * Makes a key where there is none, or none that can still be used. Resolves once it is stored for good. Of two
   * processes that make one at once, both resolve with the same.
   */
  loadOrCreate(): Promise<DeviceKey>;
};

/** A `CryptoKey`: browsers, Node and Workers each declare their own. */
export type WebCryptoKey = Parameters<typeof crypto.subtle.sign>[1];

/** A key of WebCrypto: for Node, or a store of your own. */
export function webCryptoKey(privateKey: WebCryptoKey, publicJwk: PublicJwk): DeviceKey {
  return {
    publicJwk,
    sign: async (input) =>
      new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, input)),
  };
}

/** The r and s of a signature in DER (RFC 3279, section 2.2.3), 32 bytes each. @throws DeviceKeyError */
export function rawSignature(der: Uint8Array): Uint8Array {
  const raw = new Uint8Array(64);
  // A SEQUENCE of two INTEGERs, of less than 128 bytes in all.
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const digits = der.slice(at + 2, at + 2 + length);
    // A zero may come first, for the sign; leading zeros of the number are left out.
    const significant = digits.slice(Math.max(0, digits.length - 32));
    if (der[0] !== 0x30 || der[at] !== 0x02 || length === 0 || length > 33 || digits.length < length)
      throw new DeviceKeyError('This is no ES256 signature in DER.');
    raw.set(significant, end - significant.length);
    at += 2 + length;
  }
  return raw;
}

/**
 * Names the key in the stored session. A JWK thumbprint needs SHA-256, which React Native does not have; and 96 bits of
 * the key tell it from any other.
 */
export function nameOf({ publicJwk }: DeviceKey): string {
  return publicJwk.x.slice(0, 16);
}
