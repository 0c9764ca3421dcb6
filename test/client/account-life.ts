// Lives through one history of an account, and says of each act what did not come of it as it has to.

import type { Service } from '../service.ts';
import { type Doing, doing, type Person } from './account-acts.ts';
import { type AccountHistory, type Act, acts } from './account-history.ts';
import { type Truth, truthOf } from './account-truth.ts';
import { createDevice } from './device.ts';
import { type Process, startProcess } from './process.ts';
import { randomFrom } from './random.ts';
import { createWorld } from './world.ts';

const minutes = 60_000;

export async function liveAccount(service: Service, history: AccountHistory) {
  const name = `person-${crypto.randomUUID()}`;
  const person: Person = {
    addresses: [`${name}@example.test`, `${name}-new@example.test`],
    password: 'tide lamp orbit cello',
    mistakes: 0,
  };
  const device = createDevice(null);
  const random = randomFrom(history.seed);
  const world = createWorld(service, random);
  const { hasLock, key } = history;
  const binding = key === 'none' ? {} : ({ hasKey: true, dpopMode: key } as const);
  const start = () => startProcess(world, device, { hasLock, slowest: 50, ...binding });
  const processes: [Process, Process] = [start(), start()];
  const faults: string[] = [];
  const seen: Record<string, number> = {};
  let passwords = 0;
  const newPassword = () => `velvet sparrow tunnel mint ${++passwords}`;

  const isLive = ({ sessions }: Truth) => sessions.includes(device.read()?.sessionId ?? '');
  const restart = (which: number) => {
    processes[which as 0 | 1].kill();
    processes[which as 0 | 1] = start();
  };

  for (const { from, which, fates, killedAfter, pause } of history.steps) {
    await world.pass(pause);
    await world.quiet();
    const before = await truthOf(service, person.addresses);
    const [isSignedIn, login] = [isLive(before), device.read()?.login];
    const process = processes[which as 0 | 1];
    const pending = await world.until(process.client.pendingMails());
    const scene = {
      service,
      person,
      truth: before,
      pending,
      isSignedIn,
      newPassword,
      sessionId: device.read()?.sessionId,
    };
    const [act, done] = await possible(from, process, scene);

    const meets = fates.values();
    world.fateOf = () => meets.next().value ?? { out: 50, back: 50 };
    const call = done.call().then(
      () => 'ok',
      ({ kind, name: error }: { kind?: string; name: string }) => kind ?? error,
    );
    let outcome = 'killed';
    if (killedAfter === null) outcome = await world.until(call);
    else {
      await world.pass(killedAfter);
      restart(which);
    }
    world.fateOf = () => ({ out: 50, back: 50 });
    await world.quiet();
    await world.pass(1_000);
    await world.quiet();

    const after = await truthOf(service, person.addresses);
    for (const fault of faultsOf(done, outcome, before, after)) say(fault);
    if (done.outcome) person.mistakes += 1;
    if (before.user?.password_hash !== after.user?.password_hash) person.password = done.chosen ?? '';
    if (isSignedIn && !done.isEnding) {
      // A change whose answer never came is found out by the next call.
      const next = await world.until(processes[which as 0 | 1].client.me().then(() => 'ok', String));
      if (next !== 'ok') say(`and then ${next}`);
      if (!isLive(await truthOf(service, person.addresses))) say('the session is gone');
      for (const { signedOut } of processes) if (signedOut.length > 0) say(`signed out: ${signedOut}`);
    }
    if (done.isEnding) for (const { signedOut } of processes) signedOut.length = 0;
    // What it holds of another login it gives up with the next call, which is another test's.
    if (device.read()?.login !== login) restart(1 - which);
    seen[`${act} ${outcome}`] = (seen[`${act} ${outcome}`] ?? 0) + 1;

    function say(fault: string): void {
      faults.push(`${act}: ${outcome}: ${fault}`);
    }
  }

  if (isLive(await truthOf(service, person.addresses))) {
    for (const { client } of processes) {
      await world.pass(60 * minutes);
      await world.until(client.me().catch(({ kind, name }) => faults.push(`at the end: ${kind ?? name}`)));
    }
  }
  for (const process of processes) process.kill();
  return { faults, seen, requests: world.sent.length };
}

async function possible(from: number, ...rest: Rest): Promise<[Act, Doing]> {
  for (let index = from; ; index += 1) {
    const act = acts[index % acts.length] as Act;
    const done = await doing(act, ...rest);
    if (done) return [act, done];
  }
}

type Rest = Parameters<typeof doing> extends [Act, ...infer More] ? More : never;

function faultsOf(done: Doing, outcome: string, before: Truth, after: Truth): string[] {
  const isAnswered = outcome !== 'killed' && outcome !== 'NetworkError';
  const faults: string[] = [];
  const expected = done.outcome ?? 'ok';
  if (isAnswered && outcome !== expected) return [`instead of ${expected}`];
  const added = (what: string, count: number, whole: number) => {
    const [least, most] = [Math.min(0, whole), Math.max(0, whole)];
    if (count < least || count > most || (isAnswered && count !== whole))
      faults.push(`${count} more ${what}, and not ${whole}`);
  };
  added('sessions', after.sessions.length - before.sessions.length, done.sessions ?? 0);
  if (after.user || !before.user) {
    added('tries', after.codeTries - before.codeTries, done.codeTries ?? 0);
    const mails = after.mails.length - before.mails.length;
    if (mails < 0 || mails > (done.mails ?? 0)) faults.push(`${mails} more mails`);
  }
  const isChanged = before.user?.password_hash !== after.user?.password_hash;
  const isGone = before.user && !after.user;
  if (!isGone && isAnswered && isChanged !== (done.chosen !== undefined))
    faults.push(`password: ${isChanged}`);
  return faults;
}
