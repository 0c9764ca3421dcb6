// Parses the hash strings of crypt(3) and phpass. Their tags stay encoded: they use an alphabet of their own, so the
// computed tag is encoded and compared as text.

export type Phpass = {
  readonly kind: 'phpass';
  readonly rounds: number;
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
};

/** SHA-crypt (https://www.akkadia.org/drepper/SHA-crypt.txt). */
export type ShaCrypt = {
  readonly kind: 'sha-crypt';
  readonly hash: 'SHA-256' | 'SHA-512';
  readonly rounds: number;
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
};

export const cryptAlphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Denial of service: at most some seconds of CPU. For comparison, passlib's default for SHA-512 is 656,000, and
 * WordPress used phpass with 8,192.
 */
const maximumRounds = { phpass: 2 ** 18, shaCrypt: 700_000 };

/** `$P$B…` (WordPress before 6.8), `$H$9…` (phpBB). */
export function readPhpass(text: string): Phpass | string {
  const [, log2 = '', salt, tag] = /^\$[PH]\$([5-9A-S])([!-~]{8})([./0-9A-Za-z]{22})$/.exec(text) ?? [];
  if (!salt || !tag) return 'is no phpass hash of 34 characters';
  const rounds = 2 ** cryptAlphabet.indexOf(log2);
  if (rounds > maximumRounds.phpass) return `has more than ${maximumRounds.phpass} rounds of phpass`;
  return { kind: 'phpass', rounds, salt: encode(salt), tag: encode(tag) };
}

/** `$5$salt$…`, `$6$rounds=656000$salt$…`. The default is 5,000 rounds. */
export function readShaCrypt(text: string): ShaCrypt | string {
  const [, kind, given = '5000', salt, tag = ''] =
    /^\$([56])\$(?:rounds=([1-9]\d{3,8})\$)?([^$\n:]{0,16})\$([./0-9A-Za-z]{43}|[./0-9A-Za-z]{86})$/.exec(
      text,
    ) ?? [];
  const [hash, length] = kind === '5' ? (['SHA-256', 43] as const) : (['SHA-512', 86] as const);
  if (salt === undefined || tag.length !== length) return 'is no SHA-crypt hash as crypt(3) writes it';
  const rounds = Number(given);
  if (rounds > maximumRounds.shaCrypt) return `has more than ${maximumRounds.shaCrypt} rounds of SHA-crypt`;
  return { kind: 'sha-crypt', hash, rounds, salt: encode(salt), tag: encode(tag) };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
