// Requests to the service and to the model, which have to say the same, one after the other or at once.

import { decodeJwt } from 'jose';
import { expect } from 'vitest';
import type { Answer } from '../../service.ts';
import { type Account, happened, type Run, type Sending, second } from './account.ts';
import { deliverLinks } from './mailbox.ts';
import { databaseState, modelState } from './state.ts';
import { agreeOnTries, isOther } from './tries.ts';
import { cheapen, type Held, type Request, timeOf, type World } from './world.ts';

/** What came of a request. `session`: the one that somebody has now. */
export type Told = {
  readonly request: Request;
  readonly sending: Sending;
  readonly outcome: string;
  readonly status: number;
  readonly session?: string | undefined;
  readonly before: Account;
};

function sendingOf(world: World, { label, call }: Request): Sending {
  world.sendings += 1;
  const id = `${label}.${world.sendings}`;
  return { id, call: call.keyed ? label : id, isKeyed: call.keyed };
}

/** At once; one after the other they are told apart by their order alone. */
export async function perform(world: World, requests: readonly Request[]): Promise<Told[]> {
  const before = structuredClone(world.account);
  const sendings = requests.map((request) => sendingOf(world, request));
  const headers = ({ label, call }: Request): Record<string, string> =>
    call.keyed ? { 'Idempotency-Key': `the key of ${label}`.padEnd(20, '.') } : {};
  const answers = await Promise.all(requests.map((request) => request.send(headers(request))));
  for (const { status, text } of answers) if (status >= 500) throw new Error(text);
  const said = answers.map(wordsOf);
  const inDatabase = await databaseState(world);
  const runs = requests.map((request, index) => request.run(sendings[index] as Sending));
  const closest: string[] = [];
  let explained: { readonly account: Account; readonly outcomes: string[] } | undefined;
  for (const { account, outcomes } of explanations(world, runs)) {
    const names = named(account, outcomes, said);
    const expected = modelState(account, timeOf(world));
    if (!names) closest.push(outcomes.join(' | '));
    else if (isOther(expected, inDatabase, requests.length))
      closest.push(`${outcomes.join(' | ')}: ${JSON.stringify(expected)}`);
    else {
      Object.assign(account.names, names);
      explained = { account, outcomes };
      break;
    }
  }
  if (!explained) {
    const which = requests.map(({ by, call }) => `${by}: ${JSON.stringify(call)}`).join('\n');
    const why = [...new Set(closest)].slice(0, 6).join('\n');
    throw new Error(`${which}\nanswered ${said.join(' | ')}: ${JSON.stringify(inDatabase)}\nand not\n${why}`);
  }
  world.account = explained.account;
  if (requests.length > 1) await agreeOnTries(world, inDatabase);
  for (const outcome of explained.outcomes) happened(world.account, `answered ${outcome.split(' ')[0]}`);
  await cheapen(world);
  await deliverLinks(world);
  return requests.map((request, index) => {
    const outcome = explained.outcomes[index] as string;
    const { status, body } = answers[index] as Answer;
    remember(world, request, outcome, body);
    const session = status === 200 && body.session_id ? outcome.split(' ')[1]?.slice(1) : undefined;
    return { request, sending: sendings[index] as Sending, outcome, status, session, before };
  });
}

type Explanation = { readonly account: Account; readonly outcomes: string[] };

/** Every order of the statements. */
function* explanations(
  world: World,
  runs: readonly Run[],
  order: readonly number[] = [],
): Generator<Explanation> {
  const now = timeOf(world);
  const account = structuredClone(world.account);
  const outcomes: (string | Run)[] = [...runs];
  for (const index of order) {
    const run = outcomes[index];
    if (typeof run === 'function') outcomes[index] = run(account, now);
  }
  if (outcomes.every((outcome) => typeof outcome === 'string'))
    yield { account, outcomes: outcomes as string[] };
  for (const [index, outcome] of outcomes.entries())
    if (typeof outcome === 'function') yield* explanations(world, runs, [...order, index]);
}

/** What the model calls `#…` has one name in the answers, and each name is one thing's. */
function named(account: Account, outcomes: readonly string[], said: readonly string[]) {
  const names = { ...account.names };
  const things = Object.fromEntries(Object.entries(names).map(([thing, name]) => [name, thing]));
  for (const [index, outcome] of outcomes.entries()) {
    const [words, others] = [outcome.split(' '), (said[index] ?? '').split(' ')];
    if (words.length !== others.length) return undefined;
    for (const [place, word] of words.entries()) {
      const other = others[place] ?? '';
      if (!word.startsWith('#')) {
        if (word !== other) return undefined;
        continue;
      }
      const thing = word.slice(1);
      if ((names[thing] ?? other) !== other || (things[other] ?? thing) !== thing) return undefined;
      names[thing] = other;
      things[other] = thing;
    }
  }
  return names;
}

/** An answer as the model puts it. */
function wordsOf({ status, body }: Answer): string {
  if (status === 204) return '204';
  if (status >= 400) {
    const name = body.type.split('/').at(-1);
    if (body.auth_session) return `${name} ${body.auth_session}`;
    return body.attempts_left === undefined ? name : `${name} ${body.attempts_left}`;
  }
  if (body.session_id) {
    const { acr, amr, auth_time } = decodeJwt<Claims>(body.access_token);
    return `200 ${body.session_id} ${acr} ${amr.join()} ${auth_time}`;
  }
  if (body.recovery_codes) return `200 ${body.recovery_codes.join()}`;
  if (body.secret) return `200 ${body.secret}`;
  return status === 201 ? `201 ${body.id}` : String(status);
}

type Claims = { acr: 'aal1' | 'aal2'; amr: string[]; auth_time: number };

function remember(
  world: World,
  { by, evidence, chosen }: Request,
  outcome: string,
  body: Answer['body'],
): void {
  if (evidence.code) world.typed.push(evidence.code);
  const id = outcome.split(' ')[1]?.slice(1) ?? '';
  const asked = /^asked:(.*)/.exec(id)?.[1];
  if (asked !== undefined && !world.asked.includes(asked)) world.asked.push(asked);
  if (by === 'thief' && chosen !== undefined && /^20/.test(outcome)) world.thiefsPassword = chosen;
  if (!body?.session_id) return;
  const { acr, amr, auth_time, exp = 0 } = decodeJwt<Claims>(body.access_token);
  const access: Held['access'] = {
    ...{ session: id, text: body.access_token, expiresAt: exp * second },
    level: { acr, amr, authTime: auth_time * second },
  };
  const known = world.held[by].find(({ session }) => session === id);
  const held: Held = known ?? { session: id, access };
  held.access = access;
  if (body.refresh_token) {
    const { jti = '', exp = 0 } = decodeJwt(body.refresh_token);
    const generation = Number(jti.split('.')[1]);
    held.refresh = { session: id, generation, expiresAt: exp * second, text: body.refresh_token };
  }
  if (!known) world.held[by].push(held);
}

/** What the model says is so. */
export async function expectSame(world: World): Promise<void> {
  expect(await databaseState(world)).toEqual(modelState(world.account, timeOf(world)));
}
