// Computes bcrypt ($2a$, $2b$, $2y$) of a password's first 72 bytes, as every system that made such hashes did.

import { hashSync } from 'bcryptjs';
import type { Bcrypt } from '../stored-hash.ts';

/** Returns `undefined` for a password with a NUL byte. bcrypt ends the password there: "ab\0cd" would match "ab". */
export function compute(password: string, { setting }: Pick<Bcrypt, 'setting'>): Uint8Array | undefined {
  return password.includes('\0')
    ? undefined
    : new TextEncoder().encode(hashSync(password, setting).slice(setting.length));
}
