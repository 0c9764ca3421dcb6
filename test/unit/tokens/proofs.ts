// A proof for one request, and its check: for the tests of the rules.

import { base64url } from 'jose';
import { checkProof, type ExpectedProof } from '../../../src/tokens/dpop.ts';
import { newKey } from '../../dpop/prover.ts';
import { expected as accepted } from '../../verify/forgeries.ts';

export const now = new Date('2030-01-01T00:00:00Z');
export const seconds = now.getTime() / 1000;
export const key = await newKey();

const expected: ExpectedProof = {
  method: 'POST',
  url: `${accepted.issuer}/api/auth/refresh`,
  now,
  async isOurNonce(nonce) {
    if (typeof nonce !== 'string') throw new TypeError('no nonce');
    return nonce === 'ours';
  },
};

export const check = (proof: string, more: Partial<ExpectedProof> = {}) =>
  checkProof(proof, { ...expected, ...more });

/** A good one, but for these changes. */
export const proof = (claims: object = {}, header: object = {}) =>
  key.proof('POST /api/auth/refresh', now, { claims, header });

function part(text: string, at: number) {
  return JSON.parse(new TextDecoder().decode(base64url.decode(text.split('.')[at] ?? '')));
}
export const headerOf = (text: string) => part(text, 0);
export const payloadOf = (text: string) => part(text, 1);
