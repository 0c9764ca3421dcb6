// What a client keeps for us and can neither read nor make: handles of requests, known devices. AES-256-GCM under DATA_KEYS.

import { base64url } from 'jose';
import { type DataKeys, mac } from './data-keys.ts';

/** Where a sealed text belongs. It is authenticated: one kind never opens as another. */
export type SealedPurpose = 'request' | 'known-device';

/** `expiresAt` is in seconds since 1970. */
export type Sealed = { readonly subject: string; readonly expiresAt: number };

const vectorBytes = 12;

/**
 * Base64url of the initialisation vector and the ciphertext. The vector is a MAC of what is sealed (as in RFC 5297), so that
 * the same content gives the same text, and two contents never share one.
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

/** Nothing for what we did not seal for this purpose, or what has expired. Never throws on what a stranger sends. */
export async function open(
  keys: DataKeys,
  purpose: SealedPurpose,
  text: string,
  now: Date,
): Promise<Sealed | undefined> {
  // Base64url without padding, whose last character has no bit to spare: one content, one text.
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
