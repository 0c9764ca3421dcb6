// Somebody with an account and two devices who does one thing after another, and knows what the service has acknowledged.

import { setTimeout as delay } from 'node:timers/promises';
import { type Account, join, register, type Scene } from './account.ts';
import { createDevice, type Device } from './device.ts';
import { endingActs } from './ending-acts.ts';
import { type Outcome, outcomeOf } from './outcomes.ts';
import { postActs } from './post-acts.ts';
import type { Random } from './random.ts';
import { signIn } from './sign-in.ts';

export type Person = {
  readonly scene: Scene;
  readonly random: Random;
  readonly name: string;
  readonly account: Account;
  readonly devices: readonly [Device, Device];
  /** The account is left, or not to be got into before time is up. */
  isOver: boolean;
  /** Counts the outcome; a refusal is a fault. @returns whether it was acknowledged. */
  check(what: string, outcome: Outcome): boolean;
};

/** What a person may do, and how often beside the rest. */
export type Acts = Readonly<
  Record<string, readonly [weight: number, act: (device: Device) => Promise<unknown>]>
>;

/** Lives through one account after another until time is up; each that is left is in `accounts`. */
export async function live(scene: Scene, random: Random, name: string, accounts: Account[]): Promise<void> {
  const { ledger, traffic, signal } = scene;
  for (let life = 1; !signal.aborted; life += 1) {
    const who = `${name}-${life}`;
    const account = await join(scene, random, who);
    if (!account) continue;
    accounts.push(account);
    const device = (kind: string, hasLock: boolean) =>
      createDevice(`${who}-${kind}`, { traffic, ledger, hasLock });
    await liveIn({
      scene,
      random,
      name: who,
      account,
      devices: [device('phone', false), device('laptop', true)],
      isOver: false,
      check(what, outcome) {
        ledger.count('Acts', `${what}: ${outcome}`);
        if (outcome !== 'ok' && outcome !== 'unknown')
          ledger.violate('a call that follows the protocol succeeds', `${who}: ${what}: ${outcome}`);
        return outcome === 'ok';
      },
    });
  }
}

/** Registers one account after another, under every fault, and looks at none again. */
export async function passBy(scene: Scene, random: Random, name: string): Promise<void> {
  for (let visit = 1; !scene.signal.aborted; visit += 1) {
    await register(scene, random, `${name}-${visit}`);
    await delay(random.between(200, 1_000));
  }
}

async function liveIn(person: Person): Promise<void> {
  const { scene, random, devices } = person;
  const acts: Acts = { ...dailyActs(person), ...endingActs(person), ...postActs(person) };
  const drawn = Object.values(acts).flatMap(([weight, act]) => Array<typeof act>(weight * 2).fill(act));

  for (const device of devices) if (!(await signIn(person, device))) return;
  while (!person.isOver && !scene.signal.aborted) {
    await random.pick(drawn)(random.pick(devices));
    await delay(random.between(20, 600));
  }
  if (!person.isOver) await stillThere(person);
  for (const device of devices) {
    device.expectsTheEnd();
    device.killAll();
  }
}

function dailyActs({ scene, random, devices, check }: Person): Acts {
  const anyApp = (device: Device) => random.pick(device.apps);
  return {
    me: [20, async (device) => check('me', await outcomeOf(anyApp(device).me()))],
    sessions: [5, async (device) => check('sessions', await outcomeOf(anyApp(device).sessions()))],
    events: [2, async (device) => check('events', await outcomeOf(anyApp(device).securityEvents()))],
    rename: [
      3,
      async (device) => check('rename', await outcomeOf(anyApp(device).updateMe({ name: 'Grace' }))),
    ],
    // Long enough that the next call finds the access token expired.
    sleep: [
      4,
      () => delay(random.between(5_000, 20_000), undefined, { signal: scene.signal }).catch(() => {}),
    ],
    everywhere: [
      6,
      async () => {
        const apps = devices.flatMap((device) => device.apps);
        const calls = apps.flatMap((app) => [app.me(), app.me(), app.sessions()]);
        for (const outcome of await Promise.all(calls.map(outcomeOf))) check('calls at once', outcome);
      },
    ],
    open: [4, async (device) => device.apps.length < 3 && device.open()],
    kill: [
      8,
      async (device) => {
        const app = anyApp(device);
        void outcomeOf(app.me()); // of which nobody will hear
        await delay(random.between(0, 300));
        device.kill(app);
      },
    ],
  };
}

/** Time is up and the faults are over: whoever was signed in is, in each of their apps, and the next refresh works. */
async function stillThere({ devices, check, scene }: Person): Promise<void> {
  for (const device of devices) {
    for (const app of device.apps) check('me at the end', await outcomeOf(app.me()));
    device.killAll();
    await device.age();
    for (const app of device.apps) check('me of an app started anew', await outcomeOf(app.me()));
    if (!device.kept())
      scene.ledger.violate('nobody is signed out but by their own doing', `${device.name} at the end`);
  }
}
