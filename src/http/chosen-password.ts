// A password that somebody chose for themselves, held against the policy before anything is hashed or spent.

import type { Dependencies } from '../context.ts';
import { checkPassword } from '../passwords/policy.ts';
import { Problem } from '../problems.ts';

const breached =
  'This password is in a list of passwords that were stolen from other services. Use a few unrelated words instead.';

/**
 * @param context what a guesser would try first beside the service's and the operator's own words: the person's name and address.
 * @throws Problem `weak-password` with the reason in words for the person.
 */
export async function refuseWeakPassword(
  password: string,
  { config, breachCheck, log }: Pick<Dependencies, 'config' | 'breachCheck' | 'log'>,
  { context, pointer = '/password' }: { context: readonly string[]; pointer?: string },
): Promise<void> {
  const outcome = checkPassword(password, {
    minimumLength: config.passwordMinimumLength,
    context: [...context, new URL(config.appOrigin).hostname, ...config.passwordContextWords],
  });
  if (!outcome.accepted) throw weak(outcome.detail);

  const answer = await breachCheck?.(password);
  // Nobody is kept from choosing a password because another service has a fault.
  if (answer?.outcome === 'unknown') log('warn', 'breach-check-failed', { reason: answer.reason });
  if (answer?.outcome === 'breached') throw weak(breached);

  function weak(detail: string): Problem {
    return new Problem('weak-password', { detail, errors: [{ pointer, detail }] });
  }
}
