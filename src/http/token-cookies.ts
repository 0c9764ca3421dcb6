// Token cookies for browsers: `HttpOnly`, `Secure` and `SameSite=Strict`, with a check of `Origin` against CSRF.

import type { Context } from 'hono';
import { setCookie } from 'hono/cookie';
import type { Config } from '../environment.ts';
import { knownDeviceSeconds } from '../lifetimes.ts';
import { isAllowedOrigin } from '../origins.ts';
import { Problem } from '../problems.ts';
import type { IssuedAccess, IssuedTokens } from '../sessions/tokens.ts';

/**
 * Cookie tossing: `__Host-` cookies only (RFC 6265bis, section 4.1.3.2). A sibling host could set any other cookie,
 * with a narrower path so that it comes first, and sign its visitors in as somebody else.
 */
const accessCookie = {
  name: 'access_token',
  options: { prefix: 'host', path: '/', httpOnly: true },
} as const;
const refreshCookie = {
  name: 'refresh_token',
  options: { prefix: 'host', path: '/', httpOnly: true },
} as const;
const knownDeviceCookie = {
  name: 'known_device',
  options: { prefix: 'host', path: '/', httpOnly: true },
} as const;
/** Of version 0.1.0: cleared where it still comes, and never read. */
const retiredCookie = {
  name: 'refresh_token',
  options: { prefix: 'secure', path: '/api/auth', httpOnly: true },
} as const;
/** For the page's script: whether a refresh makes sense. It authenticates nobody. */
const signedInCookie = { name: 'logged_in', options: { path: '/', httpOnly: false } } as const;

export function setAccessCookie(context: Context, { accessToken, accessSeconds }: IssuedAccess): void {
  set(context, accessCookie, accessToken, accessSeconds);
}

export function setTokenCookies(context: Context, tokens: IssuedTokens): void {
  setAccessCookie(context, tokens);
  set(context, refreshCookie, tokens.refreshToken, tokens.refreshSeconds);
  set(context, signedInCookie, 'true', tokens.refreshSeconds);
  if (tokens.knownDevice) set(context, knownDeviceCookie, tokens.knownDevice, knownDeviceSeconds);
  clearRetiredCookie(context);
}

/** Does nothing for a client that has none. */
export function clearTokenCookies(context: Context): void {
  if (!context.req.header('Cookie')) return;
  for (const cookie of [accessCookie, refreshCookie, signedInCookie]) set(context, cookie, '', 0);
  clearRetiredCookie(context);
}

function clearRetiredCookie(context: Context): void {
  if (hasRetiredCookie(context)) set(context, retiredCookie, '', 0);
}

/** @throws Problem `cross-site-request` where two different ones came. */
export function accessTokenCookie(context: Context): string | undefined {
  return theOne(cookiesCalled('__Host-access_token', context));
}

/** @throws Problem `cross-site-request` where two different ones came. */
export function refreshTokenCookie(context: Context): string | undefined {
  return theOne(cookiesCalled('__Host-refresh_token', context));
}

/** It stays when the tokens are cleared, as the device stays known. Of two different ones neither counts. */
export function knownDeviceFromCookie(context: Context): string | undefined {
  const values = cookiesCalled('__Host-known_device', context);
  return values.length === 1 ? values[0] : undefined;
}

export function hasRetiredCookie(context: Context): boolean {
  return cookiesCalled('__Secure-refresh_token', context).length > 0;
}

/** A browser keeps one `__Host-` cookie of a name. Of two, one was injected, and nobody can tell which. */
function theOne(values: readonly string[]): string | undefined {
  if (values.length > 1)
    throw new Problem('cross-site-request', { detail: 'Two different cookies of one name came along.' });
  return values[0];
}

/** The distinct values of a cookie name, in order. */
function cookiesCalled(name: string, context: Context): string[] {
  const values = (context.req.header('Cookie') ?? '').split(';').flatMap((pair) => {
    const [before = '', ...value] = pair.split('=');
    return before.trim() === name ? value.join('=').trim() || [] : [];
  });
  return [...new Set(values)];
}

/**
 * CSRF: browsers attach cookies to requests of any site, so a request that changes something must come from an
 * allowed origin. Browsers send `Origin` with every such request; a client that sends none is no browser and needs no
 * cookies.
 *
 * @throws Problem `cross-site-request`.
 */
export function requireAllowedOrigin(context: Context, { appOrigin, issuer, webOrigins }: Config): void {
  const origin = context.req.header('Origin');
  const isOurs =
    origin !== undefined &&
    (origin === issuer || origin === appOrigin || isAllowedOrigin(webOrigins, origin));
  // Fetch Metadata: the browser itself says that the request is cross-site, even where `Origin` was changed on its
  // way.
  if (!isOurs || context.req.header('Sec-Fetch-Site') === 'cross-site')
    throw new Problem('cross-site-request');
}

type TokenCookie =
  | typeof accessCookie
  | typeof knownDeviceCookie
  | typeof refreshCookie
  | typeof retiredCookie
  | typeof signedInCookie;

function set(context: Context, { name, options }: TokenCookie, value: string, maxAge: number): void {
  setCookie(context, name, value, { ...options, secure: true, sameSite: 'Strict', maxAge });
}
