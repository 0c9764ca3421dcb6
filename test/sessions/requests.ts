// The requests of a history, each with what the model has to say of it.

import type { DeviceKey } from '../dpop/prover.ts';
import type { Answer } from '../service.ts';
import {
  deviceKeys,
  type Held,
  type Nonce,
  nth,
  passwords,
  type Sent,
  thiefsKey,
  type World,
} from './cast.ts';
import { type Change, changing } from './change-model.ts';
import { accessTokenNow } from './driver.ts';
import { nonceEnd } from './proof-model.ts';
import { refreshing } from './refresh-model.ts';
import {
  loggingOut,
  loggingOutEverywhere,
  type Mode,
  type Model,
  type Operation,
  revoking,
  type Token,
} from './session-model.ts';
import { type Key, type Proving, places, type Single } from './steps.ts';

export type Request = { readonly operation: Operation; send(): Promise<Answer> };

const refreshRoute = 'POST /api/auth/refresh';
const changeRoute = 'POST /api/auth/change-password';

const keyNamed = (jkt: string | undefined) => [...deviceKeys, thiefsKey].find((key) => key.jkt === jkt);

type Refresh = {
  readonly token: Held;
  readonly key: string | undefined;
  readonly network: string;
  readonly sent: Sent | undefined;
  readonly mode: Mode | undefined;
};

export function refreshRequest({ service }: World, { token, key, network, sent, mode }: Refresh): Request {
  const send = () =>
    service.call('POST', '/api/auth/refresh', {
      json: { refresh_token: token.text, ...(mode && { dpop_mode: mode }) },
      headers: headersOf({ key, network, sent }),
    });
  return { operation: refreshing({ token, key, network, proof: sent?.proof, mode }), send };
}

type Changing = Omit<Change, 'bearerJkt' | 'proof'> & {
  /** Of an access token, where there is one to prove: the session is bound in full. */
  prove(accessToken: string | undefined): Promise<Sent | undefined>;
};

export async function changeRequest(world: World, { prove, ...change }: Changing): Promise<Request> {
  const { service } = world;
  const { id, key, network, current, chosen } = change;
  const { token, bearerJkt, scheme } = await accessOf(world, id);
  const sent = await prove(bearerJkt && token);
  const send = () =>
    service.call('POST', '/api/auth/change-password', {
      json: { current_password: current, new_password: chosen },
      headers: { ...headersOf({ key, network, sent }), Authorization: `${scheme} ${token}` },
    });
  return { operation: changing({ ...change, bearerJkt, proof: sent?.proof }), send };
}

function headersOf({
  key,
  network,
  sent,
}: {
  key: string | undefined;
  network: string;
  sent: Sent | undefined;
}) {
  return {
    'CF-Connecting-IP': network,
    ...(key !== undefined && { 'Idempotency-Key': key }),
    ...(sent && { DPoP: sent.text }),
  };
}

/** An access token of a session as it would be issued now, which in full mode is worth nothing without its key. */
async function accessOf({ service, owner, model }: World, id: string) {
  const { jkt, mode } = model.sessions[id] ?? {};
  const bearerJkt = mode === 'full' ? jkt : undefined;
  const token = await accessTokenNow(service, owner, id, bearerJkt);
  return { token, bearerJkt, scheme: bearerJkt === undefined ? 'Bearer' : 'DPoP' };
}

/** The headers of a request by a session's owner. */
async function asOwner(world: World, id: string, route: string): Promise<Record<string, string>> {
  const { token, bearerJkt, scheme } = await accessOf(world, id);
  const proof = await keyNamed(bearerJkt)?.proof(route, world.service.clock.now, { accessToken: token });
  return { Authorization: `${scheme} ${token}`, ...(proof !== undefined && { DPoP: proof }) };
}

export async function show(world: World, id: string): Promise<Answer> {
  const path = '/api/users/me';
  return world.service.call('GET', path, { headers: await asOwner(world, id, `GET ${path}`) });
}

export async function logoutEverywhereRequest(world: World, by: string): Promise<Request> {
  const path = '/api/auth/logout-all';
  const headers = await asOwner(world, by, `POST ${path}`);
  return { operation: loggingOutEverywhere(by), send: () => world.service.call('POST', path, { headers }) };
}

