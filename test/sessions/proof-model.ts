// What the contract, section 7, says of proofs, for the model of sessions.

import { second } from './session-model.ts';

/** `iat` and the end of the nonce's life in seconds. */
export type Proof =
  | 'malformed'
  | { readonly jkt: string; readonly iat: number; readonly nonceUntil?: number | undefined };

const leeway = 60;

/** What is wrong with a proof, whatever it comes with. */
export function refusedProof(proof: Proof | undefined, now: number): string | undefined {
  if (proof === undefined) return undefined;
  if (proof === 'malformed') return 'invalid-dpop-proof';
  const isOnTime = Math.abs(now / second - proof.iat) <= leeway;
  const hasNonce = proof.nonceUntil !== undefined && proof.nonceUntil > now / second;
  return isOnTime || hasNonce ? undefined : 'use-dpop-nonce';
}

/** Of a proof that is not refused. */
export function shownKey(proof: Proof | undefined): string | undefined {
  return proof === 'malformed' ? undefined : proof?.jkt;
}

/** What somebody is told who does not show the key that is asked for. */
export function refusedKey(bound: string | undefined, shown: string | undefined): string | undefined {
  if (bound === undefined || bound === shown) return undefined;
  return shown === undefined ? 'device-key-required' : 'device-key-mismatch';
}

/** Nonces are offered in steps of ten seconds, and good for a minute from the beginning of theirs. */
export function nonceEnd(offeredAt: number): number {
  return Math.floor(offeredAt / second / 10) * 10 + leeway;
}
