// Plays a history against the service and against the model, and compares the two after every step.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, vi } from 'vitest';
import { purge as purgeDatabase } from '../../src/features/purge/purge.ts';
import { cheapHash } from '../mail/tables.ts';
import { type Answer, password, type Service } from '../service.ts';
import { accessTokenNow, newOwner, type Owner, refresh, start } from './driver.ts';
import { faulty, noFault } from './faulty-network.ts';
import { type Key, modelled, type Plan, places, type Single, type Step, type Use } from './histories.ts';
import { databaseState, modelState, named } from './kept-state.ts';
import {
  changing,
  loggingOut,
  loggingOutEverywhere,
  type Model,
  newModel,
  newSession,
  type Operation,
  purge,
  type Run,
  refreshing,
  revoking,
} from './session-model.ts';

/** A session, and every token that any answer ever brought, by generation, whether or not its client got it. */
type Known = { readonly id: string; readonly tokens: Map<number, string> };

/** What a client holds, and its call that nobody has answered yet. */
type Client = {
  readonly id: string;
  readonly generation: number;
  pendingKey?: string | undefined;
  pendingChange?: { current: string; chosen: string };
};

type Request = { readonly operation: Operation; send(): Promise<Answer> };

export type World = {
  readonly service: Service;
  readonly owner: Owner;
  readonly sessions: Known[];
  readonly clients: Client[];
  model: Model;
};

const passwords = [password, 'velvet sparrow tunnel mint', 'copper violin raft dune'] as const;

export async function newWorld(service: Service): Promise<World> {
  service.clock.now = new Date('2030-01-01T00:00:00.250Z');
  const owner = await newOwner(service, cheapHash);
  const world = { service, owner, sessions: [], clients: [], model: newModel(password) };
  await logIn(world);
  return world;
}

async function logIn({ service, owner, sessions, clients, model }: World): Promise<void> {
  const { id, refreshToken } = await start(service, owner);
  sessions.push({ id, tokens: new Map([[0, refreshToken]]) });
  clients.push({ id, generation: 0 });
  model.sessions[id] = newSession(service.clock.now.getTime());
}

/** @returns what a client that follows the protocol was answered, where the step was one's. */
export async function play(world: World, step: Step): Promise<string | undefined> {
  const { service, model } = world;
  // How tries are counted is no affair of this model's.
  await service.dependencies.database.query(sql`delete from login_attempts`, { repeatable: true });
  switch (step.kind) {
    case 'log in':
      return void (await logIn(world));
    case 'pass':
      return void service.clock.advance(step.seconds);
    case 'purge':
      await purgeDatabase(service.dependencies);
      return void purge(model, service.clock.now.getTime());
    case 'use':
    case 'change the password':
      return use(world, step, step.kind);
    case 'call':
      return void (await perform(world, request(world, step.call), step.plan));
    case 'log out everywhere': {
      const { id } = nth(world.sessions, step.by);
      const bearer = await accessTokenNow(service, world.owner, id);
      const send = () => service.call('POST', '/api/auth/logout-all', { bearer });
      return void (await perform(world, { operation: loggingOutEverywhere(id), send }, step.plan, 1));
    }
    case 'at once':
      return atOnce(world, step.calls);
  }
}

/** One key for whichever call spends the tokens; a repeat is the same call. */
async function use(world: World, { client: number, keyed, lost, plan, from }: Use, what: string) {
  const client = nth(world.clients, number);
  client.pendingKey ??= keyed ? crypto.randomUUID() : undefined;
  const { id, generation, pendingKey: key } = client;
  let made: Request;
  if (what === 'use') {
    const token = world.sessions.find((known) => known.id === id)?.tokens.get(generation) ?? '';
    made = refreshRequest(world, { id, generation, key, network: places[from] }, token);
  } else {
    const current = world.model.password;
    const chosen = passwords.find((other) => other !== current) ?? '';
    client.pendingChange ??= { current, chosen };
    made = changeRequest(world, { id, key, network: places[from], ...client.pendingChange });
  }
  const outcome = await perform(world, made, plan);
  const [, newId = '', newGeneration] = /^200 (\S+) (\d+)$/.exec(outcome) ?? [];
  if (newGeneration !== undefined && !lost)
    world.clients[number % world.clients.length] = { id: newId, generation: Number(newGeneration) };
  return outcome;
}

function refreshRequest({ service }: World, call: Parameters<typeof refreshing>[0], token: string): Request {
  return { operation: refreshing(call), send: () => refresh(service, token, call.key, call.network) };
}

function changeRequest({ service, owner }: World, call: Parameters<typeof changing>[0]): Request {
  const { id, key, network, current, chosen } = call;
  const send = async () =>
    service.call('POST', '/api/auth/change-password', {
      json: { current_password: current, new_password: chosen },
      bearer: await accessTokenNow(service, owner, id),
      headers: { 'CF-Connecting-IP': network, ...(key !== undefined && { 'Idempotency-Key': key }) },
    });
  return { operation: changing(call), send };
}

