// A refresh token that a client presents, checked as far as the token itself shows.

import type { Dependencies } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { type VerifiedRefresh, verifyRefreshToken } from '../../tokens/verify.ts';

type Parts = Pick<Dependencies, 'refreshTokenKeys' | 'config' | 'log'>;

/**
 * @throws Problem `invalid-refresh-token`. Where the token names a key that we do not have, that is more likely our
 *   mistake with keys than a forgery: then the client keeps its tokens and may try again.
 */
export async function readRefreshToken(
  token: string,
  { refreshTokenKeys, config, log }: Parts,
  now: Date,
): Promise<VerifiedRefresh> {
  const verdict = await verifyRefreshToken(refreshTokenKeys, token, { issuer: config.issuer, now });
  switch (verdict.verdict) {
    case 'valid':
      return verdict.claims;
    case 'unknown-key':
      log('error', 'unknown-refresh-token-key', { kid: verdict.kid.slice(0, 64) });
      throw new Problem('invalid-refresh-token', { retryable: true, discardCredentials: false });
    case 'expired':
    case 'invalid':
      throw new Problem('invalid-refresh-token');
  }
}
