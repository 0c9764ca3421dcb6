// The service's public keys: fetched once, kept in the isolate and in the Cache API, refreshed without anybody waiting for
// it, asked for again on an unknown `kid` at most once a minute, and used on while the service is away.
//
// jose's createRemoteJWKSet has no stale use, and its pause between two fetches counts from the last success alone.

import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { keySetCacheSeconds } from '../lifetimes.ts';

/** A stranger's tokens with invented `kid`s make no more requests than this. */
const pauseSeconds = 60;

/** How long keys serve that could not be fetched again: for a day, a fault of the service is nobody else's. */
const staleSeconds = 24 * 60 * 60;

/** No request waits longer for the JWK Set. */
const deadlineMilliseconds = 5_000;

const fetchedAtHeader = 'Latchkey-Fetched-At';

/** No keys to check with: the JWK Set cannot be had, and none is remembered that would do. Answer 503. */
export class KeysUnavailableError extends Error {
  constructor(jwksUri: string, cause: unknown) {
    super(`No keys from ${jwksUri}`, { cause });
    this.name = 'KeysUnavailableError';
  }
}

type Surroundings = {
  readonly jwksUri: string;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => Date;
};

type Kept = { readonly find: JWTVerifyGetKey; readonly fetchedAt: number };

/**
 * A key for jose's jwtVerify.
 *
 * No promise is shared between requests: in Workers, the I/O of one request ends with it, and whoever waits for it waits
 * forever. So, without any keys yet, each of several requests fetches them for itself.
 */
export function createKeyCache({ jwksUri, fetch, now }: Surroundings): JWTVerifyGetKey {
  let kept: Kept | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;

  const seconds = () => now().getTime() / 1000;
  const isOlderThan = (limit: number, keys: Kept) => seconds() - keys.fetchedAt >= limit;
  const mayTry = () => seconds() - triedAt >= pauseSeconds;

  async function fetchKeys(): Promise<Kept> {
    triedAt = seconds();
    try {
      const signal = AbortSignal.timeout(deadlineMilliseconds);
      // A redirect would let another host name the keys.
      const response = await fetch(new Request(jwksUri, { signal, redirect: 'manual' }));
      if (response.status !== 200) throw new Error(`answered ${response.status}`);
      const text = await response.text();
      kept = { find: createLocalJWKSet(JSON.parse(text) as JSONWebKeySet), fetchedAt: seconds() };
      await remember(jwksUri, text, kept.fetchedAt);
      return kept;
    } catch (cause) {
      throw new KeysUnavailableError(jwksUri, cause);
    }
  }

  return async (header, token) => {
    // `kid` is how keys are changed without anybody noticing: a token of ours has one.
    if (typeof header.kid !== 'string') throw new errors.JWSInvalid('no kid');
    kept ??= await recall(jwksUri);
    let keys = kept;
    if (!keys || isOlderThan(staleSeconds, keys)) keys = await fetchKeys();
    else if (isOlderThan(keySetCacheSeconds, keys) && mayTry()) {
      const stale = keys;
      keys = await fetchKeys().catch(() => stale);
    }
    const find = ({ find }: Kept) =>
      // The set's own fault, such as one `kid` twice or a key that cannot be imported, is none of the token's.
      Promise.resolve(find(header, token))
        .then(refuseWeakKey)
        .catch((error) => {
          throw error instanceof errors.JWKSNoMatchingKey ? error : new KeysUnavailableError(jwksUri, error);
        });
    try {
      return await find(keys);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (mayTry()) return find(await fetchKeys());
      // What we know is old, since the last try has failed or has not come back: that is not the token's fault.
      if (keys.fetchedAt < triedAt) throw new KeysUnavailableError(jwksUri, error);
      throw error;
    }
  };
}

/** Signatures under fewer bits, or under the exponents 1 and 3, can be made by others. */
function refuseWeakKey<Key>(key: Key): Key {
  const { modulusLength, publicExponent } = (key as CryptoKey).algorithm as unknown as {
    modulusLength: number;
    publicExponent: Uint8Array;
  };
  if (modulusLength < 2048 || publicExponent.join() !== '1,0,1') throw new Error('a key that is too weak');
  return key;
}

/** `caches.default` is Cloudflare's; elsewhere there is none, and nothing is missed. */
function sharedCache(): Cache | undefined {
  return (globalThis as { caches?: { default?: Cache } }).caches?.default;
}

async function remember(jwksUri: string, text: string, fetchedAt: number): Promise<void> {
  const headers = {
    'Content-Type': 'application/jwk-set+json',
    'Cache-Control': `public, max-age=${staleSeconds}`,
    [fetchedAtHeader]: String(fetchedAt),
  };
  // The cache saves a request and is needed for nothing: its faults are nobody's.
  await sharedCache()
    ?.put(jwksUri, new Response(text, { headers }))
    .catch(() => {});
}

async function recall(jwksUri: string): Promise<Kept | undefined> {
  try {
    const response = await sharedCache()?.match(jwksUri);
    if (!response) return undefined;
    const fetchedAt = Number(response.headers.get(fetchedAtHeader));
    return { find: createLocalJWKSet((await response.json()) as JSONWebKeySet), fetchedAt };
  } catch {
    return undefined;
  }
}
