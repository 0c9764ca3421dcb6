// Somebody who has copied the store of a device, without its key.

import { decodeJwt } from 'jose';
import { type StoredSession, webCryptoKey } from '../../src/client/client.ts';
import { createProof } from '../../src/client/proof.ts';
import { issuer, type Service } from '../service.ts';
import { newKey } from './keystore.ts';

export function createThief(service: Service) {
  const own = newKey();
  const thief = {
    copy: null as StoredSession | null,
    /** Requests with a bound token that were refused, and the answers to those that were not. */
    refused: 0,
    answered: [] as unknown[],

    /** Refreshes with what was taken. Resolves with whether that was bound to the device's key. */
    async use(
      { refreshToken, refreshKey }: StoredSession,
      { hasIdempotencyKey, proves }: { readonly hasIdempotencyKey: boolean; readonly proves: boolean },
    ): Promise<boolean> {
      const { body } = await service.call('POST', '/api/auth/refresh', {
        json: { refresh_token: refreshToken },
        headers: {
          ...(hasIdempotencyKey && { 'Idempotency-Key': refreshKey }),
          ...(proves && { DPoP: await proof() }),
        },
      });
      const isBound = decodeJwt(refreshToken)['cnf'] !== undefined && !isOwn;
      if (!isBound) {
        if (body?.refresh_token)
          thief.copy = {
            ...thief.copy,
            refreshToken: body.refresh_token,
            refreshKey: crypto.randomUUID(),
          } as StoredSession;
        if (body?.refresh_token && proves) isOwn = true;
      } else if (/device-key-(required|mismatch)|session-ended|invalid-refresh-token/.test(body?.type))
        thief.refused += 1;
      // A database that is away, for example, is no answer.
      else if (!(body?.status >= 500)) thief.answered.push(body);
      return isBound;
    },
  };
  /** The session is bound, and to the thief's key. */
  let isOwn = false;

  async function proof(): Promise<string> {
    const { privateKey, publicJwk } = await own;
    return createProof(webCryptoKey(privateKey, publicJwk), {
      method: 'POST',
      url: `${issuer}/api/auth/refresh`,
      now: service.clock.now.getTime(),
      id: crypto.randomUUID(),
      nonce: undefined,
      tokenHash: undefined,
    });
  }

  return thief;
}
