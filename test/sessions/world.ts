// Plays a history against the service and against the model, and compares the two after every step.

import { decodeJwt } from 'jose';
import { expect, vi } from 'vitest';
import { purge as purgeDatabase } from '../../src/features/purge/purge.ts';
import type { Answer, Service } from '../service.ts';
import { accessTokenNow, newOwner, type Owner, refresh, start } from './driver.ts';
import { faulty } from './faulty-network.ts';
import { type Key, modelled, type Plan, type Single, type Step } from './histories.ts';
import { databaseState, modelState } from './kept-state.ts';
import {
  loggingOut,
  loggingOutEverywhere,
  type Model,
  newSession,
  type Operation,
  purge,
  refreshing,
  revoking,
} from './session-model.ts';

type Known = {
  readonly id: string;
  /** Every token that any answer ever brought, by generation, whether or not its client got it. */
  readonly tokens: Map<number, string>;
  /** What the client of the session holds, and the key of its call that nobody has answered yet. */
  client: { generation: number; pendingKey?: string | undefined };
};

type Request = { readonly operation: Operation; send(): Promise<Answer> };

export type World = {
  readonly service: Service;
  readonly owner: Owner;
  readonly sessions: Known[];
  model: Model;
};

export async function newWorld(service: Service): Promise<World> {
  service.clock.now = new Date('2030-01-01T00:00:00.250Z');
  const world = { service, owner: await newOwner(service), sessions: [], model: {} };
  await logIn(world);
  return world;
}

async function logIn({ service, owner, sessions, model }: World): Promise<void> {
  const { id, refreshToken } = await start(service, owner);
  sessions.push({ id, tokens: new Map([[0, refreshToken]]), client: { generation: 0 } });
  model[id] = newSession(service.clock.now.getTime());
}

/** @returns what a client that follows the protocol was answered, where the step was one's. */
export async function play(world: World, step: Step): Promise<string | undefined> {
  const { service, model } = world;
  switch (step.kind) {
    case 'log in':
      return void (await logIn(world));
    case 'pass':
      return void service.clock.advance(step.seconds);
    case 'purge':
      await purgeDatabase(service.dependencies);
      return void purge(model, service.clock.now.getTime());
    case 'use':
      return use(world, step);
    case 'call':
      return void (await perform(world, request(world, step.call), step.plan));
    case 'log out everywhere': {
      const { id } = nth(world, step.by);
      const bearer = await accessTokenNow(service, world.owner, id);
      const send = () => service.call('POST', '/api/auth/logout-all', { bearer });
      return void (await perform(world, { operation: loggingOutEverywhere(id), send }, step.plan, 1));
    }
    case 'at once':
      return atOnce(world, step.calls);
  }
}

async function use(world: World, { session, keyed, lost, plan }: Step & { kind: 'use' }): Promise<string> {
  const { id, tokens, client } = nth(world, session);
  client.pendingKey ??= keyed ? crypto.randomUUID() : undefined;
  const { generation, pendingKey: key } = client;
  const send = () => refresh(world.service, tokens.get(generation) ?? '', key);
  const outcome = await perform(world, { operation: refreshing(id, generation, key), send }, plan);
  if (outcome.startsWith('200') && !lost)
    nth(world, session).client = { generation: Number(outcome.slice(4)) };
  return outcome;
}

function request(world: World, call: Single): Request {
  const { service, owner, model } = world;
  const { id, tokens } = nth(world, call.session);
  if (call.kind === 'revoke') {
    const by = nth(world, call.by).id;
    const send = async () =>
      service.call('DELETE', `/api/auth/sessions/${id}`, {
        bearer: await accessTokenNow(service, owner, by),
      });
    return { operation: revoking(by, id), send };
  }
  const generations = [...tokens.keys()].sort((a, b) => b - a);
  const generation = generations[Math.min(call.back, generations.length - 1)] ?? 0;
  const token = tokens.get(generation) ?? '';
  if (call.kind === 'log out') {
    const send = () => service.call('POST', '/api/auth/logout', { json: { refresh_token: token } });
    return { operation: loggingOut(id, generation), send };
  }
  const key = keyOf(call.key, model[id]?.key);
  return { operation: refreshing(id, generation, key), send: () => refresh(service, token, key) };
}

const keyOf = (key: Key, spending: string | undefined) =>
  ({ none: undefined, 'that of the spending call': spending, another: 'another' })[key];

/** One call, with faults in its way; the model meets the same. */
async function perform(
  world: World,
  { operation, send }: Request,
  plan: Plan,
  attempts = 2,
): Promise<string> {
  const { service, model } = world;
  const now = service.clock.now.getTime();
  let expected = operation.byTheToken(model, now);
  if (expected === undefined) {
    expected = 'service-unavailable';
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const fault = modelled[plan[attempt] ?? ''];
      const outcome = !fault || fault.runs ? operation.run(model, now) : '';
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
      plan.flatMap((name) => modelled[name]?.fault ?? []),
    );
  const answer = await send();
  service.transport = transport;
  vi.restoreAllMocks();
  expect(told(world, answer)).toBe(expected);
  return expected;
}

/** Calls at once do what they would do in some order, one after the other. */
async function atOnce(world: World, calls: readonly Single[]): Promise<undefined> {
  // One that revokes itself would say that it did even where it was logged out while it waited: the same to its user.
  const isOwn = (call: Single) => call.kind === 'revoke' && nth(world, call.by) === nth(world, call.session);
  const requests = calls.filter((call) => !isOwn(call)).map((call) => request(world, call));
  const answers = (await Promise.all(requests.map(({ send }) => send()))).map((answer) =>
    told(world, answer),
  );
  const now = world.service.clock.now.getTime();
  const inDatabase = JSON.stringify(await databaseState(world));
  for (const order of permutations(requests.map((_, index) => index))) {
    const model = structuredClone(world.model);
    const outcomes: string[] = [];
    for (const index of order) {
      const { operation } = requests[index] as Request;
      outcomes[index] = operation.byTheToken(model, now) ?? operation.run(model, now);
    }
    if (outcomes.join() !== answers.join() || JSON.stringify(modelState(model)) !== inDatabase) continue;
    world.model = model;
    return undefined;
  }
  throw new Error(`No order of ${JSON.stringify(calls)} explains ${answers.join()} and ${inDatabase}`);
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
    const [id, generation = ''] = String(decodeJwt(body.refresh_token).jti).split('.');
    const session = sessions.find((known) => known.id === id);
    const earlier = session?.tokens.get(Number(generation)) ?? body.refresh_token;
    expect(body.refresh_token).toBe(earlier);
    session?.tokens.set(Number(generation), body.refresh_token);
    return `200 ${generation}`;
  }
  if (status === 204) return '204';
  if (status >= 500) expect(body).toMatchObject({ discard_credentials: false, retryable: true });
  return body.type.split('/').at(-1);
}

export async function expectSame(world: World): Promise<void> {
  expect(await databaseState(world)).toEqual(modelState(world.model));
}

export function nth({ sessions }: World, index: number): Known {
  return sessions[index % sessions.length] as Known;
}
