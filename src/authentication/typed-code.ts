// A code that a person types or pastes, as the mail printed it. Pure.

import { typedBase32, typedDigits } from '../typed-text.ts';

/** 60 bits: they cannot be guessed at any rate. */
export const longCodeLength = 12;

/** Digits: 6 prove an address, 8 open an account. */
export const shortCodeLengths: readonly number[] = [6, 8];

/**
 * 6 or 8 ASCII digits, or 12 characters of Crockford's base32; undefined for what is no code, which is answered as a
 * typing error (`422`) and counts as no attempt.
 */
export function readTypedCode(typed: string): string | undefined {
  return typedDigits(typed, shortCodeLengths) ?? typedBase32(typed, longCodeLength);
}
