// The names of an access token's claims: which of them nobody else may use.

/**
 * What the service says, and what a reader would take for its word (contract, section 10): `latchkey_issued_claims` refuses
 * these.
 */
export const reservedClaims = [
  ...[
    'iss',
    'aud',
    'sub',
    'client_id',
    'iat',
    'exp',
    'nbf',
    'jti',
    'sid',
    'auth_time',
    'acr',
    'amr',
    'status',
    'cnf',
    'idp',
  ],
  ...['guest', 'act', 'may_act', 'scope'],
];

/** Registered for something else than one word about rights (OpenID Connect Core, section 5.1; RFC 9068, section 2.2.3.1). */
const otherMeanings = ['name', 'email', 'email_verified', 'azp', 'nonce', 'roles', 'groups', 'entitlements'];

/** Whether the role of a user may have this name in the access token. */
export function isRoleClaim(name: string): boolean {
  return /^[a-z][a-z0-9_]{0,31}$/.test(name) && ![...reservedClaims, ...otherMeanings].includes(name);
}
