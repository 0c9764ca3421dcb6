// The requests of a history, each with what the model has to say of it.

import type { Answer } from '../service.ts';
import { type Held, nth, passwords, type Sent, type World } from './cast.ts';
import { type Change, changing } from './change-model.ts';
import { accessTokenNow } from './driver.ts';
import { changeRoute, keyNamed, proofOf, refreshRoute } from './proofs.ts';
import { refreshing } from './refresh-model.ts';
import {
  loggingOut,
  loggingOutEverywhere,
  type Mode,
  type Model,
  type Operation,
  revoking,
} from './session-model.ts';
import { type Key, places, type Single } from './steps.ts';

export type Request = { readonly operation: Operation; send(): Promise<Answer> };

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
