// What browsers, React Native and Node each have in their own way.

import type { Fetch } from './transport.ts';

/** The browser's cookies go along and are kept, whichever origin the page is of. Workers' types know none. */
export function withCookies(send: Fetch): Fetch {
  return (url, init) => send(url, { ...init, credentials: 'include' } as RequestInit);
}

/** React Native's URL knows no origin. */
export function originOf(url: string): string {
  return /^https?:\/\/[^/?#\\]+/i.exec(url)?.[0].toLowerCase() ?? url;
}

/** @throws TypeError where there is no such thing: before anybody has logged in, rather than after. */
export function randomKey(): () => string {
  if (typeof crypto !== 'undefined' && 'randomUUID' in crypto) return () => crypto.randomUUID();
  throw new TypeError('There is no crypto.randomUUID here: give `newKey`.');
}

/** Some engines have no `performance`: by their clock, which somebody may set, little is lost. */
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
