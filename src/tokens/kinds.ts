// The two kinds of token and the one algorithm. Imports nothing, so that a program of others that verifies loads no more than this.

export const algorithm = 'RS256';

export const accessTokenType = 'at+jwt';
export const refreshTokenType = 'rt+jwt';

/**
 * Three parts of base64url (RFC 7515, section 7.1), the last in the one spelling that its bytes have (RFC 4648, section 3.5). jose
 * also takes whitespace, padding and bits that mean nothing in the signature: one token would have many spellings.
 */
export const compactSerialization =
  /^[\w-]+\.[\w-]+\.([\w-]{4})*([\w-]{4}|[\w-]{2}[AEIMQUYcgkosw048]|[\w-][AQgw])$/;
