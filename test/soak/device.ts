// A phone or a browser: what it keeps, and the processes of the app that run on it until they are killed.

import {
  createLatchkeyClient,
  type LatchkeyClient,
  type StoredSession,
  type TokenStore,
} from '../../src/client/client.ts';
import { createMutex } from '../../src/client/store.ts';
import type { Ledger } from './ledger.ts';
import type { Traffic } from './traffic.ts';

export type App = LatchkeyClient & { kill(): void };

export type Device = {
  readonly name: string;
  /** At least one. They share what the device keeps. */
  readonly apps: App[];
  kept(): StoredSession | null;
  open(): void;
  /** As the system does it, in the midst of anything. */
  kill(app: App): void;
  killAll(): void;
  /**
   * Time passes, as it were: the next call finds the access token expired, and refreshes. What a killed app has sent is
   * answered before: so late that it would be two refreshes behind, no request comes.
   */
  age(): Promise<void>;
  /** Something was asked for that may end the session. Until `expectsToStay`, being signed out is no fault. */
  expectsTheEnd(): void;
  expectsToStay(): void;
};

export function createDevice(
  name: string,
  { traffic, ledger, hasLock }: { traffic: Traffic; ledger: Ledger; hasLock: boolean },
): Device {
  let kept: StoredSession | null = null;
  let mayEnd = true;
  let count = 0;
  const lock = createMutex();
  const fetch = traffic.fetchOf(name);
  const underWay = new Set<Promise<Response>>();
  const send = (url: string, init?: RequestInit) => {
    const answer = fetch(url, init);
    underWay.add(answer);
    answer.catch(() => {}).finally(() => underWay.delete(answer));
    return answer;
  };

  function startApp(): App {
    count += 1;
    const process = `${name}/${count}`;
    const death = Promise.withResolvers<never>();
    death.promise.catch(() => {});
    let isAlive = true;
    /** Nothing that a dead process waits for ever comes. */
    const alive = <T>(promise: Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        promise.then(
          (value) => isAlive && resolve(value),
          (error) => isAlive && reject(error),
        );
      });
    const store: TokenStore = {
      load: () => alive(Promise.resolve(kept)),
      save: async (session) => {
        if (isAlive) kept = session;
        await alive(Promise.resolve());
      },
      clear: async () => {
        if (isAlive) kept = null;
        await alive(Promise.resolve());
      },
      // A dead process lets go of it.
      ...(hasLock && {
        lock: (work) => alive(lock(() => Promise.race([isAlive ? work() : death.promise, death.promise]))),
      }),
    };
    const client = createLatchkeyClient({
      baseUrl: traffic.origin,
      store,
      deviceName: name,
      fetch: (url, init) => alive(send(url, init)),
      onSignedOut(reason) {
        if (!isAlive) return;
        ledger.count('Signed out', reason);
        ledger.say(`${process} is signed out: ${reason}`);
        if (!mayEnd) ledger.violate('nobody is signed out but by their own doing', `${process}: ${reason}`);
      },
    });
    return {
      ...client,
      kill() {
        isAlive = false;
        death.reject(new Error('killed'));
        ledger.say(`${process} is killed`);
      },
    };
  }

  const device: Device = {
    name,
    apps: [startApp()],
    kept: () => kept,
    open: () => void device.apps.push(startApp()),
    kill(app) {
      app.kill();
      device.apps.splice(device.apps.indexOf(app), 1);
      if (device.apps.length === 0) device.open();
    },
    killAll() {
      for (const app of [...device.apps]) device.kill(app);
    },
    async age() {
      await Promise.allSettled(underWay);
      kept = kept && { ...kept, askedAt: 0 };
    },
    expectsTheEnd: () => {
      mayEnd = true;
    },
    expectsToStay: () => {
      mayEnd = false;
    },
  };
  return device;
}
