// Acceptance of a chosen password: the policy, then the breach check, before anything is hashed or spent.

import type { Config } from '../environment.ts';
import { Problem } from '../problems.ts';
import { en } from '../words/en.ts';
import type { BreachCheck } from './breach-check.ts';
import { checkPassword } from './policy.ts';
import { type Refusal, refusalIn } from './refusal.ts';

type Parts = {
  readonly config: Pick<Config, 'appOrigin' | 'passwordContextWords' | 'passwordMinimumLength'>;
  readonly breachCheck: BreachCheck | undefined;
  readonly log: (level: 'warn', event: string, fields: Readonly<Record<string, unknown>>) => void;
};

/**
 * @param about.context the person's name and address. A guesser tries them first, as well as the service's own words.
 * @param about.pointer a JSON Pointer (RFC 6901) to the password in the body.
 * @throws Problem `weak-password` with the reason in words for the person.
 */
export async function refuseWeakPassword(
  password: string,
  { config, breachCheck, log }: Parts,
  { context, pointer = '/password' }: { readonly context: readonly string[]; readonly pointer?: string },
): Promise<void> {
  const outcome = checkPassword(password, {
    minimumLength: config.passwordMinimumLength,
    context: [...context, new URL(config.appOrigin).hostname, ...config.passwordContextWords],
  });
  if (!outcome.accepted) throw weak(outcome.reason);

  const answer = await breachCheck?.(password);
  // A fault of the breach service keeps nobody from choosing a password.
  if (answer?.outcome === 'unknown') log('warn', 'breach-check-failed', { reason: answer.reason });
  if (answer?.outcome === 'breached') throw weak('breached');

  function weak(reason: Refusal): Problem {
    const detail = refusalIn(en, reason, config.passwordMinimumLength);
    return new Problem('weak-password', { detail, errors: [{ pointer, detail, reason }] });
  }
}
