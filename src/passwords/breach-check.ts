// Whether a password is in a list of breached ones, asked so that the list learns neither the password nor the answer.

import { breachCheckMilliseconds } from '../lifetimes.ts';

/** `unknown`: the list could not be asked, for a reason that holds nothing of the password. */
type BreachOutcome = { outcome: 'breached' | 'not-breached' } | { outcome: 'unknown'; reason: string };

export type BreachCheck = (password: string) => Promise<BreachOutcome>;

/**
 * Five digits of a SHA-1 leave, in the list of Have I Been Pwned, about a thousand passwords to choose from; padding hides
 * how many they are. Source: https://haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange.
 *
 * @param url what the five digits are put behind.
 */
export function createBreachCheck({
  url,
  fetch,
}: {
  url: string;
  fetch: (input: string, init: RequestInit) => Promise<Response>;
}): BreachCheck {
  return async (password) => {
    const digits = await sha1(password.normalize('NFC'));
    try {
      const response = await fetch(url + digits.slice(0, 5).toUpperCase(), {
        headers: { 'Add-Padding': 'true', 'User-Agent': 'Latchkey' },
        signal: AbortSignal.timeout(breachCheckMilliseconds),
      });
      if (!response.ok) return { outcome: 'unknown', reason: `status ${response.status}` };
      const list = await response.text();
      if (list !== '' && !/^[\dA-F]{35}:\d+\r?$/im.test(list))
        return { outcome: 'unknown', reason: 'not a list of suffixes and counts' };
      // Padding has a count of 0.
      const isListed = new RegExp(`^${digits.slice(5)}:0*[1-9]`, 'im').test(list);
      return { outcome: isListed ? 'breached' : 'not-breached' };
    } catch (error) {
      // Its message may hold the address that was asked, and so the digits.
      return { outcome: 'unknown', reason: error instanceof Error ? error.name : 'no answer' };
    }
  };
}

/** In hexadecimal. What it is worth as a hash does not matter here: the list is kept by it. */
async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
