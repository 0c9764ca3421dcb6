// The `typ` of access and refresh tokens and of status lists, and their algorithm. Imports nothing, so that latchkey/verify stays small
// in other programs.

export const algorithm = 'RS256';

export const accessTokenType = 'at+jwt';
export const refreshTokenType = 'rt+jwt';
/** Token Status List (draft-ietf-oauth-status-list), section 5.1. */
export const statusListType = 'statuslist+jwt';

/**
 * JWS Compact Serialization (RFC 7515, section 7.1): three base64url parts, the signature in its canonical encoding
 * (RFC 4648, section 3.5). Token malleability: jose also accepts whitespace, padding and non-zero trailing bits in
 * the signature, so one token would have many valid spellings.
 */
export const compactSerialization =
  /^[\w-]+\.[\w-]+\.([\w-]{4})*([\w-]{4}|[\w-]{2}[AEIMQUYcgkosw048]|[\w-][AQgw])$/;
