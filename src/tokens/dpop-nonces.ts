// Nonces for DPoP proofs (RFC 9449, section 8): stateless, good for a minute in every isolate. A proof with one needs no
// clock on its device.

import { dpopNonceSeconds, dpopNonceStepSeconds } from '../lifetimes.ts';
import type { DataKeys } from './data-keys.ts';
import { open, seal } from './sealed.ts';

export type DpopNonces = {
  /** The nonce to offer now. */
  offer(now: Date): Promise<string>;
  isOurs(nonce: string, now: Date): Promise<boolean>;
};

/** One for each isolate, which seals a new nonce every few seconds and not for every answer. */
export function createDpopNonces(keys: DataKeys): DpopNonces {
  let offered = { step: Number.NaN, nonce: '' };
  return {
    async offer(now) {
      const step = Math.floor(now.getTime() / 1000 / dpopNonceStepSeconds);
      if (offered.step !== step) {
        const expiresAt = step * dpopNonceStepSeconds + dpopNonceSeconds;
        offered = { step, nonce: await seal(keys, 'dpop-nonce', { subject: '', expiresAt }) };
      }
      return offered.nonce;
    },
    isOurs: async (nonce, now) => (await open(keys, 'dpop-nonce', nonce, now)) !== undefined,
  };
}