function request(world: World, call: Single): Request {
  const { service, owner, model } = world;
  const { id, tokens } = nth(world.sessions, call.session);
  if (call.kind === 'revoke') {
    const by = nth(world.sessions, call.by).id;
    const send = async () =>
      service.call('DELETE', `/api/auth/sessions/${id}`, {
        bearer: await accessTokenNow(service, owner, by),
      });
    return { operation: revoking(by, id), send };
  }
  if (call.kind === 'change') {
    const chosen = passwords[call.chosen] ?? '';
    const key = keyOf(call.key, model, id);
    return changeRequest(world, {
      id,
      key,
      network: places[call.from],
      current: model.password,
      chosen,
    });
  }
  const generations = [...tokens.keys()].sort((a, b) => b - a);
  const generation = generations[Math.min(call.back, generations.length - 1)] ?? 0;
  const token = tokens.get(generation) ?? '';
  if (call.kind === 'log out') {
    const send = () => service.call('POST', '/api/auth/logout', { json: { refresh_token: token } });
    return { operation: loggingOut(id, generation), send };
  }
  const key = keyOf(call.key, model, id);
  return refreshRequest(world, { id, generation, key, network: places[call.from] }, token);
}

const keyOf = (key: Key, { sessions }: Model, id: string) =>
  ({
    none: undefined,
    'that of the spending call': sessions[id]?.key,
    'that of the change': sessions[id]?.successor?.key,
    another: 'another key altogether',
  })[key];

/** One call, with faults in its way; the model meets the same. */
async function perform(
  world: World,
  { operation, send }: Request,
  plan: Plan,
  attempts = 2,
): Promise<string> {
  const { service, model } = world;
  const now = service.clock.now.getTime();
  let expected: string | Run = operation.byTheToken(model, now) ?? operation.run;
  const faults = plan.map((name) => modelled[name]);
  const met = [...faults];
  while (typeof expected === 'function') {
    const statement: Run = expected;
    expected = 'service-unavailable';
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const fault = met.shift();
      const outcome = !fault || fault.runs ? statement(model, now) : '';
      if (!fault) {
        expected = outcome;
        break;
      }
    }
  }
  const { transport } = service;
  if (plan.length > 0)
    faulty(
      service,
      faults.map((met) => met?.fault ?? noFault),
    );
  const answer = await send();
  service.transport = transport;
  vi.restoreAllMocks();
  const { rename, renamed } = await named(world);
  world.model = renamed(world.model);
  expected = rename(expected);
  expect(told(world, answer)).toBe(expected);
  return expected;
}

/** Calls at once do what they would do in some order, one after the other. */
async function atOnce(world: World, calls: readonly Single[]): Promise<undefined> {
  // One that revokes itself would say that it did even where it was logged out while it waited: the same to its user.
  const isOwn = (call: Single) =>
    call.kind === 'revoke' && nth(world.sessions, call.by) === nth(world.sessions, call.session);
  const requests = calls.filter((call) => !isOwn(call)).map((call) => request(world, call));
  const answers = (await Promise.all(requests.map(({ send }) => send()))).map((answer) =>
    told(world, answer),
  );
  const now = world.service.clock.now.getTime();
  const { rename, renamed } = await named(world);
  const explanations = permutations(requests.map((_, index) => index)).map((order) => {
    const model = structuredClone(world.model);
    const outcomes: string[] = [];
    for (const index of order) {
      const { operation } = requests[index] as Request;
      let outcome: string | Run = operation.byTheToken(model, now) ?? operation.run;
      while (typeof outcome === 'function') outcome = outcome(model, now);
      outcomes[index] = rename(outcome);
    }
    return { model: renamed(model), outcomes };
  });
  for (const { model, outcomes } of explanations) {
    if (outcomes.join() !== answers.join()) continue;
    const inDatabase = await databaseState({ ...world, model });
    if (JSON.stringify(modelState(model)) !== JSON.stringify(inDatabase)) continue;
    world.model = model;
    return undefined;
  }
  throw new Error(`No order of ${JSON.stringify(calls)} explains ${answers.join()}`);
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first) =>
    permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
  );
}

/** The answer in a word. A fault of ours never says that credentials are to be discarded, and a generation is one token. */
function told({ sessions }: World, { status, body }: Answer): string {
  if (status === 200) {
    const [id = '', generation = ''] = String(decodeJwt(body.refresh_token).jti).split('.');
    let session = sessions.find((known) => known.id === id);
    if (!session) {
      session = { id, tokens: new Map() };
      sessions.push(session);
    }
    const earlier = session.tokens.get(Number(generation)) ?? body.refresh_token;
    expect(body.refresh_token === earlier).toBe(true);
    session.tokens.set(Number(generation), body.refresh_token);
    return `200 ${id} ${generation}`;
  }
  if (status === 204) return '204';
  const name = body.type.split('/').at(-1);
  if (status >= 500 || name === 'refresh-superseded')
    expect(body).toMatchObject({ discard_credentials: false, retryable: true });
  return body.reason === undefined ? name : `${name} ${body.reason}`;
}

export async function expectSame(world: World): Promise<void> {
  expect(await databaseState(world)).toEqual(modelState(world.model));
}

export function nth<Item>(items: readonly Item[], index: number): Item {
  return items[index % items.length] as Item;
}
