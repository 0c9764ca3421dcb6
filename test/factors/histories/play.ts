// Plays a history: the owner and the thief act, and after every step what is promised still holds.

import { sql } from 'drizzle-orm/sql/sql';
import { purge } from '../../../src/features/purge/purge.ts';
import { happened, most, of } from './account.ts';
import { expectSame, perform } from './perform.ts';
import { prepare } from './prepare.ts';
import { expectNothingStolen, expectShown } from './promises.ts';
import { request } from './requests.ts';
import type { Call, Factor, Start, Step } from './steps.ts';
import { nth, type Person, query, type Request, type World } from './world.ts';

const plain = { keyed: false, nth: 0, factor: 'right' } as const;

/** @returns whether there was anything to do. */
export async function act(world: World, by: Person, call: Call): Promise<Request | undefined> {
  const label = `${by}${world.sent.length}`;
  const made = await request(world, by, call, label);
  if (!made) return undefined;
  world.sent.push(made);
  await sendAll(world, [made]);
  return made;
}

async function sendAll(world: World, requests: readonly Request[]) {
  const told = await perform(world, requests);
  expectShown(world, told);
  for (const one of told) if (one.request.by === 'thief') expectNothingStolen(world, one);
  return told;
}

export async function begin(world: World, { totp, passkeys }: Start): Promise<void> {
  await act(world, 'owner', { ...plain, kind: 'log in', isRight: true });
  for (let made = 0; made < passkeys; made += 1) {
    world.service.clock.advance(1);
    await act(world, 'owner', { ...plain, kind: 'add a passkey' });
  }
  if (totp) {
    world.service.clock.advance(1);
    await act(world, 'owner', { ...plain, kind: 'enrol' });
    await act(world, 'owner', { ...plain, kind: 'confirm' });
    await act(world, 'owner', { ...plain, kind: 'refresh' });
    world.service.clock.advance(31);
  }
  if (world.loot.token) steal(world, 0);
}

/** A copy of the tokens as they are now. */
function steal({ held }: World, which: number): void {
  const one = nth([...held.owner].reverse(), which);
  if (one) held.thief.push({ ...one });
}

export async function play(world: World, step: Step): Promise<void> {
  const { service } = world;
  // No two things happen in the same millisecond, but at once.
  service.clock.advance(0.05);
  switch (step.kind) {
    case 'owner': {
      await prepare(world, step.call);
      const made = await act(world, 'owner', step.call);
      for (let time = 1; made && time < step.times; time += 1) {
        service.clock.advance(step.after);
        await sendAll(world, [made]);
      }
      return;
    }
    case 'thief':
      await act(world, 'thief', step.call);
      return;
    case 'again': {
      const made = nth([...world.sent].reverse(), step.back);
      if (made?.by === 'owner') await sendAll(world, [made]);
      return;
    }
    case 'at once':
      return atOnce(world, step);
    case 'steal':
      if (world.loot.token) steal(world, step.nth);
      return;
    case 'many failures':
      return failManyTimes(world, step.door);
    case 'guess':
      return guess(world, step.times);
    case 'purge':
      await purge(service.dependencies);
      return expectSame(world);
    case 'pass':
      return service.clock.advance(step.seconds);
  }
}

async function atOnce(world: World, { calls, copies }: Extract<Step, { kind: 'at once' }>): Promise<void> {
  const requests: Request[] = [];
  for (const call of calls) await prepare(world, call);
  for (const call of calls) {
    const made = await request(world, 'owner', call, `owner${world.sent.length}`);
    if (!made) continue;
    world.sent.push(made);
    requests.push(made);
  }
  const [first] = requests;
  for (let copy = 0; first && copy < copies; copy += 1) requests.push(first);
  // Of two the answers do not tell which codes are the newer ones.
  const renewal = requests.find(({ call }) => call.kind === 'renew');
  const different = requests.filter(
    (one, index) => one.call.kind !== 'renew' || requests.indexOf(renewal as Request) === index,
  );
  if (different.length > 0) await sendAll(world, different);
}

async function guess(world: World, times: number): Promise<void> {
  const secondStep = { ...plain, kind: 'take the second step', passkey: 'none' } as const;
  await prepare(world, secondStep);
  for (let time = 0; time < times; time += 1) await act(world, 'owner', { ...secondStep, factor: 'wrong' });
  await act(world, 'owner', secondStep);
}

async function failManyTimes(world: World, kind: 'log in' | 'reauthenticate'): Promise<void> {
  const { account, owner } = world;
  const almost = most - 1;
  account.failed = almost;
  if (account.totp !== undefined) of(account.secrets, account.totp).failures = almost;
  happened(account, 'almost a hundred failures');
  await query(
    world,
    sql`
      with secret as (update totp_secrets t set failures = ${almost} from users u where u.id = ${owner.userId} and t.id = u.totp_id)
      update users set failed_sign_ins = ${almost} where id = ${owner.userId}`,
  );
  const call = (factor: Factor): Call =>
    kind === 'log in'
      ? { ...plain, kind, factor, isRight: true }
      : { ...plain, kind, factor, isRight: true, passkey: 'none', which: 0 };
  await prepare(world, call('right'));
  for (const factor of ['wrong', 'right'] as const) await act(world, 'owner', call(factor));
}
