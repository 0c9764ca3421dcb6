// The device key of a browser: made by WebCrypto so that no script can read its private half, and kept in IndexedDB,
// which stores it without showing it. A script of the page can use it while the page is open, and cannot take it away.

import {
  type DeviceKey,
  type DeviceKeyStore,
  type PublicJwk,
  type WebCryptoKey,
  webCryptoKey,
} from './device-key.ts';
import { KeyGoneError } from './errors.ts';
import { hasWebCrypto } from './platform.ts';

type KeyRecord = { readonly privateKey: WebCryptoKey; readonly publicJwk: PublicJwk };

const keys = 'keys';

/** Both are there in browsers, on https and localhost. React Native and Node have no IndexedDB. */
export const hasIndexedDbKeys = (): boolean => 'indexedDB' in globalThis && hasWebCrypto();

/** @param options.name of the database: other keys for other services of the same page. */
export function indexedDbKey({ name = 'latchkey' }: { readonly name?: string } = {}): DeviceKeyStore {
  /** Resolves when it is on the disk. */
  async function use<T>(
    mode: 'readonly' | 'readwrite',
    work: (store: ObjectStore) => Requested<T>,
  ): Promise<T> {
    const database = await opened(name);
    try {
      const transaction = database.transaction(keys, mode, { durability: 'strict' });
      const request = work(transaction.objectStore(keys));
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error ?? request.error);
      });
      return request.result;
    } finally {
      database.close();
    }
  }

  const find = () => use<KeyRecord | undefined>('readonly', (store) => store.get(name));
  const keyOf = ({ privateKey, publicJwk }: KeyRecord) => webCryptoKey(privateKey, publicJwk);

  async function load(): Promise<DeviceKey> {
    const record = await find();
    if (!record) throw new KeyGoneError('The database of this page has no device key.');
    return keyOf(record);
  }

  return {
    load,
    async loadOrCreate() {
      const record = await find();
      if (record) return keyOf(record);
      const made = await generated();
      // Another tab may have been first; then `add` fails, and the key of both is that one's.
      await use('readwrite', (store) => store.add(made, name)).catch(() => {});
      return load();
    },
  };
}

async function generated(): Promise<KeyRecord> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pair = (await crypto.subtle.generateKey(algorithm, false, ['sign'])) as {
    privateKey: WebCryptoKey;
    publicKey: WebCryptoKey;
  };
  const { x, y } = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as { x: string; y: string };
  return { privateKey: pair.privateKey, publicJwk: { kty: 'EC', crv: 'P-256', x, y } };
}

function opened(name: string): Promise<Database> {
  return new Promise((resolve, reject) => {
    const request = (globalThis as unknown as { indexedDB: Factory }).indexedDB.open(name, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(keys);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// What is used of IndexedDB: the types of Workers have none.

type Requested<T> = {
  readonly result: T;
  readonly error: unknown;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
};
type Factory = {
  open(name: string, version: number): Requested<Database> & { onupgradeneeded: (() => void) | null };
};
type Database = {
  createObjectStore(name: string): unknown;
  transaction(
    name: string,
    mode: 'readonly' | 'readwrite',
    options: { readonly durability: 'strict' },
  ): {
    readonly error: unknown;
    objectStore(name: string): ObjectStore;
    oncomplete: (() => void) | null;
    onabort: (() => void) | null;
  };
  close(): void;
};
type ObjectStore = {
  // biome-ignore lint/suspicious/noExplicitAny: IndexedDB does not know what it stores.
  get(key: string): Requested<any>;
  add(value: unknown, key: string): Requested<unknown>;
};
