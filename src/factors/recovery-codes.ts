// Recovery codes, for somebody who has lost the authenticator app. They are derived from a seed and not stored, so that a
// repetition of the call that made them shows the same ones. Pure.

import { crockfordAlphabet, typedBase32 } from '../typed-text.ts';

const count = 10;

/** 50 bits: with the tries that an account has in its life they cannot be guessed. */
const length = 10;

/** 128 bits: the codes are no easier to find through it. */
const seedBytes = 16;

export function newRecoverySeed(randomBytes: (length: number) => Uint8Array): Uint8Array {
  return randomBytes(seedBytes);
}

/** As they are shown: `XXXXX-XXXXX`. */
export async function recoveryCodes(seed: Uint8Array): Promise<string[]> {
  const codes = await derivedCodes(seed);
  return codes.map((code) => `${code.slice(0, length / 2)}-${code.slice(length / 2)}`);
}

/** A typed code in the form that `matchingRecoveryCode` takes; undefined for what is none: a typing error and no attempt. */
export function readRecoveryCode(typed: string): string | undefined {
  return typedBase32(typed, length);
}

/** Which of the codes it is, counting from 0. Constant work: all are derived, whichever matches. */
export async function matchingRecoveryCode(seed: Uint8Array, code: string): Promise<number | undefined> {
  const index = (await derivedCodes(seed)).indexOf(code);
  return index < 0 ? undefined : index;
}

/** The characters of HMAC-SHA-256 of the code's number: 256 is a multiple of 32, so all are equally likely. */
async function derivedCodes(seed: Uint8Array): Promise<string[]> {
  const key = await crypto.subtle.importKey('raw', seed, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const hash = new Uint8Array(await crypto.subtle.sign('HMAC', key, Uint8Array.of(number)));
      return Array.from(hash.subarray(0, length), (byte) => crockfordAlphabet[byte % 32]).join('');
    }),
  );
}
