// A password that somebody chose for themselves, held against the policy before anything is hashed or spent.

import type { Config } from '../environment.ts';
import { checkPassword } from '../passwords/policy.ts';
import { Problem } from '../problems.ts';

/**
 * @param context what a guesser would try first beside the name of the service: the person's name and address.
 * @throws Problem `weak-password` with the reason in words for the person.
 */
export function refuseWeakPassword(
  password: string,
  {
    config,
    context,
    pointer = '/password',
  }: { config: Config; context: readonly string[]; pointer?: string },
): void {
  const outcome = checkPassword(password, {
    minimumLength: config.passwordMinimumLength,
    context: [...context, new URL(config.appOrigin).hostname],
  });
  if (outcome.accepted) return;
  throw new Problem('weak-password', {
    detail: outcome.detail,
    errors: [{ pointer, detail: outcome.detail }],
  });
}
