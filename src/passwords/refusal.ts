// Why a password is refused, in words for the person: NIST SP 800-63B-4, section 3.1.1.2, requires the reason and guidance.

import { fill, type Words } from '../words/words.ts';

export type Refusal = keyof Words['passwords'];

/** Low enough to bound the work of the checks. The section requires at least 64. */
export const maximumLength = 1_024;

export function isRefusal(reason: string | undefined, words: Words): reason is Refusal {
  return reason !== undefined && Object.hasOwn(words.passwords, reason);
}

export function refusalIn(words: Words, reason: Refusal, minimumLength: number): string {
  return fill(words.passwords[reason], { minimum: minimumLength, maximum: maximumLength });
}
