import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fastJwt from 'fast-jwt';
import { Hono } from 'hono';
import { jwk } from 'hono/jwk';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import jwksRsa from 'jwks-rsa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { type Case, expected, tokensAndForgeries } from './forgeries.ts';
import { newKey } from './new-key.ts';

// What the service signs, checked by libraries nobody here wrote, each used as its own documentation says, with keys that
// it fetches for itself. What RFC 9068, section 4, asks for beside a signature (`typ`, `exp`) is asked for where the library
// does not do it by itself.

const { issuer, audience } = expected;
const signing = await newKey();
const { publicKeys } = await importKeySet([signing, await newKey()]);
const cases = await tokensAndForgeries(signing, Math.floor(Date.now() / 1000));

let server: Server;
let jwksUri: URL;
beforeAll(async () => {
  server = createServer((_, response) => response.end(JSON.stringify({ keys: publicKeys }))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  jwksUri = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`);
});
afterAll(() => server.close());

const typ = 'at+jwt';
const algorithm = 'RS256';
const requiredClaims = ['iss', 'aud', 'sub', 'client_id', 'iat', 'exp', 'jti'];

/** Each makes a function that throws unless it accepts the token. */
const verifiers: Record<string, () => (token: string) => Promise<unknown>> = {
  jose: () => {
    const keys = createRemoteJWKSet(jwksUri);
    return (token) =>
      jwtVerify(token, keys, { algorithms: [algorithm], typ, issuer, audience, requiredClaims });
  },
  'jsonwebtoken with jwks-rsa': () => {
    const keys = jwksRsa({ jwksUri: jwksUri.href });
    return async (token) => {
      const { header } = jsonwebtoken.decode(token, { complete: true }) ?? {};
      const key = await keys.getSigningKey(header?.kid);
      const options = { algorithms: [algorithm] as const, issuer, audience, complete: true } as const;
      const verified = jsonwebtoken.verify(token, key.getPublicKey(), {
        ...options,
        algorithms: [...options.algorithms],
      });
      if (verified.header.typ !== typ) throw new Error('typ');
      const { payload } = verified;
      if (typeof payload === 'string' || requiredClaims.some((claim) => payload[claim] === undefined))
        throw new Error('claims');
    };
  },
  'fast-jwt with jwks-rsa': () => {
    const keys = jwksRsa({ jwksUri: jwksUri.href });
    return fastJwt.createVerifier({
      key: async ({ header }: { header: { kid?: string } }) =>
        (await keys.getSigningKey(header.kid)).getPublicKey(),
      algorithms: [algorithm],
      checkTyp: typ,
      allowedIss: issuer,
      allowedAud: audience,
      requiredClaims,
    });
  },
  "Hono's jwk middleware": () => {
    const app = new Hono<{ Variables: { jwtPayload: Record<string, unknown> } }>();
    app.use(
      jwk({
        jwks_uri: jwksUri.href,
        alg: [algorithm],
        verification: { typ, iss: issuer, aud: audience },
      }),
    );
    app.get('/', (context) => context.json(context.get('jwtPayload')));
    return async (token) => {
      const answer = await app.request('/', { headers: { Authorization: `Bearer ${token}` } });
      if (!answer.ok) throw new Error(await answer.text());
      const payload = (await answer.json()) as Record<string, unknown>;
      if (requiredClaims.some((claim) => payload[claim] === undefined)) throw new Error('claims');
    };
  },
};

test.for(Object.keys(verifiers))(
  '%s accepts what the service signs and refuses every forgery',
  async (name) => {
    const verify = verifiers[name]?.();
    expect(verify).toBeDefined();
    const verdicts: Record<string, boolean> = {};
    for (const { name: which, token } of cases) {
      verdicts[which] = await Promise.resolve(verify?.(token)).then(
        () => true,
        () => false,
      );
    }
    expect(verdicts).toEqual(wanted(cases));
  },
);

function wanted(these: readonly Case[]): Record<string, boolean> {
  return Object.fromEntries(these.map(({ name, good }) => [name, good]));
}
