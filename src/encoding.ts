// Digests and encodings.

import { base64url } from 'jose';

/** SHA-256 of the text in UTF-8: 32 bytes. */
export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

/** With padding (RFC 4648, section 4). */
export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** SHA-256, base64url without padding. Hides what has 128 random bits or more, as nobody can try those out; names anything. */
export async function digestOf(text: string): Promise<string> {
  return base64url.encode(await sha256(text));
}

/** Whether Postgres would take it for a uuid of ours: canonical and lower case (RFC 9562, section 4). */
export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
