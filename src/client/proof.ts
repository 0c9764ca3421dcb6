// One DPoP proof (RFC 9449, section 4.2), with nothing but strings and one signature of the device key.

import type { DeviceKey } from './device-key.ts';
import { DeviceKeyError } from './errors.ts';
import { originOf } from './platform.ts';

export type Proven = {
  readonly method: string;
  readonly url: string;
  /** Milliseconds since 1970 by this device's clock. */
  readonly now: number;
  /** Unique for each proof. */
  readonly id: string;
  /** Of the service that the request goes to; then the clock does not matter. */
  readonly nonce: string | undefined;
  /** SHA-256 of the access token that it accompanies. */
  readonly tokenHash: Uint8Array | undefined;
};

export async function createProof(key: DeviceKey, proven: Proven): Promise<string> {
  // Only these members: a private key has a `d` as well.
  const { kty, crv, x, y } = key.publicJwk;
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
  const claims = {
    jti: proven.id,
    htm: proven.method,
    htu: withoutQuery(proven.url),
    iat: Math.floor(proven.now / 1000),
    nonce: proven.nonce,
    ath: proven.tokenHash && base64url(proven.tokenHash),
  };
  const input = `${encoded(header)}.${encoded(claims)}`;
  return `${input}.${base64url(await signed(key, bytesOf(input)))}`;
}

/** @throws DeviceKeyError when it is no signature in the form of JOSE. */
export async function signed(key: DeviceKey, input: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const signature = await key.sign(input);
  if (signature.length === 64) return signature;
  throw new DeviceKeyError(
    `\`sign\` gave ${signature.length} bytes, not the 64 of r and s: see rawSignature.`,
  );
}

/** RFC 9449, section 4.2, `htu`. The root has a path too. */
function withoutQuery(url: string): string {
  const origin = originOf(url);
  return origin + (url.slice(origin.length).replace(/[?#].*$/s, '') || '/');
}

/** JSON in ASCII, since React Native may have no TextEncoder. */
function encoded(value: object): string {
  const json = JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return base64url(bytesOf(json));
}

/** Of ASCII. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** RFC 4648, section 5, without padding. Old engines have no `btoa`. */
export function base64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const digits = Math.min(3, bytes.length - at) + 1;
    for (let digit = 0; digit < digits; digit += 1) text += alphabet[(three >> (18 - 6 * digit)) & 63];
  }
  return text;
}
