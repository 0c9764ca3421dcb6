// Argon2 PHC strings: the parameters of new hashes, the limits for stored ones, and a decoy that no password matches.

/**
 * Parameters of new hashes: the first choice of OWASP's Password Storage Cheat Sheet, about 40 ms of a Worker's CPU.
 * RFC 9106 section 4 recommends 64 MiB or more, but that is half of an isolate's memory. Salt and tag are as long as
 * it recommends.
 */
export const currentParameters = {
  kibibytes: 19_456,
  passes: 2,
  lanes: 1,
  saltBytes: 16,
  tagBytes: 32,
} as const;

/**
 * Denial of service: limits for the parameters of stored hashes. The memory is what a WebAssembly instance starts
 * with, so that it never grows. The work is that of the most expensive default in wide use (PHP: 64 MiB, four
 * passes). The minimum lengths keep a tag from matching by chance.
 */
const limits = {
  kibibytes: 65_536,
  kibibytesTimesPasses: 4 * 65_536,
  saltBytes: [8, 64],
  tagBytes: [16, 64],
} as const;

const kinds = ['argon2id', 'argon2i', 'argon2d'] as const;

export type Cost = { readonly kibibytes: number; readonly passes: number; readonly lanes: number };

export type Argon2 = Cost & {
  readonly kind: (typeof kinds)[number];
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
};

// https://github.com/P-H-C/phc-string-format: decimals without leading zeros, base64 without padding; v=19 is
// RFC 9106.
const argon2String =
  /^\$(argon2(?:id|i|d))\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Returns the hash, or a phrase that says why it cannot be checked. */
export function readArgon2(text: string): Argon2 | string {
  const [, name, kibibytes, passes, lanes, salt, tag] = argon2String.exec(text) ?? [];
  const kind = kinds.find((known) => known === name);
  if (!kind) return unreadable;
  const stored = {
    kind,
    kibibytes: Number(kibibytes),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: fromBase64(salt),
    tag: fromBase64(tag),
  };
  if (stored.salt.length === 0 || stored.tag.length === 0) return unreadable;
  return isAffordable(stored) ? stored : 'asks for more than 64 MiB, four passes over them, or odd lengths';
}

const unreadable = 'is no Argon2 hash of version 19';

export function formatArgon2id(stored: Omit<Argon2, 'kind'>): string {
  return `${headerOf(stored)}${toBase64(stored.salt)}$${toBase64(stored.tag)}`;
}

/** A hash of a cost, by default today's, that no password matches: a match of its all-zero tag would be a preimage. */
export function decoyHash(cost: Cost = currentParameters): string {
  const { saltBytes, tagBytes } = currentParameters;
  return formatArgon2id({
    ...cost,
    salt: new Uint8Array(saltBytes),
    tag: new Uint8Array(tagBytes),
  });
}

/**
 * False for more expensive parameters too. Timing side channel: a slower check than the decoy's would reveal that the
 * address has an account.
 */
export function hasParameters(phc: string, cost: Cost): boolean {
  return phc.startsWith(headerOf(cost)) && phc.length === decoyHash(cost).length;
}

/** Decodes base64 without padding; returns no bytes for an impossible length. The caller checks the alphabet. */
export function fromBase64(text = ''): Uint8Array<ArrayBuffer> {
  // A length of 4n + 1 is impossible in base64; `atob` would throw.
  return Uint8Array.from(text.length % 4 === 1 ? '' : atob(text), (character) => character.charCodeAt(0));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('=', '');
}

/** The part of a PHC string before salt and tag. */
export function headerOf({ kibibytes, passes, lanes }: Cost): string {
  return `$argon2id$v=19$m=${kibibytes},t=${passes},p=${lanes}$`;
}

function isAffordable({ kibibytes, passes, lanes, salt, tag }: Omit<Argon2, 'kind'>): boolean {
  const within = (length: number, [least, most]: readonly [number, number]) =>
    least <= length && length <= most;
  return (
    kibibytes >= 8 * lanes && // RFC 9106 section 3.1
    kibibytes <= limits.kibibytes &&
    kibibytes * passes <= limits.kibibytesTimesPasses &&
    within(salt.length, limits.saltBytes) &&
    within(tag.length, limits.tagBytes)
  );
}
