// Clients that keep to the contract, section 12: one store, one refresh at a time, a key for each; and what a thief copies
// of their stores.

import { type Client, deviceKeys, nth, passwords, type Sent, thiefsKey, type World } from './cast.ts';
import { perform, together } from './perform.ts';
import { changeRoute, proofOf, prove, refreshRoute } from './proofs.ts';
import { changeRequest, type Request, refreshRequest } from './requests.ts';
import { happened, type ModelSession, of } from './session-model.ts';
import type { Step } from './steps.ts';
import { places, type Use } from './steps.ts';

/** What a client or a thief was answered, and the session as it was before. */
export type Played = {
  readonly outcome: string;
  readonly id: string;
  readonly before: ModelSession;
  readonly sent?: Sent | undefined;
};

type Using = Use & { readonly kind: 'use' | 'use twice' | 'change the password' };

/** One key for whichever call spends the tokens; a repeat is the same call. */
export async function use(world: World, step: Using): Promise<Played> {
  const { keyed, binds, mode, lost, plan } = step;
  const client = nth(world.clients, step.client);
  client.pendingKey ??= keyed ? crypto.randomUUID() : undefined;
  if (binds) client.device ??= { key: nth(deviceKeys, step.client), mode };
  const { id } = client.token;
  const before = structuredClone(of(world.model, id));
  let outcome = '';
  // Once more where the service asks for its nonce: the clock is off.
  for (const _ of ['first', 'with the nonce']) {
    const answers =
      step.kind === 'use twice'
        ? await together(world, [await requestOf(world, client, step), await requestOf(world, client, step)])
        : [await perform(world, await requestOf(world, client, step), plan)];
    if (step.kind === 'use twice') happened(world.model, 'two processes at once');
    // Of two processes, whichever was answered writes the store.
    const told = answers.find(({ held }) => held) ?? answers[0];
    outcome = told?.outcome ?? '';
    const wantsNonce = outcome.startsWith('use-dpop-nonce');
    if (wantsNonce || !lost) client.nonce = told?.nonce ?? client.nonce;
    if (told?.held && !lost) {
      client.token = told.held;
      client.pendingKey = undefined;
      client.pendingChange = undefined;
    }
    if (!wantsNonce) break;
    happened(world.model, 'a client was asked for a nonce');
  }
  return { outcome, id, before };
}

async function requestOf(world: World, client: Client, step: Using): Promise<Request> {
  const { token, pendingKey: key, device, nonce } = client;
  const network = places[step.from];
  const proveFor = async (route: string, accessToken?: string) =>
    device && prove(world, device.key, { route, accessToken, clock: step.clock, nonce });
  if (step.kind !== 'change the password') {
    const sent = await proveFor(refreshRoute);
    if (sent) world.seen.proof = sent;
    return refreshRequest(world, { token, key, network, sent, mode: device?.mode });
  }
  const current = world.model.password;
  const chosen = passwords.find((other) => other !== current) ?? '';
  client.pendingChange ??= { current, chosen };
  return changeRequest(world, {
    id: token.id,
    key,
    network,
    ...client.pendingChange,
    prove: (accessToken) => proveFor(changeRoute, accessToken),
  });
}

export function steal(world: World, client: number): void {
  const { token, pendingKey: key } = nth(world.clients, client);
  world.copies.push({ token, key });
}

/** A thief refreshes with a copy; what they get is one more. */
export async function thieve(
  world: World,
  { copy: number, from, proof, keyed }: Extract<Step, { kind: 'thieve' }>,
): Promise<Played | undefined> {
  const copy = world.copies.at(-1 - (number % Math.max(1, world.copies.length)));
  if (!copy) return undefined;
  const { token } = copy;
  const { id } = token;
  const before = structuredClone(of(world.model, id));
  const sent = await proofOf(world, { id, token, route: refreshRoute }, proof);
  const key = keyed ? (copy.key ?? "the thief's own key") : undefined;
  const made = refreshRequest(world, { token, key, network: places[from], sent, mode: undefined });
  const { outcome, held } = await perform(world, made, []);
  if (held) world.copies.push({ token: held, key: undefined });
  // With a token that is bound to its owner's key they can do nothing to the session.
  if (token.jkt === undefined || token.jkt === thiefsKey.jkt) {
    world.robbed.add(id);
    if (held) world.robbed.add(held.id);
    // With the key of a change of the password they can end what took its place.
    const { successor } = of(world.model, id);
    if (successor) world.robbed.add(successor.id);
  }
  return { outcome, id: held?.id ?? id, before, sent };
}

/** The password was changed in another session: this one, or the one that had taken its place, ended with it. */
export function wasEndedByAnother(world: World, id: string): boolean {
  const { endReason, successor } = of(world.model, id);
  return endReason === 'password-changed' && (!successor || wasEndedByAnother(world, successor.id));
}
