// Differences between browsers, React Native and Node.

import type { Fetch } from './transport.ts';

/** Sends and stores cookies cross-origin too. The cast is needed since the Workers types have no `credentials`. */
export function withCookies(send: Fetch): Fetch {
  return (url, init) => send(url, { ...init, credentials: 'include' } as RequestInit);
}

/** React Native's URL class has no `origin`. */
export function originOf(url: string): string {
  return /^https?:\/\/[^/?#\\]+/i.exec(url)?.[0].toLowerCase() ?? url;
}

/** @throws TypeError without `crypto.randomUUID`: when the client is created, not at the first login. */
export function randomKey(): () => string {
  if (typeof crypto !== 'undefined' && 'randomUUID' in crypto) return () => crypto.randomUUID();
  throw new TypeError('There is no crypto.randomUUID here: give `newKey`.');
}

export const hasWebCrypto = (): boolean => typeof crypto !== 'undefined' && Boolean(crypto.subtle);

/** @throws TypeError without `crypto.subtle`, if it is needed: when the client is created. */
export function sha256OfPlatform(
  isNeeded: boolean,
): (input: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer> {
  if (isNeeded && !hasWebCrypto()) throw new TypeError('There is no crypto.subtle here: give `sha256`.');
  return (input) => crypto.subtle.digest('SHA-256', input);
}

/**
 * Monotonic time. Some engines have no `performance`; their wall clock may be set, which costs one early or late
 * refresh.
 */
export function elapsedMilliseconds(): number {
  return typeof performance === 'undefined' ? Date.now() : performance.now();
}

export function sleepUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
