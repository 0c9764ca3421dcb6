// Hashes passwords with Argon2id. Timing side channel: checking a right password, a wrong one, and one for an unknown
// account takes the same time. An imported hash of another system takes its own time, until the first login replaces
// it.

import withSimd from 'argon2id/dist/simd.wasm';
import setupWasm, { type computeHash } from 'argon2id/lib/setup.js';
import {
  type Argon2,
  type Cost,
  currentParameters,
  decoyHash,
  formatArgon2id,
  hasParameters,
} from './argon2-string.ts';
import { readStoredHash, type StoredHash } from './stored-hash.ts';

/** `needsRehash`: the stored hash has other parameters than new ones. Hash the password again and store that. */
type Verification = { matches: false } | { matches: true; needsRehash: boolean };

export type PasswordHasher = {
  /** Returns a PHC string with a random salt, 97 ASCII characters. Check the password against the policy first. */
  hash(password: string): Promise<string>;
  /** Never throws on its input: a stored string that is malformed or too expensive matches nothing. */
  verify(password: string, stored: string): Promise<Verification>;
  /**
   * A PHC string with the current parameters that nothing matches. Timing side channel: verify against it where there
   * is no account.
   */
  readonly decoy: string;
};

/**
 * Source: RFC 9106.
 *
 * @param sources.randomBytes provides the salts.
 * @param sources.cost of new hashes. A test that is about something else makes them cheaper.
 */
export function createPasswordHasher({
  randomBytes,
  cost = currentParameters,
}: {
  readonly randomBytes: (length: number) => Uint8Array;
  readonly cost?: Cost | undefined;
}): PasswordHasher {
  return {
    decoy: decoyHash(cost),
    async hash(password) {
      const salted = { ...cost, salt: randomBytes(currentParameters.saltBytes) };
      const tag = await computeArgon2id(encode(normalize(password)), salted, currentParameters.tagBytes);
      return formatArgon2id({ ...salted, tag });
    },
    async verify(password, stored) {
      // Other systems hashed passwords without normalizing them, so the input is tried as it is too.
      const normalized = normalize(password);
      for (const typed of normalized === password ? [password] : [normalized, password]) {
        if (await matches(typed, stored)) {
          const needsRehash = !hasParameters(stored, cost) && !isTruncatedByBcrypt(typed, stored);
          return { matches: true, needsRehash };
        }
      }
      return { matches: false };
    },
  };
}

/**
 * NFC: keyboards differ in how they compose characters, and must give the same password (NIST SP 800-63B-4
 * section 3.1.1.2, RFC 8265 section 4.2).
 */
function normalize(password: string): string {
  return password.normalize('NFC');
}

/** bcrypt ignores everything after these bytes. */
const bcryptBytes = 72;

/**
 * bcrypt truncation: the stored hash covers only the first 72 bytes of what was typed. The rest was never verified
 * and may be a typing error, so a rehash must not make it part of the password. A password change hashes the whole
 * new one.
 */
function isTruncatedByBcrypt(typed: string, stored: string): boolean {
  const read = readStoredHash(stored);
  return typeof read === 'object' && read.kind === 'bcrypt' && encode(typed).length > bcryptBytes;
}

async function matches(password: string, text: string): Promise<boolean> {
  const stored = readStoredHash(text);
  if (typeof stored === 'string') return false;
  const tag = await computeTag(password, stored);
  return tag !== undefined && crypto.subtle.timingSafeEqual(tag, stored.tag);
}

/** Cold start: the code for other systems' hashes is loaded when the first of them is verified. */
async function computeTag(password: string, stored: StoredHash): Promise<Uint8Array | undefined> {
  if (stored.kind !== 'argon2id') {
    // The condition must surround the import directly: only then can the bundler drop the module when the flag is
    // false.
    if (typeof IMPORTED_HASHES === 'undefined' || IMPORTED_HASHES)
      return (await import('./imported/compute.ts')).computeImported(password, stored);
    return undefined;
  }
  const bytes = encode(password);
  // A bug of the library: it compares the array itself with a minimum length. JavaScript coerces an array of one byte
  // to a number, and the library throws.
  return bytes.length < 2 ? undefined : computeArgon2id(bytes, stored, stored.tag.length);
}

/** Set in wrangler.toml. A service that imports no users is 23 KB smaller without. */
declare const IMPORTED_HASHES: boolean | undefined;

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** One per isolate: it holds 65 MiB. Calls can share its memory because each one runs synchronously. */
let instance: Promise<computeHash> | undefined;

async function computeArgon2id(
  password: Uint8Array,
  cost: Pick<Argon2, 'kibibytes' | 'passes' | 'lanes' | 'salt'>,
  tagLength: number,
): Promise<Uint8Array> {
  // Every Workers runtime has SIMD: the library's module without it would be dead code.
  const load = (imports: WebAssembly.Imports) => instantiate(withSimd, imports);
  instance ??= setupWasm(load, load).catch((cause: unknown) => {
    instance = undefined; // the next call tries again: memory may be short for a moment only, isolates live for days
    throw cause;
  });
  const argon2id = await instance;
  const { kibibytes: memorySize, passes, lanes: parallelism, salt } = cost;
  return argon2id({ password, salt, memorySize, passes, parallelism, tagLength });
}

function instantiate(module: WebAssembly.Module, imports: WebAssembly.Imports) {
  return { module, instance: new WebAssembly.Instance(module, imports) };
}
