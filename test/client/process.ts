// A process of an app: the client as an app makes it, on a device, in a world, until somebody kills it.

import { createLatchkeyClient, type LatchkeyOptions, type TokenStore } from '../../src/client/client.ts';
import { issuer } from '../service.ts';
import type { Device } from './device.ts';
import { keysOf } from './keystore.ts';
import type { World } from './world.ts';

/** An app as it runs: it stops for good between any two of its steps when it is killed, and what it holds is let go. */
export function startProcess(
  world: World,
  device: Device,
  {
    hasLock = true,
    slowest = 0,
    hasKey = false,
    ...options
  }: { hasLock?: boolean; slowest?: number; hasKey?: boolean } & Partial<LatchkeyOptions> = {},
) {
  const process = {
    isAlive: true,
    signedOut: [] as string[],
    kill(): void {
      process.isAlive = false;
      const [held] = device.holders;
      device.holders = device.holders.filter(({ owner }) => owner !== process);
      if (held?.owner === process) device.holders[0]?.grant();
    },
  };

  /** Nothing that a dead process waits for ever comes. */
  function alive<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => process.isAlive && resolve(value),
        (error) => process.isAlive && reject(error),
      );
    });
  }

  const pause = (milliseconds: number) =>
    alive(new Promise<void>((resolve) => world.at(milliseconds, resolve)));

  /** It may die before it has written, or after. */
  async function access<T>(work: () => T): Promise<T> {
    await pause(world.random() * slowest);
    const result = work();
    await pause(world.random() * slowest);
    return result;
  }

  const store: TokenStore = {
    load: () => access(device.read),
    save: (session) => access(() => device.write(session)),
    clear: () => access(() => device.write(null)),
    device: {
      load: () => access(() => JSON.parse(device.notes)),
      save: (notes) =>
        access(() => {
          device.notes = JSON.stringify(notes);
        }),
    },
  };
  if (hasLock) {
    store.lock = async (work) => {
      await pause(0);
      const place = { owner: process, grant: () => {} };
      const granted = new Promise<void>((resolve) => (place.grant = resolve));
      if (device.holders.push(place) === 1) place.grant();
      await alive(granted);
      try {
        return await work();
      } finally {
        device.holders = device.holders.filter((other) => other !== place);
        device.holders[0]?.grant();
      }
    };
  }

  const client = createLatchkeyClient({
    baseUrl: issuer,
    store,
    now: () => world.now + device.skew,
    random: world.random,
    monotonic: () => world.now,
    sleep: (milliseconds, signal) =>
      Promise.race([
        pause(milliseconds),
        alive(new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))),
      ]),
    fetch: async (url, { method = 'GET', headers, body, signal }) => {
      await pause(0);
      const path = url.slice(issuer.length);
      const request = { method, path, headers: new Headers(headers), body: String(body ?? '') };
      return alive(world.send(request, signal));
    },
    onSignedOut: (reason) => void process.signedOut.push(reason),
    sha256: (input) => world.working(crypto.subtle.digest('SHA-256', input)),
    ...(hasKey && { deviceKey: keysOf({ device, access, alive, working: world.working }) }),
    ...options,
  });
  return Object.assign(process, { client, store });
}

export type Process = ReturnType<typeof startProcess>;
