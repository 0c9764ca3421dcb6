// Plays a history against the service and against the model, and compares the two after every step.

import { sql } from 'drizzle-orm/sql/sql';
import { expect } from 'vitest';
import { purge as purgeDatabase } from '../../src/features/purge/purge.ts';
import { cheapHash } from '../mail/tables.ts';
import type { Service } from '../service.ts';
import { backUp, restore } from './backup.ts';
import { deviceKeys, nth, passwords, type World } from './cast.ts';
import { type Played, steal, thieve, use } from './clients.ts';
import { newOwner, start } from './driver.ts';
import { databaseState, modelState } from './kept-state.ts';
import { perform, read, together } from './perform.ts';
import { logoutEverywhereRequest, request } from './requests.ts';
import { type Mode, newModel, newSession, purge, restored } from './session-model.ts';
import type { Single, Step } from './steps.ts';

export async function newWorld(service: Service): Promise<World> {
  service.clock.now = new Date('2030-01-01T00:00:00.250Z');
  const owner = await newOwner(service, cheapHash);
  const world: World = {
    service,
    owner,
    sessions: [],
    clients: [],
    copies: [],
    robbed: new Set(),
    seen: {},
    model: newModel(passwords[0]),
  };
  await logIn(world, undefined);
  await keepBackup(world);
  return world;
}

async function logIn(
  { service, owner, sessions, clients, model }: World,
  mode: Mode | undefined,
): Promise<void> {
  const key = nth(deviceKeys, clients.length);
  const bound = mode && { jkt: key.jkt, mode };
  const { id, refreshToken } = await start(service, owner, null, bound);
  const token = read(refreshToken);
  sessions.push({ id, tokens: [token] });
  clients.push({ token, ...(mode && { device: { key, mode } }) });
  model.sessions[id] = newSession(service.clock.now.getTime(), bound);
}

/** @returns what somebody was answered, where the step was a client's that follows the protocol, or a thief's. */
export async function play(world: World, step: Step): Promise<Played | undefined> {
  const { service, model, owner } = world;
  switch (step.kind) {
    case 'log in':
      return void (await logIn(world, step.mode));
    case 'pass':
      return void service.clock.advance(step.seconds);
    case 'purge':
      await purgeDatabase(service.dependencies);
      return void purge(model, service.clock.now.getTime());
    case 'use':
    case 'use twice':
    case 'change the password':
      await forgetTries(service);
      return use(world, step);
    case 'call':
      await forgetTries(service);
      return void (await perform(world, await request(world, step.call), step.plan));
    case 'log out everywhere':
      return void (await perform(
        world,
        await logoutEverywhereRequest(world, nth(world.sessions, step.by).id),
        step.plan,
        1,
      ));
    case 'at once':
      await forgetTries(service);
      return atOnce(world, step.calls);
    case 'back up':
      return void (await keepBackup(world));
    case 'restore':
      if (!world.backup) return undefined;
      await restore(service, owner, Object.keys(model.sessions), world.backup.rows);
      world.model = restored(world.backup.model, model);
      return undefined;
    case 'steal':
      return void steal(world, step.client);
    case 'thieve':
      return thieve(world, step);
  }
}

async function keepBackup(world: World): Promise<void> {
  const { service, owner, model } = world;
  const rows = await backUp(service, owner, Object.keys(model.sessions));
  world.backup = { rows, model: structuredClone(model) };
}

/** How tries are counted is no affair of this model's. */
function forgetTries({ dependencies: { database } }: Service) {
  return database.query(sql`delete from login_attempts`, { repeatable: true });
}

async function atOnce(world: World, calls: readonly Single[]): Promise<undefined> {
  // One that revokes itself would say that it did even where it was logged out while it waited: the same to its user.
  const isOwn = (call: Single) =>
    call.kind === 'revoke' && nth(world.sessions, call.by) === nth(world.sessions, call.session);
  const requests = calls.filter((call) => !isOwn(call)).map((call) => request(world, call));
  await together(world, await Promise.all(requests));
}

export async function expectSame(world: World): Promise<void> {
  expect(await databaseState(world)).toEqual(modelState(world.model));
}
