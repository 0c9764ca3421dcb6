// Tokens for browsers: in cookies that no script reads, that travel nowhere else, and that no other site can use.

import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Config } from '../environment.ts';
import { knownDeviceSeconds } from '../lifetimes.ts';
import { Problem } from '../problems.ts';

/**
 * `__Host-` wants the whole host, and the access token is needed there. The refresh token is needed by the endpoints that
 * spend or end it alone, so it has the narrower path and with it the weaker prefix (RFC 6265bis, section 4.1.3).
 */
const accessCookie = {
  name: 'access_token',
  options: { prefix: 'host', path: '/', httpOnly: true },
} as const;
const refreshCookie = {
  name: 'refresh_token',
  options: { prefix: 'secure', path: '/api/auth', httpOnly: true },
} as const;
const knownDeviceCookie = {
  name: 'known_device',
  options: { prefix: 'host', path: '/', httpOnly: true },
} as const;
/** For the page's own script: whether it makes sense to ask. It opens nothing. */
const signedInCookie = { name: 'logged_in', options: { path: '/', httpOnly: false } } as const;

export type IssuedTokens = {
  readonly accessToken: string;
  readonly accessSeconds: number;
  readonly refreshToken: string;
  readonly refreshSeconds: number;
  /** At a sign-in. */
  readonly knownDevice?: string;
};

export function setTokenCookies(context: Context, tokens: IssuedTokens): void {
  set(context, accessCookie, tokens.accessToken, tokens.accessSeconds);
  set(context, refreshCookie, tokens.refreshToken, tokens.refreshSeconds);
  set(context, signedInCookie, 'true', tokens.refreshSeconds);
  if (tokens.knownDevice) set(context, knownDeviceCookie, tokens.knownDevice, knownDeviceSeconds);
}

/** Does nothing for a client that has none. */
export function clearTokenCookies(context: Context): void {
  if (!context.req.header('Cookie')) return;
  for (const cookie of [accessCookie, refreshCookie, signedInCookie]) set(context, cookie, '', 0);
}

export function accessTokenCookie(context: Context): string | undefined {
  return getCookie(context, accessCookie.name, accessCookie.options.prefix);
}

/** It stays when the tokens are cleared: the device is known on. */
export function knownDeviceFromCookie(context: Context): string | undefined {
  return getCookie(context, knownDeviceCookie.name, knownDeviceCookie.options.prefix);
}

export function refreshTokenCookie(context: Context): string | undefined {
  return getCookie(context, refreshCookie.name, refreshCookie.options.prefix);
}

/**
 * A cookie comes along whoever makes the browser send it, so a request that changes something has to come from a page of
 * ours. Browsers say so in `Origin` on every such request; what says nothing is no browser and has no use for cookies.
 *
 * @throws Problem `cross-site-request`.
 */
export function requireOwnOrigin(context: Context, { appOrigin, corsOrigins, issuer }: Config): void {
  const origin = context.req.header('Origin');
  const isOurs =
    origin !== undefined && (origin === issuer || origin === appOrigin || corsOrigins.includes(origin));
  // Fetch Metadata knows what a stripped or forged header does not: SameSite=Strict in the browser's own words.
  if (!isOurs || context.req.header('Sec-Fetch-Site') === 'cross-site')
    throw new Problem('cross-site-request');
}

type TokenCookie =
  | typeof accessCookie
  | typeof knownDeviceCookie
  | typeof refreshCookie
  | typeof signedInCookie;

function set(context: Context, { name, options }: TokenCookie, value: string, maxAge: number): void {
  setCookie(context, name, value, { ...options, secure: true, sameSite: 'Strict', maxAge });
}
