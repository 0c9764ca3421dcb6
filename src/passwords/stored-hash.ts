// Parses every supported kind of password hash into its parameters. Parsing is cheap, never throws, and refuses
// hashes that are too expensive to check.

import { type Argon2, fromBase64, readArgon2 } from './argon2-string.ts';
import { type Phpass, readPhpass, readShaCrypt, type ShaCrypt } from './crypt-string.ts';

/** `setting` is everything before the tag: version, cost and salt. The tag stays in its encoded form. */
export type Bcrypt = { readonly kind: 'bcrypt'; readonly setting: string; readonly tag: Uint8Array };

/** bcrypt of a digest of the password, which avoids bcrypt's limit of 72 bytes: WordPress 6.8 and Django. */
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

/**
 * Firebase's variant: scrypt derives a key from the password, and the tag is the project's signer key encrypted with
 * it.
 */
export type FirebaseScrypt = Omit<Scrypt, 'kind'> & {
  readonly kind: 'firebase-scrypt';
  readonly signerKey: Uint8Array<ArrayBuffer>;
};

const pbkdf2Hashes = ['SHA-1', 'SHA-256', 'SHA-512'] as const;

export type Pbkdf2 = {
  readonly kind: 'pbkdf2';
  readonly hash: (typeof pbkdf2Hashes)[number];
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

/**
 * Denial of service: limits for stored hashes. A login may take some seconds of CPU at most (`limits` in
 * wrangler.toml), and half of an isolate's memory.
 */
const limits = {
  bcryptCost: 14,
  scryptBytes: 64 * 1024 ** 2,
  /** Take 7.8 s with noble's SHA-512, 3.1 s with its SHA-1, and 1.8 s with our own loop over SHA-256. */
  pbkdf2Iterations: { 'SHA-1': 1_200_000, 'SHA-256': 2_000_000, 'SHA-512': 1_200_000 },
};

/** Returns the hash, or a phrase that says why it cannot be checked and quotes nothing of it. */
export function readStoredHash(text: string): StoredHash | string {
  const identifier = /^\$([\w-]+)\$/.exec(text)?.[1] ?? '';
  return readers.get(identifier)?.(text) ?? 'is no hash of a kind that can be checked';
}

type Reader = (text: string) => StoredHash | string;

/** By PHC identifier. `2x` is left out: it marks hashes of a faulty bcrypt implementation. */
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
  if (Number(cost) > limits.bcryptCost) return `has a bcrypt cost over ${limits.bcryptCost}`;
  return { kind: 'bcrypt', setting, tag: new TextEncoder().encode(tag) };
}

/** `$wp$2y$…` (WordPress's form), `$bcrypt_sha256$2b$…` (for Django's `bcrypt_sha256$$2b$…`). */
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
  if (!hasValidLengths(read) || !isScrypt(read)) return 'is no scrypt hash as a PHC string';
  return isAffordable(read) ? read : scryptTooDear;
}

/** Supabase's form: each hash repeats the project's salt separator and signer key, which all of its users share. */
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
  if (!hasValidLengths(read) || !isScrypt(read) || signerKey.length !== tagBytes.length)
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
  return bytes <= limits.scryptBytes && parallelism <= 16 && bytes * parallelism <= 4 * limits.scryptBytes;
}

/** PHC strings (`i=310000,l=32`), and passlib's form (`29000`, base64 with `.` for `+`). */
function readPbkdf2(text: string): Pbkdf2 | string {
  const [, bits = '1', iterations, length, salt, tag] =
    /^\$pbkdf2(?:-sha(1|256|512))?\$(?:i=)?([1-9]\d{0,9})(?:,l=(\d+))?\$([A-Za-z0-9+/.]+)\$([A-Za-z0-9+/.]+)$/.exec(
      text,
    ) ?? [];
  const hash = pbkdf2Hashes.find((known) => known === `SHA-${bits}`);
  if (!hash) return notPbkdf2;
  const read = {
    kind: 'pbkdf2',
    hash,
    iterations: Number(iterations),
    salt: fromBase64(salt?.replaceAll('.', '+')),
    tag: fromBase64(tag?.replaceAll('.', '+')),
  } as const;
  if (!hasValidLengths(read) || Number(length ?? read.tag.length) !== read.tag.length) return notPbkdf2;
  if (read.iterations > limits.pbkdf2Iterations[hash])
    return `has more than ${limits.pbkdf2Iterations[hash]} iterations of PBKDF2 with ${hash}`;
  return read;
}

const notPbkdf2 = 'is no PBKDF2 hash as a PHC string';

/** A shorter tag could match by chance; longer ones do not occur. */
function hasValidLengths({ salt, tag }: { salt: Uint8Array; tag: Uint8Array }): boolean {
  return salt.length >= 1 && salt.length <= 128 && tag.length >= 16 && tag.length <= 64;
}
