// Validates origins and URLs of the configuration, and matches request origins against the allowed ones.

/**
 * Loopback is potentially trustworthy without https (W3C Secure Contexts, section 3.1): the traffic never leaves the
 * machine.
 */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Custom-scheme origins of installed apps, such as capacitor://localhost or chrome-extension://<id>, which the system
 * gives to one app alone. Schemes that any page can have are excluded.
 */
const appOrigin =
  /^(?!(https?|wss?|ftp|file|data|blob|javascript|about):)[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d{1,5})?$/;

/** A loopback origin with the wildcard port `*`, for a developer's own server. */
const wildcardLoopback = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\]):\*$/;

export function isLoopback(url: string): boolean {
  return loopback.test(URL.parse(url)?.hostname ?? '');
}

export function hasWildcardPort(origin: string): boolean {
  return wildcardLoopback.test(origin);
}

/** Requires https, except on loopback. @throws Error whose message tells the operator what is wrong. */
export function assertSecureUrl(url: string): void {
  const protocol = URL.parse(url)?.protocol;
  if (protocol === undefined) throw new Error('must be a URL');
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(url))) return;
  throw new Error(
    'must begin with https:// (http:// is taken for this machine alone: localhost, 127.0.0.1, [::1])',
  );
}

/**
 * Requires an https origin without a path (RFC 6454, section 6.2). @throws Error whose message tells the operator
 * what is wrong.
 */
export function assertOrigin(text: string): void {
  if (!/^https?:[^*]*$/.test(text) || URL.parse(text)?.origin !== text) {
    throw new Error('must be an origin such as https://auth.example.com, without a path or a trailing slash');
  }
  assertSecureUrl(text);
}

/**
 * Requires an origin that CORS_ORIGINS or WEB_ORIGINS may contain. @throws Error whose message tells the operator
 * what is wrong.
 */
export function assertAllowedOrigin(text: string): void {
  if (appOrigin.test(text) || hasWildcardPort(text)) return;
  if (text.includes('*'))
    throw new Error('must name each origin: with "*" pages that nobody has thought of could call');
  assertOrigin(text);
}

/** @param origin the value of a request's `Origin` header. */
export function isAllowedOrigin(allowed: readonly string[], origin: string): boolean {
  if (allowed.includes(origin)) return true;
  return allowed.some(
    (entry) => hasWildcardPort(entry) && origin.replace(/:\d{1,5}$/, '') === entry.slice(0, -2),
  );
}
