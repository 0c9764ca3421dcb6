// What a request wants of its user's sign-in, and the refusal that asks for a better one (RFC 9470, section 3).

import type { JWTPayload } from 'jose';
import { proofAlgorithm } from '../tokens/dpop.ts';
import { levelOf } from '../tokens/level.ts';
import { type RequiredLevel, shortfall, stepUpError } from '../tokens/step-up.ts';
import { UnauthorizedError } from './unauthorized-error.ts';

export type LevelOptions = {
  /**
   * `maxAge`: seconds since the user signed in, at most. `acr`: how sure that makes us, at least. A token that does not
   * say it is refused.
   */
  readonly require?: RequiredLevel;
};

/** @throws UnauthorizedError with `error="insufficient_user_authentication"`. */
export function requireLevel(
  claims: JWTPayload,
  required: RequiredLevel | undefined,
  { scheme, now }: { readonly scheme: 'Bearer' | 'DPoP'; readonly now: Date },
): void {
  const missing = required && shortfall(levelOf(claims), required, now);
  if (!missing) return;
  const algorithms = scheme === 'DPoP' ? `, algs="${proofAlgorithm}"` : '';
  throw new UnauthorizedError(
    'the sign-in is too old or too weak',
    `${scheme} ${stepUpError(missing)}${algorithms}`,
  );
}
