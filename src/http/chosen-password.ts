// A password that somebody chose for themselves, held against the policy before anything is hashed or spent.

import { checkPassword, defaultMinimumLength } from '../passwords/policy.ts';
import { Problem } from '../problems.ts';

/**
 * @param context what a guesser would try first: name, address, service.
 * @throws Problem `weak-password` with the reason in words for the person.
 */
export function refuseWeakPassword(
  password: string,
  context: readonly string[],
  pointer = '/password',
): void {
  const outcome = checkPassword(password, { minimumLength: defaultMinimumLength, context });
  if (outcome.accepted) return;
  throw new Problem('weak-password', {
    detail: outcome.detail,
    errors: [{ pointer, detail: outcome.detail }],
  });
}
