// Passwords are kept as Argon2id PHC strings; a right one, a wrong one and one for no account cost the same to check. A hash
// that another system made costs what it costs, until its first login replaces it.

import withSimd from 'argon2id/dist/simd.wasm';
import setupWasm, { type computeHash } from 'argon2id/lib/setup.js';
import { type Argon2, current, decoyHash, formatArgon2id, isOfToday } from './argon2-string.ts';
import { readStoredHash, type StoredHash } from './stored-hash.ts';

/** `needsRehash`: made in another way than today's are, and of the whole password: so hash that again and store it. */
type Verification = { matches: false } | { matches: true; needsRehash: boolean };

export type PasswordHasher = {
  /** A PHC string with a fresh salt, 97 ASCII characters, for a password that the policy accepted. */
  hash(password: string): Promise<string>;
  /** Never throws over what it is given: nothing matches a string that cannot be read or asks too much. */
  verify(password: string, stored: string): Promise<Verification>;
  /** A PHC string of today's cost that nothing matches: what to verify against where there is no account. */
  readonly decoy: string;
};

/** `randomBytes` returns as many bytes as it is asked for, fit for a salt. Source: RFC 9106. */
export function createPasswordHasher(sources: {
  randomBytes: (length: number) => Uint8Array;
}): PasswordHasher {
  return {
    decoy: decoyHash(),
    async hash(password) {
      const salt = sources.randomBytes(current.saltBytes);
      const tag = await computeArgon2id(encode(canonical(password)), { ...current, salt }, current.tagBytes);
      return formatArgon2id({ ...current, salt, tag });
    },
    async verify(password, stored) {
      // Other systems hashed what was typed, as it was.
      const composed = canonical(password);
      for (const typed of composed === password ? [password] : [composed, password]) {
        if (await isTheOne(typed, stored))
          return { matches: true, needsRehash: !isOfToday(stored) && !isReadInPart(typed, stored) };
      }
      return { matches: false };
    },
  };
}

/** NFC, so that one password typed on two keyboards is one password (NIST SP 800-63B-4 section 3.1.1.2, RFC 8265 section 4.2). */
function canonical(password: string): string {
  return password.normalize('NFC');
}

/** As much of a password as bcrypt reads. */
const bcryptBytes = 72;

/**
 * Whether the stored hash is bcrypt's and saw 72 bytes alone of what was typed: the rest may be a slip of the hand, and must
 * not become the password. Whoever changes the password gets a hash of all of it.
 */
function isReadInPart(typed: string, stored: string): boolean {
  const read = readStoredHash(stored);
  return typeof read === 'object' && read.kind === 'bcrypt' && encode(typed).length > bcryptBytes;
}

async function isTheOne(password: string, text: string): Promise<boolean> {
  const stored = readStoredHash(text);
  if (typeof stored === 'string') return false;
  const tag = await computeTag(password, stored);
  return tag !== undefined && crypto.subtle.timingSafeEqual(tag, stored.tag);
}

/** Other systems' kinds are loaded when the first of them is met: a cold start need not wait for their tables. */
async function computeTag(password: string, stored: StoredHash): Promise<Uint8Array | undefined> {
  if (stored.kind !== 'argon2id') {
    // Here and nowhere else, or the bundler would not see that the module is never loaded.
    if (typeof IMPORTED_HASHES === 'undefined' || IMPORTED_HASHES)
      return (await import('./imported/compute.ts')).computeImported(password, stored);
    return undefined;
  }
  const bytes = encode(password);
  // The library compares the bytes themselves with a least length, and so takes a single one for a number and throws.
  return bytes.length < 2 ? undefined : computeArgon2id(bytes, stored, stored.tag.length);
}

/** Set in wrangler.toml: a service that nobody moves to is 23 KB smaller without. */
declare const IMPORTED_HASHES: boolean | undefined;

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** One per isolate: it holds 65 MiB, and computes without giving way, so that calls cannot meet in its memory. */
let instance: Promise<computeHash> | undefined;

async function computeArgon2id(
  password: Uint8Array,
  cost: Pick<Argon2, 'kibibytes' | 'passes' | 'lanes' | 'salt'>,
  tagLength: number,
): Promise<Uint8Array> {
  // Every Workers runtime has SIMD: the library's other module would be bytes that never run.
  const load = (imports: WebAssembly.Imports) => instantiate(withSimd, imports);
  instance ??= setupWasm(load, load).catch((cause: unknown) => {
    instance = undefined; // memory may be short for a moment; an isolate lives for days
    throw cause;
  });
  const argon2id = await instance;
  const { kibibytes: memorySize, passes, lanes: parallelism, salt } = cost;
  return argon2id({ password, salt, memorySize, passes, parallelism, tagLength });
}

function instantiate(module: WebAssembly.Module, imports: WebAssembly.Imports) {
  return { module, instance: new WebAssembly.Instance(module, imports) };
}
