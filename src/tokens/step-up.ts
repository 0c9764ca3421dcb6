// Step-up authentication (RFC 9470): whether a token's sign-in is recent and sure enough, and what the challenge says where
// it is not.

import type { Level } from './level.ts';

/** What a request wants of the sign-in. */
export type RequiredLevel = {
  /** At least this. */
  readonly acr?: 'aal1' | 'aal2';
  /** In seconds. */
  readonly maxAge?: number;
};

/** By the names of the challenge: `acr_values` only where the level is short. */
export type Shortfall = { readonly acr_values?: string; readonly max_age?: number };

/** Undefined where the sign-in is as it is wanted. A token that says nothing of it is neither recent nor sure. */
export function shortfall(
  level: Level | undefined,
  { acr, maxAge }: RequiredLevel,
  now: Date,
): Shortfall | undefined {
  const isSure = acr === undefined || level?.acr === acr || (acr === 'aal1' && level?.acr === 'aal2');
  const age = level ? Math.floor(now.getTime() / 1000) - level.authTime : Number.POSITIVE_INFINITY;
  const isRecent = maxAge === undefined || age <= maxAge;
  if (isSure && isRecent) return undefined;
  return { ...(!isSure && { acr_values: acr }), ...(maxAge !== undefined && { max_age: maxAge }) };
}

/** The parameters of the challenge (section 3). */
export function stepUpError({ acr_values, max_age }: Shortfall): string {
  return [
    'error="insufficient_user_authentication"',
    ...(acr_values === undefined ? [] : [`acr_values="${acr_values}"`]),
    ...(max_age === undefined ? [] : [`max_age="${max_age}"`]),
  ].join(', ');
}
