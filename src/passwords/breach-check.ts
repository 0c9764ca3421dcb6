// Looks a password up in a list of breached passwords by k-anonymity: the list's server learns neither password nor
// result.

import { breachCheckMilliseconds } from '../bounds.ts';

/** `unknown`: the list did not answer. The reason is safe to log: it holds nothing of the password. */
type BreachOutcome = { outcome: 'breached' | 'not-breached' } | { outcome: 'unknown'; reason: string };

export type BreachCheck = (password: string) => Promise<BreachOutcome>;

/**
 * The server sees five hexadecimal digits of the SHA-1. In the list of Have I Been Pwned about a thousand passwords
 * share them; padding hides the exact number. Source:
 * https://haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange.
 *
 * @param url the range endpoint; the five digits are appended.
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
      // Padding entries have a count of 0.
      const isListed = new RegExp(`^${digits.slice(5)}:0*[1-9]`, 'im').test(list);
      return { outcome: isListed ? 'breached' : 'not-breached' };
    } catch (error) {
      // The name only: the message may contain the URL, which ends in the digits.
      return { outcome: 'unknown', reason: error instanceof Error ? error.name : 'no answer' };
    }
  };
}

/** Returns hexadecimal. SHA-1's weakness does not matter here: it is only the index of the list. */
async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