/** What anybody at all may send. */
export async function request(world: World, call: Single): Promise<Request> {
  const { service, model } = world;
  const { id, tokens } = nth(world.sessions, call.session);
  if (call.kind === 'revoke') {
    const by = nth(world.sessions, call.by).id;
    const path = `/api/auth/sessions/${id}`;
    const headers = await asOwner(world, by, `DELETE ${path}`);
    return { operation: revoking(by, id), send: () => service.call('DELETE', path, { headers }) };
  }
  if (call.kind === 'change') {
    const key = keyOf(call.key, model, id);
    const [chosen = ''] = [passwords[call.chosen]];
    const prove = (accessToken: string | undefined) =>
      proofOf(world, { id, route: changeRoute, accessToken }, call.proof);
    return changeRequest(world, {
      id,
      key,
      network: places[call.from],
      current: model.password,
      chosen,
      prove,
    });
  }
  const newestFirst = [...tokens].sort((a, b) => b.generation - a.generation || b.issuedAt - a.issuedAt);
  const token = newestFirst[Math.min(call.back, newestFirst.length - 1)] as Held;
  if (call.kind === 'log out') {
    const send = () => service.call('POST', '/api/auth/logout', { json: { refresh_token: token.text } });
    return { operation: loggingOut(token), send };
  }
  const { mode, proof } = call;
  const key = keyOf(call.key, model, id);
  const sent = await proofOf(world, { id, token, route: refreshRoute }, proof);
  return refreshRequest(world, { token, key, network: places[call.from], sent, mode });
}

const keyOf = (key: Key, { sessions }: Model, id: string) =>
  ({
    none: undefined,
    'that of the spending call': sessions[id]?.key,
    'that of the change': sessions[id]?.successor?.key,
    another: 'another key altogether',
  })[key];

type Proven = {
  readonly id: string;
  readonly token?: Token;
  readonly route: string;
  readonly accessToken?: string | undefined;
};

/** The proof that somebody brings: the owner of the session's key, or anybody else. */
export async function proofOf(
  world: World,
  of: Proven,
  { by, clock, nonce }: Proving,
): Promise<Sent | undefined> {
  const bound = keyNamed(world.model.sessions[of.id]?.jkt);
  const [own] = deviceKeys;
  const sign = async (key: DeviceKey) =>
    prove(world, key, { ...of, clock, nonce: await nonceOf(world, nonce) });
  switch (by) {
    case 'nobody':
      return undefined;
    case 'bound':
      return sign(bound ?? own);
    case 'token':
      return sign(keyNamed(of.token?.jkt) ?? own);
    case 'another':
      return sign(thiefsKey);
    case 'replayed':
      // It is of a refresh; for anything else it is none.
      return of.route === refreshRoute || !world.seen.proof
        ? world.seen.proof
        : { ...world.seen.proof, proof: 'malformed' };
    case 'garbage':
      return {
        text: await garbage[nonce](bound ?? own, of.route, world.service.clock.now),
        proof: 'malformed',
      };
  }
}

/** Of the ways in which a proof is none, some; `test/dpop` has the others. */
const garbage: Readonly<
  Record<Proving['nonce'], (key: DeviceKey, route: string, now: Date) => Promise<string>>
> = {
  none: async () => 'not.a.proof',
  fresh: (key, _, now) => key.proof('POST /api/auth/logout', now),
  seen: (key, route, now) => key.proof(route, now, { header: { typ: 'JWT' } }),
  'made up': async (key, route, now) => `${await key.proof(route, now)}, ${await key.proof(route, now)}`,
};

/** With a nonce instead of a clock that is right. */
export async function prove(
  { service }: World,
  key: DeviceKey,
  { route, accessToken, clock, nonce }: Omit<Proven, 'id'> & { clock: number; nonce: Nonce | undefined },
): Promise<Sent> {
  const at = new Date(service.clock.now.getTime() + clock * 1000);
  const text = await key.proof(route, at, {
    ...(nonce && { nonce: nonce.text }),
    ...(accessToken !== undefined && { accessToken }),
  });
  const iat = Math.floor(at.getTime() / 1000);
  return { text, proof: { jkt: key.jkt, iat, nonceUntil: nonce?.until } };
}

async function nonceOf({ service, seen }: World, nonce: Proving['nonce']): Promise<Nonce | undefined> {
  const { now } = service.clock;
  switch (nonce) {
    case 'none':
      return undefined;
    case 'fresh':
      return { text: await service.dependencies.dpopNonces.offer(now), until: nonceEnd(now.getTime()) };
    case 'seen':
      return seen.nonce;
    case 'made up':
      return { text: 'a-nonce-of-nobody', until: 0 };
  }
}
