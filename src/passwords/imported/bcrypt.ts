// bcrypt ($2a$, $2b$, $2y$), of a password's first 72 bytes, as every system that made such hashes did it.

import { hashSync } from 'bcryptjs';
import type { Bcrypt } from '../stored-hash.ts';

/** Nothing for a password with a NUL: in bcrypt it ends one, and "ab", NUL, "ab" would be "ab". */
export function compute(password: string, { setting }: Pick<Bcrypt, 'setting'>): Uint8Array | undefined {
  return password.includes('\0')
    ? undefined
    : new TextEncoder().encode(hashSync(password, setting).slice(setting.length));
}
