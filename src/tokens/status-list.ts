// The bits of a status list: one a session, compressed. Pure, and for latchkey/verify too.
// Source: Token Status List (draft-ietf-oauth-status-list), section 4.1.

import { base64url } from 'jose';

/** Sessions in one list. The index of a session is `list * statusListSize + place`. */
export const statusListSize = 2 ** 20;

export type StatusPlace = { readonly list: number; readonly place: number };

/** @param index no multiple of 32 bits: shifts would cut it. */
export function placeOf(index: number): StatusPlace {
  return { list: Math.floor(index / statusListSize), place: index % statusListSize };
}

/** The URL of a list, which is its `sub` and the `uri` of the tokens that refer to it. */
export function statusListUri(issuer: string, list: number): string {
  return `${issuer}/status/${list}`;
}

/** A list with these bits set, the least significant bit of a byte first. */
export function bitsOf(places: Iterable<number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(statusListSize / 8);
  for (const place of places) bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (1 << (place & 7));
  return bytes;
}

/** Undefined out of bounds: nothing can be said of such a token, and it is refused (section 8.3). */
export function isSet(bytes: Uint8Array, place: number): boolean | undefined {
  const byte = bytes[Math.floor(place / 8)];
  return byte === undefined ? undefined : ((byte >> (place % 8)) & 1) === 1;
}

/** `lst`: ZLIB (RFC 1950) and base64url. */
export async function compress(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return base64url.encode(await piped(bytes, new CompressionStream('deflate')));
}

/** @throws TypeError where it is no ZLIB. */
export async function decompress(lst: string): Promise<Uint8Array> {
  return piped(base64url.decode(lst) as Uint8Array<ArrayBuffer>, new DecompressionStream('deflate'));
}

async function piped(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(through);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
