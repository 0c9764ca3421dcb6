// Argon2's PHC strings: what a new one costs, which stored ones are affordable, and the one that nothing matches.

/**
 * What a new hash costs: the parameters that OWASP's Password Storage Cheat Sheet names first, about 40 ms of a Worker's CPU.
 * RFC 9106 section 4 would have 64 MiB or more, half of an isolate. Salt and tag are as long as it recommends.
 */
export const current = { kibibytes: 19_456, passes: 2, lanes: 1, saltBytes: 16, tagBytes: 32 } as const;

/**
 * What a stored string may ask of us. The memory is what an instance begins with, so that it never grows; the work is that
 * of the dearest default in wide use (PHP: 64 MiB, four passes). The lengths keep a tag from matching by chance.
 */
const affordable = {
  kibibytes: 65_536,
  kibibytesTimesPasses: 4 * 65_536,
  saltBytes: [8, 64],
  tagBytes: [16, 64],
} as const;

type Cost = { readonly kibibytes: number; readonly passes: number; readonly lanes: number };

export type Argon2 = Cost & {
  readonly kind: 'argon2id' | 'argon2i' | 'argon2d';
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
};

// https://github.com/P-H-C/phc-string-format: decimals without leading zeros, base64 without padding; v=19 is RFC 9106's.
const argon2String =
  /^\$(argon2(?:id|i|d))\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** The hash, or in words why it cannot be checked. */
export function readArgon2(text: string): Argon2 | string {
  const [, kind, kibibytes, passes, lanes, salt, tag] = argon2String.exec(text) ?? [];
  const stored = {
    kind: kind as Argon2['kind'],
    kibibytes: Number(kibibytes),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: fromBase64(salt),
    tag: fromBase64(tag),
  };
  if (stored.salt.length === 0 || stored.tag.length === 0) return 'is no Argon2 hash of version 19';
  return isAffordable(stored) ? stored : 'asks for more than 64 MiB, four passes over them, or odd lengths';
}

export function formatArgon2id(stored: Omit<Argon2, 'kind'>): string {
  return `${headerOf(stored)}${toBase64(stored.salt)}$${toBase64(stored.tag)}`;
}

/** Of today's cost, and nothing matches it: matching a tag of zeros would take a preimage. */
export function decoyHash(): string {
  const [salt, tag] = [new Uint8Array(current.saltBytes), new Uint8Array(current.tagBytes)];
  return formatArgon2id({ ...current, salt, tag });
}

/** Dearer parameters count as well: their slowness would tell that the address has an account. */
export function isOfToday(phc: string): boolean {
  return phc.startsWith(headerOf(current)) && phc.length === decoyHash().length;
}

/** Base64 without padding; no bytes for what is none. The alphabet is the caller's to check. */
export function fromBase64(text = ''): Uint8Array<ArrayBuffer> {
  // A lone last character is the one thing that base64 cannot mean.
  return Uint8Array.from(text.length % 4 === 1 ? '' : atob(text), (character) => character.charCodeAt(0));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('=', '');
}

/** What stands before salt and tag. */
export function headerOf({ kibibytes, passes, lanes }: Cost): string {
  return `$argon2id$v=19$m=${kibibytes},t=${passes},p=${lanes}$`;
}

function isAffordable({ kibibytes, passes, lanes, salt, tag }: Omit<Argon2, 'kind'>): boolean {
  const within = (length: number, [least, most]: readonly [number, number]) =>
    least <= length && length <= most;
  return (
    kibibytes >= 8 * lanes && // RFC 9106 section 3.1
    kibibytes <= affordable.kibibytes &&
    kibibytes * passes <= affordable.kibibytesTimesPasses &&
    within(salt.length, affordable.saltBytes) &&
    within(tag.length, affordable.tagBytes)
  );
}
