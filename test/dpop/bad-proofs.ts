// Proofs that are good for nothing, each with one fault (RFC 9449, section 4.3).

import { base64url, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expected } from '../verify/forgeries.ts';
import type { DeviceKey } from './prover.ts';

export type BadProof = {
  readonly name: string;
  /** The value of the `DPoP` header. */
  readonly header: string;
  /** `nonce`: it is sound, and only its time is not ours. */
  readonly fault: 'invalid' | 'nonce';
};

type Request = { readonly route: string; readonly at: Date; readonly accessToken?: string };

export async function badProofs(key: DeviceKey, request: Request): Promise<BadProof[]> {
  const { route, at, accessToken } = request;
  const seconds = Math.floor(at.getTime() / 1000);
  const path = route.split(' ')[1] ?? '';
  const of = { ...(accessToken !== undefined && { accessToken }) };
  const good = () => key.proof(route, at, of);
  const claims = (changed: object) => key.proof(route, at, { ...of, claims: changed });
  const header = (changed: object) => key.proof(route, at, { ...of, header: changed });
  const [head = '', payload = '', signature = ''] = (await good()).split('.');
  const { publicJwk: jwk } = key;
  const alone = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey);

  const invalid: Record<string, string | Promise<string>> = {
    empty: '',
    'no JWT': 'x',
    'two proofs': Promise.all([good(), good()]).then((two) => two.join(', ')),
    'one proof twice': good().then((one) => `${one}, ${one}`),
    '60 KB of a claim': claims({ x: 'x'.repeat(60_000) }),
    '60 KB of text': 'a'.repeat(60_000),
    '60 KB of dots': '.'.repeat(60_000),
    'a huge jti': claims({ jti: 'x'.repeat(4_000) }),
    'an empty jti': claims({ jti: '' }),
    'no jti': claims({ jti: undefined }),
    'no iat': claims({ iat: undefined }),
    'iat in a string': claims({ iat: String(seconds) }),
    'iat as a date': claims({ iat: at.toISOString() }),
    'no htm': claims({ htm: undefined }),
    'another method': claims({ htm: 'PUT' }),
    'the method in lower case': claims({ htm: route.split(' ')[0]?.toLowerCase() }),
    'no htu': claims({ htu: undefined }),
    'a path alone': claims({ htu: path }),
    'another path': claims({ htu: `${expected.issuer}/api/auth/elsewhere` }),
    'a trailing slash': claims({ htu: `${expected.issuer}${path}/` }),
    'another port': claims({ htu: `${expected.issuer}:8443${path}` }),
    'another host': claims({ htu: `https://evil.example.test${path}` }),
    'another scheme': claims({ htu: `http://auth.example.test${path}` }),
    'a user in the URL': claims({ htu: `https://user:word@auth.example.test${path}` }),
    'no typ': header({ typ: undefined }),
    'typ JWT': header({ typ: 'JWT' }),
    'no jwk': header({ jwk: undefined }),
    'the jwk of another key': header({ jwk: { ...jwk, x: alone.x, y: alone.y } }),
    'no point of the curve': header({ jwk: { ...jwk, y: jwk.x } }),
    'a private key in the header': header({ jwk: { ...jwk, d: alone.d } }),
    'a symmetric key': symmetric(payload),
    'alg none': `${written({ ...read(head), alg: 'none' })}.${payload}.`,
    'alg none, signed': header({ alg: 'none' }),
    'no signature': `${head}.${payload}.`,
    'a changed payload': `${head}.${written({ ...read(payload), jti: 'other' })}.${signature}`,
    'secp256k1 in the header': header({ jwk: { ...jwk, crv: 'secp256k1' }, alg: 'ES256K' }),
    'P-384 under ES256': header({ jwk: { ...jwk, crv: 'P-384' } }),
    ...Object.fromEntries(
      ['ES384', 'ES512', 'RS256', 'PS256', 'EdDSA'].map((alg) => [`a key of ${alg}`, signedBy(alg, payload)]),
    ),
  };
  const nonce: Record<string, string | Promise<string>> = {
    'a minute and a second ago': claims({ iat: seconds - 61 }),
    'in two minutes': claims({ iat: seconds + 120 }),
    'far in the future': claims({ iat: 1e15 }),
    'before 1970': claims({ iat: -seconds }),
    'a day ago, and a fraction': claims({ iat: seconds - 86_400.5 }),
    'expired by its own exp': claims({ exp: seconds - 1 }),
  };
  const all = { ...invalid, ...nonce };
  return Promise.all(
    Object.entries(all).map(async ([name, text]) => ({
      name,
      header: await text,
      fault: name in nonce ? ('nonce' as const) : ('invalid' as const),
    })),
  );
}

const read = (part: string) => JSON.parse(new TextDecoder().decode(base64url.decode(part)));
const written = (part: object) => base64url.encode(JSON.stringify(part));

async function signedBy(alg: string, payload: string): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  return new SignJWT(read(payload))
    .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
    .sign(privateKey);
}

function symmetric(payload: string): Promise<string> {
  const bytes = new Uint8Array(32);
  const jwk = { kty: 'oct', k: base64url.encode(bytes) };
  return new SignJWT(read(payload))
    .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: jwk as never })
    .sign(bytes);
}
