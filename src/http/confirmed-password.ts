// The password once more, before something that a borrowed phone must not be able to do.

import { type CallerPassword, findCallerPassword } from '../authentication/caller-password.ts';
import type { Dependencies } from '../context.ts';
import { loginPauseSeconds } from '../lifetimes.ts';
import { Problem } from '../problems.ts';
import type { Caller } from '../sessions/active-caller.ts';
import { sessionEnded } from './authenticate.ts';
import { tooManyRequests, withinLimit } from './rate-limit.ts';

/**
 * The first of an endpoint's two round trips. What is then done holds the version of the password that was checked as a
 * condition, so that one changed in between is not overruled.
 *
 * @param change where the call changes the password: its key, and the new one, which a repeat of it has to show instead.
 * @throws Problem `session-ended`, `invalid-credentials`, or `too-many-requests`.
 */
export async function confirmPassword(
  { database, limits, passwords }: Pick<Dependencies, 'database' | 'limits' | 'passwords'>,
  caller: Caller,
  password: string,
  change?: { readonly keyHash: string | null; readonly password: string },
): Promise<CallerPassword> {
  await withinLimit(limits.address, `password ${caller.sessionId}`);
  const owner = await findCallerPassword(database, caller, change?.keyHash);
  if (!owner) throw sessionEnded();
  if (!owner.counts) throw tooManyRequests(owner.pause_seconds ?? loginPauseSeconds);
  const shown = owner.is_repeat && change ? change.password : password;
  const { matches } = await passwords.verify(shown, owner.password_hash);
  if (!matches) throw new Problem('invalid-credentials', { headers: { 'WWW-Authenticate': 'Bearer' } });
  return owner;
}
