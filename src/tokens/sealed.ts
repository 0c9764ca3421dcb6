// Authenticated encryption. Of state that the client holds for us: request handles, known-device markers, DPoP nonces,
// challenges of passkeys, nonces of ID tokens, sign-ins that owe a second factor; the client can neither read nor forge it. And
// of secrets in the database, which a copy of it does not show. AES-256-GCM under DATA_KEYS.

import { base64url } from 'jose';
import { type DataKeys, mac } from './data-keys.ts';

/** Authenticated as additional data: a text that was sealed for one purpose never opens for another. */
export type SealedPurpose =
  | 'request'
  | 'known-device'
  | 'dpop-nonce'
  | 'auth-session'
  | 'passkey-registration'
  | 'passkey-sign-in'
  | 'passkey-second-factor'
  | 'sign-in-nonce';

/** Of what is kept in the database, and does not expire. */
export type KeptPurpose = 'totp-secret' | 'identity-secret';

/** `expiresAt` is in seconds since 1970. */
export type Sealed = { readonly subject: string; readonly expiresAt: number };

const vectorBytes = 12;

/** Returns base64url; the same content gives the same text. */
export function seal(
  keys: DataKeys,
  purpose: SealedPurpose,
  { subject, expiresAt }: Sealed,
): Promise<string> {
  return encrypt(keys, purpose, [subject, expiresAt]);
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
  const [subject = '', expiresAt = 0] = (await decrypt(keys, purpose, text)) ?? [];
  return expiresAt > now.getTime() / 1000 ? { subject, expiresAt } : undefined;
}

/** The same, for what does not expire. */
export function sealKept(keys: DataKeys, purpose: KeptPurpose, subject: string): Promise<string> {
  return encrypt(keys, purpose, [subject]);
}

export async function openKept(
  keys: DataKeys,
  purpose: KeptPurpose,
  text: string,
): Promise<string | undefined> {
  const [subject] = (await decrypt(keys, purpose, text)) ?? [];
  return subject;
}

type Content = readonly [subject: string, expiresAt?: number];

/**
 * Returns base64url of the initialization vector and the ciphertext. The vector is a MAC of the plaintext (a
 * synthetic IV, as in RFC 5297): the same content gives the same text, and two contents never share a vector (reuse
 * of an IV breaks AES-GCM).
 */
async function encrypt([key]: DataKeys, purpose: string, content: Content): Promise<string> {
  const vector = (await mac(key.vectors, [purpose, ...content.map(String)])).subarray(0, vectorBytes);
  const plain = new TextEncoder().encode(JSON.stringify(content));
  const sealed = await crypto.subtle.encrypt(parametersOf(vector, purpose), key.sealing, plain);
  const text = new Uint8Array(vectorBytes + sealed.byteLength);
  text.set(vector);
  text.set(new Uint8Array(sealed), vectorBytes);
  return base64url.encode(text);
}

async function decrypt(keys: DataKeys, purpose: string, text: string): Promise<Content | undefined> {
  // Malleability: only canonical base64url without padding is accepted, so that each content has exactly one text.
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined;
  const bytes = base64url.decode(text);
  if (bytes.length <= vectorBytes || base64url.encode(bytes) !== text) return undefined;
  const parameters = parametersOf(bytes.subarray(0, vectorBytes), purpose);
  for (const { sealing } of keys) {
    const content = await crypto.subtle
      .decrypt(parameters, sealing, bytes.subarray(vectorBytes))
      .catch(() => undefined);
    if (content) return JSON.parse(new TextDecoder().decode(content));
  }
  return undefined;
}

function parametersOf(iv: Uint8Array, purpose: string) {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(purpose) };
}
