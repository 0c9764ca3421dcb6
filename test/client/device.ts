// What outlives a process: a device with its store, the store's lock, and a clock that may be wrong.

import type { StoredSession } from '../../src/client/client.ts';
import { createKeystore } from './keystore.ts';

export function createDevice(content: StoredSession | null) {
  const device = {
    content: JSON.stringify(content),
    /** What it keeps whoever is signed in. */
    notes: 'null',
    keystore: createKeystore(),
    /** What its clock is ahead of the true time by, in milliseconds. */
    skew: 0,
    /** Who holds the lock, and who waits for it. */
    holders: [] as { readonly owner: object; readonly grant: () => void }[],
    read: (): StoredSession | null => JSON.parse(device.content),
    write(session: StoredSession | null): void {
      device.content = JSON.stringify(session);
    },
  };
  return device;
}

export type Device = ReturnType<typeof createDevice>;
