// Where a device keeps its key, as its processes reach it, with what may go wrong there.

import {
  type DeviceKey,
  type DeviceKeyStore,
  KeyGoneError,
  type PublicJwk,
  webCryptoKey,
} from '../../src/client/client.ts';

type Kept = { readonly privateKey: CryptoKey; readonly publicJwk: PublicJwk };

export function createKeystore() {
  return {
    kept: undefined as Kept | undefined,
    /** `locked`: it says so; `signing`: it only fails to sign; `hangs`: it never answers; `gone`: it has lost the key for good. */
    fault: 'none' as 'none' | 'locked' | 'signing' | 'hangs' | 'gone',
    made: 0,
    signatures: 0,
  };
}

export async function newKey(): Promise<Kept> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pair = (await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])) as CryptoKeyPair;
  const { x, y } = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as { x: string; y: string };
  return { privateKey: pair.privateKey, publicJwk: { kty: 'EC', crv: 'P-256', x, y } };
}

/** @param process whose every step may be its last. */
export function keysOf({
  device: { keystore },
  access,
  alive,
  working,
}: {
  readonly device: { readonly keystore: ReturnType<typeof createKeystore> };
  readonly access: <T>(work: () => T) => Promise<T>;
  readonly alive: <T>(promise: Promise<T>) => Promise<T>;
  readonly working: <T>(promise: Promise<T>) => Promise<T>;
}): DeviceKeyStore {
  function meet(faults: readonly string[]): Promise<never> | undefined {
    if (!faults.includes(keystore.fault)) return undefined;
    if (keystore.fault === 'hangs') return new Promise(() => {});
    if (keystore.fault === 'gone') throw new KeyGoneError('invalidated');
    throw new Error(`The key store is ${keystore.fault}`);
  }

  const keyOf = ({ privateKey, publicJwk }: Kept): DeviceKey => ({
    publicJwk,
    async sign(input) {
      await access(() => meet(['locked', 'signing', 'hangs', 'gone']));
      keystore.signatures += 1;
      return alive(working(webCryptoKey(privateKey, publicJwk).sign(input)));
    },
  });

  return {
    async load() {
      await access(() => meet(['locked', 'hangs', 'gone']));
      if (!keystore.kept) throw new KeyGoneError('There is no key');
      return keyOf(keystore.kept);
    },
    async loadOrCreate() {
      await access(() => meet(['locked', 'hangs']));
      if (keystore.kept && keystore.fault !== 'gone') return keyOf(keystore.kept);
      const made = await alive(working(newKey()));
      await access(() => {
        if (keystore.kept && keystore.fault !== 'gone') return;
        keystore.kept = made;
        if (keystore.fault === 'gone') keystore.fault = 'none';
        keystore.made += 1;
      });
      return keyOf(keystore.kept ?? made);
    },
  };
}
