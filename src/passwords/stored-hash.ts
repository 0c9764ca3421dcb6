// Every kind of hash that may stand in the table, read into what it asks for. Reading computes nothing and never throws.

import { type Argon2, fromBase64, readArgon2 } from './argon2-string.ts';
import { type Phpass, readPhpass, readShaCrypt, type ShaCrypt } from './crypt-string.ts';

/** `setting` is what comes before the tag: version, cost and salt. The tag is kept as it is written. */
export type Bcrypt = { readonly kind: 'bcrypt'; readonly setting: string; readonly tag: Uint8Array };

/** bcrypt of a digest of the password, so that none is too long for it: of WordPress 6.8, and of Django. */
export type DigestedBcrypt = Omit<Bcrypt, 'kind'> & {
  readonly kind: 'digested-bcrypt';
  readonly digest: 'wp-sha384' | 'sha256';
};

export type Scrypt = {
  readonly kind: 'scrypt';
  /** N, r and p of RFC 7914. */
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelism: number;
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
};

/** Firebase's own: the tag is the project's signer key, encrypted with what scrypt makes of the password. */
export type FirebaseScrypt = Omit<Scrypt, 'kind'> & {
  readonly kind: 'firebase-scrypt';
  readonly signerKey: Uint8Array<ArrayBuffer>;
};

export type Pbkdf2 = {
  readonly kind: 'pbkdf2';
  readonly hash: 'SHA-1' | 'SHA-256' | 'SHA-512';
  readonly iterations: number;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly tag: Uint8Array;
};

export type StoredHash =
  | Argon2
  | Bcrypt
  | DigestedBcrypt
  | Scrypt
  | FirebaseScrypt
  | Pbkdf2
  | Phpass
  | ShaCrypt;

/** What is dearer is refused: some seconds of a CPU (`limits` in wrangler.toml) and half of an isolate are the most of a login. */
const most = {
  bcryptCost: 14,
  scryptBytes: 64 * 1024 ** 2,
  /** 7.8 s of noble's SHA-512, 3.1 of its SHA-1; of SHA-256 we have a loop of our own, and 2,000,000 are 1.8 s. */
  pbkdf2Iterations: { 'SHA-1': 1_200_000, 'SHA-256': 2_000_000, 'SHA-512': 1_200_000 },
};

/** The hash, or in words, which quote nothing of it, why it cannot be checked. */
export function readStoredHash(text: string): StoredHash | string {
  const identifier = /^\$([\w-]+)\$/.exec(text)?.[1] ?? '';
  return readers.get(identifier)?.(text) ?? 'is no hash of a kind that can be checked';
}

type Reader = (text: string) => StoredHash | string;

/** By PHC identifier. `2x` is not here: it marks hashes that a faulty bcrypt made. */
const readers: ReadonlyMap<string, Reader> = new Map(
  (
    [
      [readArgon2, 'argon2id', 'argon2i', 'argon2d'],
      [readBcrypt, '2a', '2b', '2y'],
      [readDigestedBcrypt, 'wp', 'bcrypt_sha256'],
      [readScrypt, 'scrypt'],
      [readFirebaseScrypt, 'fbscrypt'],
      [readPhpass, 'P', 'H'],
      [readShaCrypt, '5', '6'],
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

/** `$wp$2y$…` as WordPress writes it, `$bcrypt_sha256$2b$…` for Django's `bcrypt_sha256$$2b$…`. */
function readDigestedBcrypt(text: string): DigestedBcrypt | string {
  const [, name, bcrypt = ''] = /^\$(wp|bcrypt_sha256)(\$.*)$/.exec(text) ?? [];
  const inner = readBcrypt(bcrypt);
  if (typeof inner === 'string') return inner;
  return { ...inner, kind: 'digested-bcrypt', digest: name === 'wp' ? 'wp-sha384' : 'sha256' };
}

function readScrypt(text: string): Scrypt | string {
  const [, ln, r, p, salt, tag] =
    /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d{0,5}),p=([1-9]\d{0,5})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
      text,
    ) ?? [];
  const read = {
    kind: 'scrypt',
    ...scryptCost(ln, r, p),
    salt: fromBase64(salt),
    tag: fromBase64(tag),
  } as const;
  if (!isWhole(read) || !isScrypt(read)) return 'is no scrypt hash as a PHC string';
  return isAffordable(read) ? read : scryptTooDear;
}

/** As Supabase writes it: the project's salt separator and signer key, which are the same for all of its users, stand in each. */
function readFirebaseScrypt(text: string): FirebaseScrypt | string {
  const [, ln, r, separator = '', key, salt, tag] =
    /^\$fbscrypt\$v=1,n=([1-9]\d?),r=([1-9]\d{0,5}),p=1(?:,ss=([A-Za-z0-9+/]*={0,2}))?,sk=([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})$/.exec(
      text,
    ) ?? [];
  const [signerKey, tagBytes] = [fromBase64(key), fromBase64(tag)];
  const salted = Uint8Array.of(...fromBase64(salt), ...fromBase64(separator));
  const read = {
    kind: 'firebase-scrypt',
    ...scryptCost(ln, r, '1'),
    salt: salted,
    tag: tagBytes,
    signerKey,
  } as const;
  if (!isWhole(read) || !isScrypt(read) || signerKey.length !== tagBytes.length)
    return 'is no Firebase scrypt hash with its project’s parameters';
  return isAffordable(read) ? read : scryptTooDear;
}

function scryptCost(ln?: string, r?: string, p?: string) {
  return { cost: 2 ** Number(ln), blockSize: Number(r), parallelism: Number(p) };
}

type ScryptCost = ReturnType<typeof scryptCost>;

/** RFC 7914 section 2: N is less than 2^(128 * r / 8). */
function isScrypt({ cost, blockSize }: ScryptCost): boolean {
  return Math.log2(cost) < 16 * blockSize;
}

const scryptTooDear = 'asks for more than 64 MiB, or more than four times that in all, of scrypt';

function isAffordable({ cost, blockSize, parallelism }: ScryptCost): boolean {
  const bytes = 128 * cost * blockSize;
  return bytes <= most.scryptBytes && parallelism <= 16 && bytes * parallelism <= 4 * most.scryptBytes;
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
  if (read.iterations > most.pbkdf2Iterations[read.hash])
    return `has more than ${most.pbkdf2Iterations[read.hash]} iterations of PBKDF2 with ${read.hash}`;
  return read;
}

/** A shorter tag could match by chance; longer ones nobody makes. */
function isWhole({ salt, tag }: { salt: Uint8Array; tag: Uint8Array }): boolean {
  return salt.length >= 1 && salt.length <= 128 && tag.length >= 16 && tag.length <= 64;
}
