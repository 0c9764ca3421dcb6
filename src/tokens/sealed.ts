// Authenticated encryption of state that the client holds for us: request handles, known-device markers, DPoP nonces and
// passkeys' challenges. The client can neither read nor forge it. AES-256-GCM under DATA_KEYS.

import { base64url } from 'jose';
import { type DataKeys, mac } from './data-keys.ts';

/** Authenticated as additional data: a text that was sealed for one purpose never opens for another. */
export type SealedPurpose =
  | 'request'
  | 'known-device'
  | 'dpop-nonce'
  | 'passkey-registration'
  | 'passkey-sign-in'
  | 'passkey-second-factor';

/** `expiresAt` is in seconds since 1970. */
export type Sealed = { readonly subject: string; readonly expiresAt: number };

const vectorBytes = 12;

/**
 * Returns base64url of the initialization vector and the ciphertext. The vector is a MAC of the plaintext (a
 * synthetic IV, as in RFC 5297): the same content gives the same text, and two contents never share a vector (reuse
 * of an IV breaks AES-GCM).
 */
export async function seal(
  [key]: DataKeys,
  purpose: SealedPurpose,
  { subject, expiresAt }: Sealed,
): Promise<string> {
  const vector = (await mac(key.vectors, [purpose, subject, String(expiresAt)])).subarray(0, vectorBytes);
  const content = new TextEncoder().encode(JSON.stringify([subject, expiresAt]));
  const sealed = await crypto.subtle.encrypt(parametersOf(vector, purpose), key.sealing, content);
  const text = new Uint8Array(vectorBytes + sealed.byteLength);
  text.set(vector);
  text.set(new Uint8Array(sealed), vectorBytes);
  return base64url.encode(text);
}

/**
 * Returns `undefined` for text that we did not seal for this purpose, or that has expired. Never throws on untrusted
 * input.
 */
export async function open(
  keys: DataKeys,
  purpose: SealedPurpose,
  text: string,
  now: Date,
): Promise<Sealed | undefined> {
  // Malleability: only canonical base64url without padding is accepted, so that each content has exactly one text.
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined;
  const bytes = base64url.decode(text);
  if (bytes.length <= vectorBytes || base64url.encode(bytes) !== text) return undefined;
  const parameters = parametersOf(bytes.subarray(0, vectorBytes), purpose);
  for (const { sealing } of keys) {
    const content = await crypto.subtle
      .decrypt(parameters, sealing, bytes.subarray(vectorBytes))
      .catch(() => undefined);
    if (!content) continue;
    const [subject, expiresAt] = JSON.parse(new TextDecoder().decode(content));
    return expiresAt > now.getTime() / 1000 ? { subject, expiresAt } : undefined;
  }
  return undefined;
}

function parametersOf(iv: Uint8Array, purpose: SealedPurpose) {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(purpose) };
}
