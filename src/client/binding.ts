// Binds sessions to the device key (RFC 9449): when that begins, with which key, and the proof of each request.

import { type DeviceKey, type DeviceKeyStore, nameOf } from './device-key.ts';
import { DeviceKeyError, KeyGoneError, problemOf } from './errors.ts';
import { originOf } from './platform.ts';
import { bytesOf, createProof, signed } from './proof.ts';
import { createMutex, type StoredSession } from './store.ts';
import { abortable, type Fetch, type Limit, type Timing } from './transport.ts';

/**
 * `refresh`: the refresh token is bound to the key, and the access token is a bearer token. `full`: both are bound, and
 * every call carries a proof.
 */
export type DpopMode = 'refresh' | 'full';

export type BindingParts = {
  /** Undefined where there are none on this platform. */
  readonly keys: DeviceKeyStore | undefined;
  /** False: sessions that are bound already stay so, and no others are bound. */
  readonly mayBegin: boolean;
  readonly mode: DpopMode | undefined;
  readonly sha256: (input: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer | Uint8Array>;
  /** The service's `ISSUER`, and the address that its requests go to. */
  readonly issuer: string;
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly timing: Timing;
  readonly now: () => number;
  readonly newKey: () => string;
};

export type Binding = ReturnType<typeof createBinding>;

/** Secure hardware takes a tenth of a second, and a second when it is busy. */
const keyTimeoutMilliseconds = 5_000;

export function createBinding(parts: BindingParts) {
  const { keys, timing, now, newKey } = parts;
  const exclusively = createMutex();
  /** The newest nonce of each origin. */
  const nonces = new Map<string, string>();
  let cached: DeviceKey | undefined;

  /** @throws KeyGoneError as the key store says it; DeviceKeyError for whatever else it throws, and when it is late. */
  async function timely<T>(work: () => Promise<T>): Promise<T> {
    const clock = new AbortController();
    const late = async (): Promise<never> => {
      await timing.sleep(keyTimeoutMilliseconds, clock.signal);
      throw new DeviceKeyError(`The device key was not ready within ${keyTimeoutMilliseconds} ms.`);
    };
    try {
      return await Promise.race([work(), late()]);
    } catch (error) {
      cached = undefined;
      if (error instanceof DeviceKeyError) throw error;
      throw new DeviceKeyError('The device key cannot be used.', error);
    } finally {
      clock.abort();
    }
  }

  /** Never makes one: a new key is of no use to old tokens. */
  async function keyNamed(name: string): Promise<DeviceKey> {
    if (cached && nameOf(cached) === name) return cached;
    if (!keys) throw new DeviceKeyError('The session is bound to a device key: give `deviceKey`.');
    const key = await keys.load();
    if (nameOf(key) !== name) throw new KeyGoneError('The device has another key than the session.');
    cached = key;
    return key;
  }

  /** Proxies: the service knows itself by its ISSUER alone. */
  const urlInProof = (url: string) =>
    url.startsWith(`${parts.baseUrl}/`) ? parts.issuer + url.slice(parts.baseUrl.length) : url;

  return {
    /** Members of the bodies of requests that bind a session. */
    fields: parts.mode ? { dpop_mode: parts.mode } : {},

    /**
     * The name of the key that a session is to be bound to, which is stored by then and can sign; null when none can be
     * had at the moment, and undefined where nothing is to be bound. Never rejects: a sign-in does not need a key.
     */
    async begin(): Promise<string | null | undefined> {
      if (!keys || !parts.mayBegin) return undefined;
      try {
        // A store that never answers holds nobody else up: each has its own limit.
        return await exclusively(() =>
          timely(async () => {
            const key = await keys.loadOrCreate();
            await signed(key, bytesOf(''));
            cached = key;
            return nameOf(key);
          }),
        );
      } catch {
        return null;
      }
    },

    /**
     * Sends with a proof by the key of this name, of the access token if there is one. Where the service asks for a
     * nonce it has done nothing, so the request is sent once more with it.
     */
    fetchAs(name: string, accessToken?: string): Fetch {
      return async (url, init) => {
        const origin = originOf(url);
        async function send(): Promise<Response> {
          const proof = await timely(async () =>
            createProof(await keyNamed(name), {
              method: init.method ?? 'GET',
              url: urlInProof(url),
              now: now(),
              id: newKey(),
              nonce: nonces.get(origin),
              tokenHash:
                accessToken === undefined
                  ? undefined
                  : new Uint8Array(await parts.sha256(bytesOf(accessToken))),
            }),
          );
          const headers = new Headers(init.headers);
          headers.set('DPoP', proof);
          // Given up while the key was busy. A `fetch` of the app may not look at the signal by itself.
          if (init.signal?.aborted) throw new Error('The request was aborted.');
          const response = await parts.fetch(url, { ...init, headers });
          const nonce = response.headers.get('DPoP-Nonce');
          if (nonce !== null) nonces.set(origin, nonce);
          return response;
        }
        const response = await send();
        return (await asksForNonce(response)) ? send() : response;
      };
    },
  };
}

/** RFC 9449, sections 8 and 9. Without the header, as where CORS hides it, the same proof would come again. */
async function asksForNonce(response: Response): Promise<boolean> {
  const { status, headers } = response;
  if ((status !== 400 && status !== 401) || !headers.has('DPoP-Nonce')) return false;
  const isChallenged = /error="?use_dpop_nonce\b/i.test(headers.get('WWW-Authenticate') ?? '');
  return isChallenged || (await problemOf(response)).kind === 'use-dpop-nonce';
}

/**
 * Decides once for these tokens whether a key's proof comes with them: what has to be stored before they are sent. Null when
 * the store has changed meanwhile.
 *
 * @param latest what is stored now.
 */
export async function withKey(
  stored: StoredSession,
  binding: Binding,
  latest: () => Promise<StoredSession | null>,
  limit: Limit,
): Promise<StoredSession | null> {
  if (stored.deviceKey !== undefined) return stored;
  const deviceKey = await abortable(binding.begin(), limit);
  if (deviceKey === undefined) return stored;
  const meanwhile = await latest();
  if (meanwhile?.refreshKey !== stored.refreshKey || meanwhile.deviceKey !== undefined) return null;
  return { ...stored, deviceKey };
}
