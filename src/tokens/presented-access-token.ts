// The access token in an `Authorization` header. Imports nothing, as latchkey/verify reads it as well.

export type PresentedAccessToken = { readonly scheme: 'Bearer' | 'DPoP'; readonly token: string };

/**
 * RFC 6750, section 2.1; RFC 9449, section 7.1. The scheme's case does not matter (RFC 9110, section
 * 11.1).
 */
export function presentedAccessToken(header: string | undefined): PresentedAccessToken | undefined {
  const [, scheme, token] = /^(Bearer|DPoP) +([\w.~+/-]+=*) *$/i.exec(header ?? '') ?? [];
  if (scheme === undefined || token === undefined) return undefined;
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token };
}
