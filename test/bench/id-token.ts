// A provider of ID tokens, in the shape of Google's: one key (RS256, 2048 bits), for anybody it is asked about.

import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
const kid = 'f451345fad08101bfb345cf642a2da9267b9ebeb';

/** What the provider shows of its key. */
export const providersKeys = { keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig', kid, n, e }] };

/** Ours: no discovery, and nothing but this of it is known. */
export const provider = { name: 'bench', issuer: 'https://id.example.test', audience: 'bench' };
/** The same as better-auth takes it, which knows Google by name. */
export const google = { issuer: 'https://accounts.google.com', audience: 'bench' };

/** 21 digits; an expression over `n`, and the same by itself. */
export const subjectIn = `'1' || lpad(n::text, 20, '0')`;
export const subjectOf = (user: number): string => `1${String(user).padStart(20, '0')}`;

export function idToken(
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
  { user, nonce }: { readonly user: number; readonly nonce: string },
): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    azp: audience,
    aud: audience,
    sub: subjectOf(user),
    email: `person-${user}@gmail.com`,
    email_verified: true,
    nonce,
    name: 'Ada Lovelace',
    picture: 'https://pictures.example.test/a/ada=s96-c',
    given_name: 'Ada',
    family_name: 'Lovelace',
    iat: now,
    exp: now + 3_600,
  };
  const input = [{ alg: 'RS256', kid, typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}
