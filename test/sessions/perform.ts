// One call, or several at once, to the service and to the model, which have to say the same.

import { decodeJwt } from 'jose';
import { expect, vi } from 'vitest';
import type { Answer } from '../service.ts';
import type { Held, Nonce, World } from './cast.ts';
import { successorOf } from './change-model.ts';
import { faulty, noFault } from './faulty-network.ts';
import { databaseState, modelState, named } from './kept-state.ts';
import { nonceEnd } from './proof-model.ts';
import type { Request } from './requests.ts';
import { happened, type Model, type Operation, type Run } from './session-model.ts';
import { modelled, type Plan } from './steps.ts';

/** What was answered, in words, with the refresh token and the nonce that came along. */
export type Told = {
  readonly outcome: string;
  readonly held?: Held | undefined;
  readonly nonce?: Nonce | undefined;
};

/** One call, with faults in its way; the model meets the same. */
export async function perform(
  world: World,
  { operation, send }: Request,
  plan: Plan,
  attempts = 2,
): Promise<Told> {
  const { service, model } = world;
  const now = service.clock.now.getTime();
  let expected: string | Run = operation.atOnce(model, now) ?? operation.run;
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
  if (JSON.stringify(model).includes(successorOf(''))) {
    const { rename, renamed } = await named(world);
    world.model = renamed(model);
    expected = rename(expected);
  }
  const told = tell(world, answer);
  expect(told.outcome).toBe(expected);
  happened(world.model, 'request');
  happened(world.model, `answered ${told.outcome.split(' ')[0]}`);
  return told;
}

/** Calls at once do what their statements would do in some order, one after the other. */
export async function together(world: World, requests: readonly Request[]): Promise<Told[]> {
  const told = (await Promise.all(requests.map(({ send }) => send()))).map((answer) => tell(world, answer));
  const answers = told.map(({ outcome }) => outcome).join();
  const { rename, renamed } = await named(world);
  const operations = requests.map(({ operation }) => operation);
  for (const { model, outcomes } of explanations(world, operations)) {
    if (rename(outcomes.join()) !== answers) continue;
    const explained = renamed(model);
    const inDatabase = await databaseState({ ...world, model: explained });
    if (JSON.stringify(modelState(explained)) !== JSON.stringify(inDatabase)) continue;
    world.model = explained;
    for (const _ of requests) happened(world.model, 'request');
    return told;
  }
  throw new Error(`No order explains ${answers}`);
}

type Explanation = { readonly model: Model; readonly outcomes: readonly (string | Run)[] };

/** Every order of the statements: of two calls that have several, those of one may come between those of the other. */
function* explanations(
  world: World,
  operations: readonly Operation[],
  order: readonly number[] = [],
): Generator<Explanation> {
  const now = world.service.clock.now.getTime();
  const model = structuredClone(world.model);
  const outcomes = operations.map(({ atOnce, run }) => atOnce(model, now) ?? run);
  for (const index of order) {
    const statement = outcomes[index];
    if (typeof statement === 'function') outcomes[index] = statement(model, now);
  }
  const isOpen = outcomes.map((outcome) => typeof outcome === 'function');
  if (!isOpen.includes(true)) yield { model, outcomes };
  for (const [index, open] of isOpen.entries())
    if (open) yield* explanations(world, operations, [...order, index]);
}

/** The answer in a word. A fault of ours never says that credentials are to be discarded, and equal claims are one token. */
function tell({ service, sessions, seen }: World, { status, headers, body }: Answer): Told {
  const text = headers.get('DPoP-Nonce');
  const nonce = text === null ? undefined : { text, until: nonceEnd(service.clock.now.getTime()) };
  if (nonce) seen.nonce = nonce;
  if (status === 200) {
    const held = read(body.refresh_token);
    const { id, generation, issuedAt, expiresAt, jkt } = held;
    let session = sessions.find((known) => known.id === id);
    if (!session) {
      session = { id, tokens: [] };
      sessions.push(session);
    }
    const words = (token: Held) =>
      `${token.generation} ${token.issuedAt} ${token.expiresAt} ${token.jkt ?? '-'}`;
    const same = session.tokens.find((token) => words(token) === words(held));
    if (same) expect(same.text === held.text).toBe(true);
    else session.tokens.push(held);
    const { cnf } = decodeJwt<{ cnf?: { jkt: string } }>(body.access_token);
    expect(cnf?.jkt).toBe(body.token_type === 'DPoP' ? jkt : undefined);
    return {
      outcome: `200 ${id} ${generation} ${issuedAt} ${expiresAt} ${jkt ?? '-'} ${body.token_type}`,
      held,
      nonce,
    };
  }
  if (status === 204) return { outcome: '204' };
  const name = body.type.split('/').at(-1);
  if (status >= 500 || name === 'refresh-superseded')
    expect(body).toMatchObject({ discard_credentials: false, retryable: true });
  if (/dpop|device-key/.test(name) && body.discard_credentials !== undefined)
    expect(body).toMatchObject({ discard_credentials: false, retryable: false });
  // At an access token that is bound to a key, what is wrong with its proof is a 401.
  const detail = body.reason ?? (status === 401 && /dpop|device-key/.test(name) ? '401' : undefined);
  return { outcome: detail === undefined ? name : `${name} ${detail}`, nonce };
}

export function read(text: string): Held {
  const { jti = '', iat = 0, exp = 0, cnf } = decodeJwt<{ cnf?: { jkt: string } }>(text);
  const [id = '', generation] = jti.split('.');
  return { text, id, generation: Number(generation), issuedAt: iat, expiresAt: exp, jkt: cnf?.jkt };
}
