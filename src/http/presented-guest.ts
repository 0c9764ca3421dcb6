// The guest who signs in: whoever proves who they are with the access token of a guest makes that account theirs.

import type { Context } from 'hono';
import type { Dependencies, Variables } from '../context.ts';
import { Problem } from '../problems.ts';
import type { Caller } from '../sessions/active-caller.ts';
import { verifyRefreshToken } from '../tokens/verify.ts';
import { authenticated } from './authenticate.ts';
import { refreshTokenCookie } from './token-cookies.ts';

/**
 * Undefined where there is no token, or one of somebody who is no guest: that says nothing about who signs in now.
 *
 * @throws Problem `invalid-access-token` and what else `authenticated` throws, where a token is in the header and is not good: to
 *   sign in without it would lose what the guest has made. A cookie that is not good is left over, unless there is a guest's refresh
 *   token beside it: then the browser has dropped the access token, whose time is over.
 */
export async function presentedGuest(
  context: Context<{ Variables: Variables }>,
  dependencies: Dependencies,
): Promise<Caller | undefined> {
  try {
    await authenticated(dependencies)(context, async () => {});
  } catch (error) {
    const isWithout = context.req.header('Authorization') === undefined;
    if (!isWithout || !(error instanceof Problem) || error.problem !== 'invalid-access-token') throw error;
    if (await hasGuestsCookie(context, dependencies)) throw error;
    return undefined;
  }
  const access = context.get('access');
  return access.level?.guest ? { ...access, now: dependencies.now() } : undefined;
}

/** The refresh token of a guest, in a cookie. It is not spent, and says nothing of whether the session lives. */
async function hasGuestsCookie(
  context: Context,
  { refreshTokenKeys, config: { issuer }, now }: Dependencies,
): Promise<boolean> {
  const token = refreshTokenCookie(context);
  if (token === undefined) return false;
  const verified = await verifyRefreshToken(refreshTokenKeys, token, { issuer, now: now() });
  return verified.outcome === 'valid' && verified.claims.level?.guest === true;
}
