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

/**
 * SHA-256, base64url without padding. For secrets only where they have 128 random bits or more, which nobody can try
 * out. As a fingerprint for any text.
 */
export async function digestOf(text: string): Promise<string> {
  return base64url.encode(await sha256(text));
}

/** SHA-256, in lower-case hexadecimal. */
export async function hexDigestOf(text: string): Promise<string> {
  return Array.from(await sha256(text), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Base64url with or without padding, which some password managers add. Undefined for anything else. jose's decoder alone
 * takes more: white space, and the characters of base64.
 */
export function bytesOfBase64url(text: string): Uint8Array | undefined {
  const bare = text.replace(/={1,2}$/, '');
  return /^[\w-]*$/.test(bare) && bare.length % 4 !== 1 ? base64url.decode(bare) : undefined;
}

/** Whether it is a UUID as Postgres writes it: canonical and lower case (RFC 9562, section 4). */
export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

/** The 16 bytes of a UUID (RFC 9562, section 4). */
export function bytesOfUuid(uuid: string): Uint8Array {
  return Uint8Array.from(uuid.replaceAll('-', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The UUID of these 16 bytes, as Postgres writes it. */
export function uuidOfBytes(bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
