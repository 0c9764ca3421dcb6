// What a binding with signing keys has to hold.

import * as z from 'zod/mini';

/** RSA moduli are base64url without padding: 2048 bits are 342 characters. */
const modulusCharacters = 342;

const base64url = z
  .string({ error: 'lacks a part of a private RSA key' })
  .check(z.regex(/^[A-Za-z0-9_-]+$/, { error: 'has a part of a key that is not base64url' }));

const PrivateJwk = z.object(
  {
    kty: z.literal('RSA', { error: '"kty" must be "RSA"' }),
    kid: z.string({ error: '"kid" is missing' }).check(z.minLength(1, { error: '"kid" is missing' })),
    n: base64url.check(z.minLength(modulusCharacters, { error: 'the key must have at least 2048 bits' })),
    e: base64url,
    d: base64url,
    p: base64url,
    q: base64url,
    dp: base64url,
    dq: base64url,
    qi: base64url,
  },
  { error: 'must be a private RSA JWK' },
);

export type PrivateJwk = z.infer<typeof PrivateJwk>;

const notAKeySet = 'must be a JWK Set: {"keys": [private RSA keys]} (npm run keys makes one)';

/** A private JWK Set as a JSON text (RFC 7517, section 5): RSA keys of 2048 bits or more, each with a `kid` of its own. */
export const PrivateKeySet = z.pipe(
  z.pipe(
    z.string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be a JSON text') }),
    z.transform(jsonOrNull),
  ),
  z.object(
    {
      keys: z.array(PrivateJwk, { error: notAKeySet }).check(
        z.minLength(1, { error: 'must hold at least one key' }),
        z.refine((keys) => new Set(keys.map((key) => key.kid)).size === keys.length, {
          error: 'has one "kid" twice',
        }),
      ),
    },
    { error: notAKeySet },
  ),
);

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
