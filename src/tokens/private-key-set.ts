// What a binding with signing keys has to hold.

import { base64url } from 'jose';
import * as z from 'zod/mini';

/** NIST SP 800-131A and RFC 7518, section 3.3. */
const leastBits = 2048n;

/**
 * 65537, which every tool takes. Under 1 a signature is its own message, and under 3 forgeries have been made wherever a verifier
 * was lax about the padding (RFC 8017, section 8.2.2; CVE-2006-4339).
 */
const exponent = 'AQAB';

const isBase64url = (text: string) => /^[A-Za-z0-9_-]+$/.test(text);

const part = z
  .string({ error: 'lacks a part of a private RSA key' })
  .check(z.refine(isBase64url, { error: 'has a part of a key that is not base64url' }));

const PrivateJwk = z
  .object(
    {
      kty: z.literal('RSA', { error: '"kty" must be "RSA"' }),
      kid: z.string({ error: '"kid" is missing' }).check(z.minLength(1, { error: '"kid" is missing' })),
      // What a key says of itself must not say that it is for something else (RFC 7517, section 4).
      alg: z.exactOptional(z.literal('RS256', { error: '"alg" must be "RS256" or absent' })),
      use: z.exactOptional(z.literal('sig', { error: '"use" must be "sig" or absent' })),
      key_ops: z.exactOptional(
        z
          .array(z.string(), { error: '"key_ops" must be a list or absent' })
          .check(z.refine((uses) => uses.includes('sign'), { error: '"key_ops" must hold "sign"' })),
      ),
      n: part,
      e: z.literal(exponent, { error: `"e" must be "${exponent}", which is 65537` }),
      d: part,
      p: part,
      q: part,
      dp: part,
      dq: part,
      qi: part,
    },
    { error: 'must be a private RSA JWK' },
  )
  .check(
    z.superRefine((key, context) => {
      const message = faultOf(key);
      if (message) context.addIssue({ code: 'custom', message, input: undefined });
    }),
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

/**
 * What is wrong with the numbers (RFC 8017, section 3.2). A key that was put together from two would be imported and would sign,
 * and no verifier would take what it signs. Some 0.1 ms a key: less than a signature made and checked.
 */
function faultOf({ n, e, d, p, q, dp, dq, qi }: PrivateJwk): string | undefined {
  // Of what is no number the fields have spoken.
  if (![n, d, p, q, dp, dq, qi].every(isBase64url)) return undefined;
  const key = { n: number(n), d: number(d), p: number(p), q: number(q) };
  if (key.n >> (leastBits - 1n) === 0n) return `the key must have at least ${leastBits} bits`;
  const [p1, q1] = [key.p - 1n, key.q - 1n];
  const one = number(e) * key.d - 1n;
  const isOneKey =
    p1 > 0n &&
    q1 > 0n &&
    p1 !== q1 &&
    key.p * key.q === key.n &&
    one % p1 === 0n &&
    one % q1 === 0n &&
    number(dp) === key.d % p1 &&
    number(dq) === key.d % q1 &&
    (number(qi) * key.q) % key.p === 1n;
  return isOneKey ? undefined : 'has parts that do not belong together';
}

/** Base64urlUInt (RFC 7518, section 2). In eights of bytes, as reading the digits is most of what a check costs. */
function number(text: string): bigint {
  const bytes = base64url.decode(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let value = 0n;
  let at = 0;
  for (; at < bytes.length % 8; at += 1) value = (value << 8n) | BigInt(view.getUint8(at));
  for (; at < bytes.length; at += 8) value = (value << 64n) | view.getBigUint64(at);
  return value;
}
