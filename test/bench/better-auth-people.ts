// The people of better-auth's tables, and how they call.

import { createHmac } from 'node:crypto';
import type { Answer, Call } from './load.ts';
import { issuer } from './settings.ts';

export const secret = 'a secret of 32 characters or more for the bench';

/** From `withTotp` on they have a second factor; before, a passkey. */
export const people = { count: 2_000, withTotp: 1_000 };

export function posted(path: string, body: object, headers: Record<string, string> = {}): Call {
  const own = { 'Content-Type': 'application/json', Origin: issuer };
  return { method: 'POST', path, headers: { ...own, ...headers }, body: JSON.stringify(body) };
}

/** Signed as better-auth signs it. An issuer of https makes the cookie a secure one, with the prefix in its name. */
export function sessionCookie(session: number): Record<string, string> {
  const token = `token-${session}`;
  const signature = createHmac('sha256', secret).update(token).digest('base64');
  return { Cookie: `__Secure-better-auth.session_token=${encodeURIComponent(`${token}.${signature}`)}` };
}

/** The cookies of an answer, as the next call brings them; an empty one is a deletion. */
export function received({ head }: Answer): Record<string, string> {
  const cookies = [...head.matchAll(/^set-cookie: ([^=]+=[^;\r\n]+)/gim)].map(([, cookie]) => cookie);
  return { Cookie: cookies.join('; ') };
}
