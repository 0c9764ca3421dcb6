// The hashes of other systems, each as its system computes it.

import type { Argon2 } from '../argon2-string.ts';
import type { Bcrypt, Pbkdf2, Scrypt } from '../stored-hash.ts';
import { compute as computeArgon2 } from './argon2.ts';
import { compute as computeBcrypt } from './bcrypt.ts';
import { compute as computePbkdf2 } from './pbkdf2.ts';
import { compute as computeScrypt } from './scrypt.ts';

export type ImportedHash = Argon2 | Bcrypt | Scrypt | Pbkdf2;

/** The tag of a password under what is stored, to be compared with the stored one. Nothing where there can be none. */
export async function computeImported(
  password: string,
  stored: ImportedHash,
): Promise<Uint8Array | undefined> {
  switch (stored.kind) {
    case 'bcrypt':
      return computeBcrypt(password, stored);
    case 'scrypt':
      return computeScrypt(password, stored);
    case 'pbkdf2':
      return computePbkdf2(password, stored);
    default:
      return computeArgon2(password, stored);
  }
}
