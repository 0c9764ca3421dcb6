// Computes Firebase's scrypt variant: scrypt derives a key from the password, which encrypts the project's signer
// key. Source: https://github.com/firebase/scrypt.

import type { FirebaseScrypt } from '../stored-hash.ts';
import { compute as computeScrypt } from './scrypt.ts';

export async function compute(password: string, stored: FirebaseScrypt): Promise<Uint8Array> {
  const derived = computeScrypt(password, { ...stored, length: 32 });
  const key = await crypto.subtle.importKey('raw', derived, 'AES-CTR', false, ['encrypt']);
  const algorithm = { name: 'AES-CTR', counter: new Uint8Array(16), length: 64 };
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, key, stored.signerKey));
}
