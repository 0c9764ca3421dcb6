// Validates the bindings that hold signing keys: private RSA keys in a JWK Set, each consistent and strong enough.

import { base64url } from 'jose';
import * as z from 'zod/mini';

/** NIST SP 800-131A and RFC 7518, section 3.3. */
const minimumModulusBits = 2048n;

/**
 * 65537, the exponent that every tool accepts. With 1 a signature equals the message. With 3, signatures have been
 * forged against verifiers that did not check the padding strictly (RFC 8017, section 8.2.2; CVE-2006-4339).
 */
const publicExponent = 'AQAB';

const isBase64url = (text: string) => /^[A-Za-z0-9_-]+$/.test(text);

const keyParameter = z
  .string({ error: 'lacks a part of a private RSA key' })
  .check(z.refine(isBase64url, { error: 'has a part of a key that is not base64url' }));

const PrivateJwk = z
  .object(
    {
      kty: z.literal('RSA', { error: '"kty" must be "RSA"' }),
      kid: z.string({ error: '"kid" is missing' }).check(z.minLength(1, { error: '"kid" is missing' })),
      // Optional members must not declare another use of the key (RFC 7517, section 4).
      alg: z.exactOptional(z.literal('RS256', { error: '"alg" must be "RS256" or absent' })),
      use: z.exactOptional(z.literal('sig', { error: '"use" must be "sig" or absent' })),
      key_ops: z.exactOptional(
        z
          .array(z.string(), { error: '"key_ops" must be a list or absent' })
          .check(z.refine((uses) => uses.includes('sign'), { error: '"key_ops" must hold "sign"' })),
      ),
      n: keyParameter,
      e: z.literal(publicExponent, { error: `"e" must be "${publicExponent}", which is 65537` }),
      d: keyParameter,
      p: keyParameter,
      q: keyParameter,
      dp: keyParameter,
      dq: keyParameter,
      qi: keyParameter,
    },
    { error: 'must be a private RSA JWK' },
  )
  .check(
    z.superRefine((key, context) => {
      const message = inconsistencyOf(key);
      if (message) context.addIssue({ code: 'custom', message, input: undefined });
    }),
  );

export type PrivateJwk = z.infer<typeof PrivateJwk>;

const notAKeySet = 'must be a JWK Set: {"keys": [private RSA keys]} (npm run keys makes one)';

/**
 * Parses a private JWK Set from JSON text (RFC 7517, section 5): RSA keys of 2048 bits or more, each with a unique
 * `kid`.
 */
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

/**
 * Checks that the parameters belong to one key (RFC 8017, section 3.2). Parameters mixed from two keys would import
 * and sign, but no verifier would accept the signatures. Takes about 0.1 ms a key, less than to sign and verify once.
 * Returns what is wrong.
 */
function inconsistencyOf({ n, e, d, p, q, dp, dq, qi }: PrivateJwk): string | undefined {
  // The schema has already reported members that are not base64url.
  if (![n, d, p, q, dp, dq, qi].every(isBase64url)) return undefined;
  const key = { n: decodeUInt(n), d: decodeUInt(d), p: decodeUInt(p), q: decodeUInt(q) };
  if (key.n >> (minimumModulusBits - 1n) === 0n)
    return `the key must have at least ${minimumModulusBits} bits`;
  const [p1, q1] = [key.p - 1n, key.q - 1n];
  const one = decodeUInt(e) * key.d - 1n;
  const isConsistent =
    p1 > 0n &&
    q1 > 0n &&
    p1 !== q1 &&
    key.p * key.q === key.n &&
    one % p1 === 0n &&
    one % q1 === 0n &&
    decodeUInt(dp) === key.d % p1 &&
    decodeUInt(dq) === key.d % q1 &&
    (decodeUInt(qi) * key.q) % key.p === 1n;
  return isConsistent ? undefined : 'has parts that do not belong together';
}

/** Decodes Base64urlUInt (RFC 7518, section 2). Eight bytes at a time: decoding is most of the cost of a check. */
function decodeUInt(text: string): bigint {
  const bytes = base64url.decode(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let value = 0n;
  let at = 0;
  for (; at < bytes.length % 8; at += 1) value = (value << 8n) | BigInt(view.getUint8(at));
  for (; at < bytes.length; at += 8) value = (value << 64n) | view.getBigUint64(at);
  return value;
}
