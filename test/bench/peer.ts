// better-auth on the same workerd, PostgreSQL and endpoint, beside ours, in turns: reading who is signed in, a new access
// token, signing out, and signing in, by password, with TOTP as well, by passkey, and with an ID token.

import { join } from 'node:path';
import { serveBetterAuth } from './better-auth.ts';
import { type PeerCase, peerCases } from './better-auth-cases.ts';
import { kilobytesOf } from './bundle-size.ts';
import { type Figures, figuresOf, type Slice, slice, type Target } from './measure.ts';
import { connections } from './people.ts';
import type { Progress } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

/** `trips`, of each request that it takes. */
type Side = Omit<Figures, 'trips'> & { readonly trips: readonly number[] };
export type Beside = { readonly what: string; readonly ours: Side; readonly theirs: Side };
export type BesideBetterAuth = {
  readonly cases: readonly Beside[];
  /** Gzipped. */
  readonly kilobytes: {
    readonly ours: number;
    readonly theirs: number;
    readonly theirsWithoutPlugins: number;
  };
};

type Plan = { readonly repeats: number; readonly turns: number; readonly seconds: number };

export async function besideBetterAuth(
  surroundings: Surroundings,
  plan: Plan,
  progress: Progress,
): Promise<BesideBetterAuth> {
  const { endpoints, endpointPid, people, folder } = surroundings;
  const ours = surroundings.ours[0];
  if (!ours) throw new Error('There is no Worker');
  progress.step('installing better-auth');
  const peer = await serveBetterAuth(surroundings);
  const cases = peerCases(peer, people);
  const common = { endpoint: endpoints[0] ?? '', endpointPid };
  progress.expect(cases.length * plan.repeats * plan.turns);
  const besides: Beside[] = [];
  for (const each of cases) {
    const targets = {
      ours: { ...common, worker: ours, ask: each.ours.ours, prepare: each.ours.prepare },
      theirs: { ...common, worker: peer.worker, ask: each.theirs, prepare: each.prepare },
    };
    besides.push(await inTurns(each, targets, plan, () => progress.step(`beside better-auth: ${each.what}`)));
  }
  await peer.database.end();
  const { whole, withoutPlugins } = peer.kilobytes;
  return {
    cases: besides,
    kilobytes: {
      ours: kilobytesOf(join(folder, 'ours')),
      theirs: whole,
      theirsWithoutPlugins: withoutPlugins,
    },
  };
}

async function inTurns(
  { what }: PeerCase,
  targets: { readonly ours: Target; readonly theirs: Target },
  { repeats, turns, seconds }: Plan,
  tell: () => void,
): Promise<Beside> {
  const slices: { ours: Slice[]; theirs: Slice[] } = { ours: [], theirs: [] };
  const first = { ours: await firstTrips(targets.ours), theirs: await firstTrips(targets.theirs) };
  for (let n = 0; n < repeats * turns; n += 1) {
    tell();
    for (const who of n % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const))
      slices[who].push(await slice(targets[who], connections, seconds));
  }
  const side = (who: 'ours' | 'theirs'): Side => {
    const { trips, ...figures } = figuresOf(slices[who]);
    const begun = first[who];
    return { ...figures, trips: begun === undefined ? [trips] : [begun, trips - begun] };
  };
  return { what, ours: side('ours'), theirs: side('theirs') };
}

/** Warms up. Of what takes two requests, what the first costs by itself. */
async function firstTrips(target: Target): Promise<number | undefined> {
  await slice(target, 4, 0.3);
  const { status, next } = target.ask;
  if (next(0).followedBy === undefined) return undefined;
  const firstAlone = (connection: number) => {
    const { followedBy, ...call } = next(connection);
    return call;
  };
  const { trips, milliseconds } = await slice({ ...target, ask: { status, next: firstAlone } }, 4, 0);
  return trips / milliseconds.length;
}
