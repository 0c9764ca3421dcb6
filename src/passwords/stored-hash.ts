// Every kind of hash that may stand in the table, read into what it asks for. Reading computes nothing and never throws.

import { type Argon2, fromBase64, readArgon2 } from './argon2-string.ts';

/** `setting` is what comes before the tag: version, cost and salt. The tag is kept as it is written. */
export type Bcrypt = { readonly kind: 'bcrypt'; readonly setting: string; readonly tag: Uint8Array };

export type Scrypt = {
  readonly kind: 'scrypt';
  /** N, r and p of RFC 7914. */
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelism: number;
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
};

export type Pbkdf2 = {
  readonly kind: 'pbkdf2';
  readonly hash: 'SHA-1' | 'SHA-256' | 'SHA-512';
  readonly iterations: number;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly tag: Uint8Array;
};

export type StoredHash = Argon2 | Bcrypt | Scrypt | Pbkdf2;

/** What is dearer is refused: some seconds of a CPU (`limits` in wrangler.toml) and half of an isolate are the most of a login. */
const most = { bcryptCost: 14, scryptBytes: 64 * 1024 ** 2, pbkdf2Iterations: 1_200_000 };

/** The hash, or in words, which quote nothing of it, why it cannot be checked. */
export function readStoredHash(text: string): StoredHash | string {
  const identifier = /^\$([a-z0-9-]+)\$/.exec(text)?.[1] ?? '';
  return readers.get(identifier)?.(text) ?? 'is no Argon2, bcrypt, scrypt or PBKDF2 hash';
}

type Reader = (text: string) => StoredHash | string;

/** By PHC identifier. `2x` is not here: it marks hashes that a faulty bcrypt made. */
const readers: ReadonlyMap<string, Reader> = new Map(
  (
    [
      [readArgon2, 'argon2id', 'argon2i', 'argon2d'],
      [readBcrypt, '2a', '2b', '2y'],
      [readScrypt, 'scrypt'],
      [readPbkdf2, 'pbkdf2', 'pbkdf2-sha1', 'pbkdf2-sha256', 'pbkdf2-sha512'],
    ] as const
  ).flatMap(([reader, ...identifiers]) => identifiers.map((identifier) => [identifier, reader] as const)),
);

function readBcrypt(text: string): Bcrypt | string {
  const [, setting, cost, tag] =
    /^(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/.exec(text) ?? [];
  if (!setting || !tag || Number(cost) < 4) return 'is no bcrypt hash of 60 characters';
  if (Number(cost) > most.bcryptCost) return `has a bcrypt cost over ${most.bcryptCost}`;
  return { kind: 'bcrypt', setting, tag: new TextEncoder().encode(tag) };
}

function readScrypt(text: string): Scrypt | string {
  const [, ln, r, p, salt, tag] =
    /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d{0,5}),p=([1-9]\d{0,5})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
      text,
    ) ?? [];
  const [cost, blockSize, parallelism] = [2 ** Number(ln), Number(r), Number(p)];
  const read = {
    kind: 'scrypt',
    cost,
    blockSize,
    parallelism,
    salt: fromBase64(salt),
    tag: fromBase64(tag),
  } as const;
  // RFC 7914 section 2: N is less than 2^(128 * r / 8).
  if (!isWhole(read) || Number(ln) >= 16 * blockSize) return 'is no scrypt hash as a PHC string';
  const bytes = 128 * cost * blockSize;
  if (bytes > most.scryptBytes || parallelism > 16 || bytes * parallelism > 4 * most.scryptBytes)
    return 'asks for more than 64 MiB, or more than four times that in all, of scrypt';
  return read;
}

/** As a PHC string (`i=310000,l=32`) and as passlib writes it (`29000`, base64 with `.` for `+`). */
function readPbkdf2(text: string): Pbkdf2 | string {
  const [, bits = '1', iterations, length, salt, tag] =
    /^\$pbkdf2(?:-sha(1|256|512))?\$(?:i=)?([1-9]\d{0,9})(?:,l=(\d+))?\$([A-Za-z0-9+/.]+)\$([A-Za-z0-9+/.]+)$/.exec(
      text,
    ) ?? [];
  const read = {
    kind: 'pbkdf2',
    hash: `SHA-${bits}` as Pbkdf2['hash'],
    iterations: Number(iterations),
    salt: fromBase64(salt?.replaceAll('.', '+')),
    tag: fromBase64(tag?.replaceAll('.', '+')),
  } as const;
  if (!isWhole(read) || Number(length ?? read.tag.length) !== read.tag.length)
    return 'is no PBKDF2 hash as a PHC string';
  if (read.iterations > most.pbkdf2Iterations)
    return `has more than ${most.pbkdf2Iterations} iterations of PBKDF2`;
  return read;
}

/** A shorter tag could match by chance; longer ones nobody makes. */
function isWhole({ salt, tag }: { salt: Uint8Array; tag: Uint8Array }): boolean {
  return salt.length >= 1 && salt.length <= 128 && tag.length >= 16 && tag.length <= 64;
}
