// Computes password hashes of other systems, each in its system's way.

import type { StoredHash } from '../stored-hash.ts';
import { compute as computeArgon2 } from './argon2.ts';
import { compute as computeBcrypt } from './bcrypt.ts';
import { compute as computeDigestedBcrypt } from './digested-bcrypt.ts';
import { compute as computeFirebaseScrypt } from './firebase-scrypt.ts';
import { compute as computePbkdf2 } from './pbkdf2.ts';
import { compute as computePhpass } from './phpass.ts';
import { compute as computeScrypt } from './scrypt.ts';
import { compute as computeShaCrypt } from './sha-crypt.ts';

/**
 * Computes the tag of a password with the stored parameters, for a comparison with the stored tag. Returns
 * `undefined` where the password cannot match.
 */
export async function computeImported(password: string, stored: StoredHash): Promise<Uint8Array | undefined> {
  switch (stored.kind) {
    case 'bcrypt':
      return computeBcrypt(password, stored);
    case 'digested-bcrypt':
      return computeDigestedBcrypt(password, stored);
    case 'scrypt':
      return computeScrypt(password, { ...stored, length: stored.tag.length });
    case 'firebase-scrypt':
      return computeFirebaseScrypt(password, stored);
    case 'pbkdf2':
      return computePbkdf2(password, stored);
    case 'phpass':
      return computePhpass(password, stored);
    case 'sha-crypt':
      return computeShaCrypt(password, stored);
    default:
      return computeArgon2(password, stored);
  }
}
