// The proofs of a history: made by a device's key, copied, or none at all.

import type { DeviceKey } from '../dpop/prover.ts';
import { deviceKeys, type Nonce, type Sent, thiefsKey, type World } from './cast.ts';
import { nonceEnd } from './proof-model.ts';
import type { Token } from './session-model.ts';
import type { Proving } from './steps.ts';

export const refreshRoute = 'POST /api/auth/refresh';
export const changeRoute = 'POST /api/auth/change-password';

export const keyNamed = (jkt: string | undefined) =>
  [...deviceKeys, thiefsKey].find((key) => key.jkt === jkt);

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
