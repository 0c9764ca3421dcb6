// Public keys of somebody else, cached in memory and in the Cache API: the service's own for its verifiers, an identity provider's
// for the service. They are fetched when they have expired, and on an unknown `kid` at most once a minute. While their owner is
// unavailable, stale keys are used (stale-if-error).
//
// jose's createRemoteJWKSet has no stale-if-error, and its cooldown counts from the last successful fetch only.

import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { boundedText } from '../bounded-text.ts';
import { keySetBytes, keySetCacheSeconds } from '../bounds.ts';

/** Denial of service: tokens with invented `kid`s cause at most one fetch in this time. */
export const keyCooldownSeconds = 60;

/** Stale-if-error: for a day, an outage of their owner affects nobody. */
const maximumStaleSeconds = 24 * 60 * 60;

/** Timeout of a fetch of the JWK Set. */
const fetchTimeoutMilliseconds = 5_000;

const fetchedAtHeader = 'Latchkey-Fetched-At';

/** There are no usable keys: the JWK Set cannot be fetched, and no cached one is recent enough. Answer 503. */
export class KeysUnavailableError extends Error {
  constructor(jwksUri: string, cause: unknown) {
    super(`No keys from ${jwksUri}`, { cause });
    this.name = 'KeysUnavailableError';
  }
}

type KeyCacheOptions = {
  readonly jwksUri: string;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => Date;
  /** By default that of the zone. */
  readonly sharedCache?: SharedCache | undefined;
};

type CachedKeys = { readonly find: JWTVerifyGetKey; readonly fetchedAt: number };

/**
 * Returns the key resolver for jose's jwtVerify.
 *
 * No promise is shared between requests. In Workers, I/O belongs to one request and is cancelled when that request
 * ends; others that wait for it would hang. So on a cold start, concurrent requests each fetch the keys.
 */
export function createKeyCache({
  jwksUri,
  fetch,
  now,
  sharedCache: cache,
}: KeyCacheOptions): JWTVerifyGetKey {
  // Looked up when it is used: nothing is done at import time.
  const shared = () => cache ?? zoneCache();
  let cached: CachedKeys | undefined;
  let lastAttemptAt = Number.NEGATIVE_INFINITY;

  const seconds = () => now().getTime() / 1000;
  const isOlderThan = (limit: number, keys: CachedKeys) => seconds() - keys.fetchedAt >= limit;
  const mayFetch = () => seconds() - lastAttemptAt >= keyCooldownSeconds;

  async function fetchKeys(): Promise<CachedKeys> {
    lastAttemptAt = seconds();
    try {
      const signal = AbortSignal.timeout(fetchTimeoutMilliseconds);
      // Redirects are not followed: another host could provide the keys.
      const response = await fetch(new Request(jwksUri, { signal, redirect: 'manual' }));
      if (response.status !== 200) throw new Error(`answered ${response.status}`);
      const text = await boundedText(response, { signal, maximumBytes: keySetBytes });
      const keySet = JSON.parse(text) as JSONWebKeySet;
      // Whoever shows no key has lost them: those that are cached are better.
      if (keySet.keys.length === 0) throw new Error('answered no keys');
      cached = { find: createLocalJWKSet(keySet), fetchedAt: seconds() };
      await writeSharedCache(shared(), jwksUri, text, cached.fetchedAt);
      return cached;
    } catch (cause) {
      throw new KeysUnavailableError(jwksUri, cause);
    }
  }

  return async (header, token) => {
    // Every token has a `kid`: key rotation depends on it.
    if (typeof header.kid !== 'string') throw new errors.JWSInvalid('no kid');
    cached ??= await readSharedCache(shared(), jwksUri);
    let keys = cached;
    if (!keys || isOlderThan(maximumStaleSeconds, keys)) keys = await fetchKeys();
    else if (isOlderThan(keySetCacheSeconds, keys) && mayFetch()) {
      const stale = keys;
      keys = await fetchKeys().catch(() => stale);
    }
    const find = ({ find }: CachedKeys) =>
      // An error in the set, such as a duplicate `kid` or a key that cannot be imported, does not make the token
      // invalid.
      Promise.resolve(find(header, token))
        .then(refuseWeakKey)
        .catch((error) => {
          throw error instanceof errors.JWKSNoMatchingKey ? error : new KeysUnavailableError(jwksUri, error);
        });
    try {
      return await find(keys);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (mayFetch()) return find(await fetchKeys());
      // The last fetch failed or is still running, so the token's key may be newer than the cached keys.
      if (keys.fetchedAt < lastAttemptAt) throw new KeysUnavailableError(jwksUri, error);
      throw error;
    }
  };
}

/** Signatures with shorter RSA keys, or with the exponents 1 and 3, can be forged. */
function refuseWeakKey<Key>(key: Key): Key {
  const { name, modulusLength, publicExponent, namedCurve } = (key as CryptoKey).algorithm as unknown as {
    name: string;
    modulusLength?: number;
    publicExponent?: Uint8Array;
    namedCurve?: string;
  };
  const isStrong = name.startsWith('RSA')
    ? (modulusLength ?? 0) >= 2048 && publicExponent?.join() === '1,0,1'
    : ['P-256', 'P-384', 'Ed25519'].includes(namedCurve ?? name);
  if (!isStrong) throw new Error('a key that is too weak');
  return key;
}

type SharedCache = {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
};

/** `caches.default` exists on Cloudflare only. Elsewhere the keys are cached in memory only. */
function zoneCache(): SharedCache | undefined {
  return (globalThis as { caches?: { default?: SharedCache } }).caches?.default;
}

async function writeSharedCache(
  cache: SharedCache | undefined,
  jwksUri: string,
  text: string,
  fetchedAt: number,
): Promise<void> {
  const headers = {
    'Content-Type': 'application/jwk-set+json',
    'Cache-Control': `public, max-age=${maximumStaleSeconds}`,
    [fetchedAtHeader]: String(fetchedAt),
  };
  // The shared cache is an optimization: its errors are ignored.
  await cache?.put(jwksUri, new Response(text, { headers })).catch(() => {});
}

async function readSharedCache(
  cache: SharedCache | undefined,
  jwksUri: string,
): Promise<CachedKeys | undefined> {
  try {
    const response = await cache?.match(jwksUri);
    if (!response) return undefined;
    const fetchedAt = Number(response.headers.get(fetchedAtHeader));
    return { find: createLocalJWKSet((await response.json()) as JSONWebKeySet), fetchedAt };
  } catch {
    return undefined;
  }
}
