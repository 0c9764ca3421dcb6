// Identity providers that a test runs: Apple, Google and one of our own making, with tokens of the shapes that they publish. They
// sign with Web Cryptography alone.
//
//   const service = await startService(withProviders);
//   const { apple } = startIssuers(service);          // answers for their key sets, at the pinned URLs, from now on
//   const nonce = await newNonce(service);             // ours, of POST /api/auth/nonce
//   const id_token = await appleToken({ nonce: await hexDigest(nonce), email: 'ada@icloud.com' });
//   apple.answers = 'down';                            // … and so on: `Answers`
//
// Claims go over the usual ones; `undefined` leaves one out. The time is the clock's of the service. Each token has another `sub`
// unless one is given.

import { base64url } from 'jose';
import type { Service } from '../service.ts';
import { type Algorithm, keyNamed, type SigningKey } from './signing-keys.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** What a fetch of the key set gets: nothing, nothing for long, a page, a set of a megabyte, no key, the key twice, another host. */
export type Answers = 'keys' | 'down' | 'slow' | 'drips' | 'html' | 'large' | 'empty' | 'twice' | 'redirect';

export type Issuer = {
  answers: Answers;
  /** Fetches of its key set so far. */
  fetches: number;
  token(claims?: Claims, options?: { readonly header?: Claims; readonly key?: SigningKey }): Promise<string>;
  /** From now on another key signs, and is the only one that is shown. */
  rotate(): void;
};

export type Issuers = { readonly apple: Issuer; readonly google: Issuer; readonly acme: Issuer };

export const audiences = {
  apple: 'com.example.app',
  google: '1234567890-web.apps.googleusercontent.com',
  googleAndroid: '1234567890-android.apps.googleusercontent.com',
  acme: 'app',
};

const acmeIssuer = 'https://id.acme.example.test';

/** Bindings. `acme` takes tokens without a nonce. */
export const withProviders = {
  IDENTITY_PROVIDERS: JSON.stringify({
    apple: { audiences: [audiences.apple] },
    google: { audiences: [audiences.google] },
    acme: {
      audiences: [audiences.acme],
      issuer: acmeIssuer,
      jwks_uri: `${acmeIssuer}/jwks.json`,
      nonce: 'optional',
    },
  }),
};

let current: Issuers | undefined;

/** @param service where they answer, and whose clock they have. */
export function startIssuers(service?: Pick<Service, 'clock' | 'elsewhere'>): Issuers {
  const now = () => Math.floor((service?.clock.now ?? new Date()).getTime() / 1000);
  const issuer = (algorithm: Algorithm, jwksUri: string, usual: (now: number) => Claims, header: Claims) => {
    let key = keyNamed(algorithm, 'first');
    const self: Issuer = {
      answers: 'keys',
      fetches: 0,
      token: async (claims, options) => {
        const { sign, kid } = await (options?.key ?? key);
        const head = { alg: algorithm, kid, ...header, ...options?.header };
        const input = [head, { ...usual(now()), ...claims }].map((part) =>
          base64url.encode(JSON.stringify(part)),
        );
        return `${input.join('.')}.${await sign(input.join('.'))}`;
      },
      rotate() {
        key = keyNamed(algorithm, crypto.randomUUID());
      },
    };
    service?.elsewhere.set(jwksUri, async ({ signal }) => {
      self.fetches += 1;
      const { jwk } = await key;
      return answerOf[self.answers](jwk, signal);
    });
    return self;
  };
  current = {
    apple: issuer('RS256', 'https://appleid.apple.com/auth/keys', appleClaims, {}),
    google: issuer('RS256', 'https://www.googleapis.com/oauth2/v3/certs', googleClaims, { typ: 'JWT' }),
    acme: issuer('ES256', `${acmeIssuer}/jwks.json`, acmeClaims, { typ: 'JWT' }),
  };
  return current;
}

const started = () => current ?? startIssuers();

/** Of the issuers that were started last. */
export const appleToken = (claims?: Claims) => started().apple.token(claims);
export const googleToken = (claims?: Claims) => started().google.token(claims);
export const acmeToken = (claims?: Claims) => started().acme.token(claims);

export async function newNonce(service: Service): Promise<string> {
  return (await service.call('POST', '/api/auth/nonce', { json: {} })).body.nonce;
}

/** What Apple's SDK is given, so that the nonce itself is in no token. */
export async function hexDigest(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const digits = (count: number) =>
  Array.from(crypto.getRandomValues(new Uint8Array(count)), (byte) => byte % 10).join('');

/** https://developer.apple.com/documentation/signinwithapple/authenticating-users-with-sign-in-with-apple: booleans may be strings. */
const appleClaims = (now: number): Claims => ({
  iss: 'https://appleid.apple.com',
  aud: audiences.apple,
  exp: now + 86_400,
  iat: now,
  sub: `00${digits(4)}.${crypto.randomUUID().replaceAll('-', '')}.${digits(4)}`,
  c_hash: 'rGhl1mKVEB7B9FzHJHg3eA',
  email: `${crypto.randomUUID().slice(0, 10)}@privaterelay.appleid.com`,
  email_verified: 'true',
  is_private_email: 'true',
  auth_time: now,
  nonce_supported: true,
});

/** https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload. */
const googleClaims = (now: number): Claims => ({
  iss: 'https://accounts.google.com',
  azp: audiences.googleAndroid,
  aud: audiences.google,
  sub: digits(21),
  email: `ada.${digits(12)}@gmail.com`,
  email_verified: true,
  name: 'Ada Lovelace',
  picture: 'https://lh3.googleusercontent.com/a/ada=s96-c',
  given_name: 'Ada',
  family_name: 'Lovelace',
  iat: now,
  exp: now + 3_600,
});

const acmeClaims = (now: number): Claims => ({
  iss: acmeIssuer,
  aud: audiences.acme,
  sub: crypto.randomUUID(),
  email: `ada-${crypto.randomUUID()}@acme.example.test`,
  email_verified: true,
  name: 'Ada of Acme',
  auth_time: now,
  iat: now,
  exp: now + 600,
});

const answerOf: Record<Answers, (jwk: JsonWebKey, signal: AbortSignal) => Response | Promise<Response>> = {
  keys: (jwk) => Response.json({ keys: [jwk] }),
  down: () => Promise.reject(new TypeError('the network is down')),
  slow: (_, signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  // The head at once, and a character of the body now and then.
  drips: () =>
    new Response(
      new ReadableStream({
        pull: (controller) =>
          scheduler.wait(200).then(() => controller.enqueue(new TextEncoder().encode(' '))),
      }),
    ),
  html: () =>
    new Response('<!doctype html><title>Sign in</title>', { headers: { 'Content-Type': 'text/html' } }),
  large: (jwk) => Response.json({ keys: [jwk, { kty: 'oct', k: 'x'.repeat(1024 * 1024) }] }),
  empty: () => Response.json({ keys: [] }),
  twice: (jwk) => Response.json({ keys: [jwk, jwk] }),
  redirect: () => Response.redirect('https://evil.example.test/jwks.json'),
};
