// Every endpoint beside its floor, in turns: a slice of one, a slice of the other, and the other way round the next time.

import { type Case, floorOf } from './cases.ts';
import { median } from './figures.ts';
import { combinations, type Step } from './floors.ts';
import { type Figures, figuresOf, type Slice, slice, type Target } from './measure.ts';
import type { Progress } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

export type Compared = {
  readonly endpoint: string;
  readonly floorWork: string;
  /** Milliseconds added to each round trip. */
  readonly added: number;
  readonly connections: number;
  readonly ours: Figures;
  readonly floor: Figures;
  /** Ours by the floor's, each pair by itself, and then the median. */
  readonly ratio: number;
  /** The processor's time of ours by the floor's. */
  readonly cost: number;
};

export type Priced = { readonly work: string; readonly figures: Figures; readonly busy: Slice['busy'] };

export type Plan = {
  readonly delays: readonly number[];
  readonly connections: readonly number[];
  readonly repeats: number;
  /** Pairs of slices in a repeat. */
  readonly turns: number;
  /** Of a slice. */
  readonly seconds: number;
  /** From the start: then a repeat after the first ends where it is, and what has been measured counts. */
  readonly mostSeconds: number;
};

type Pair = { readonly ours: Slice; readonly floor: Slice };
type Spot = { readonly case: Case; readonly added: number; readonly connections: number; pairs: Pair[] };

const warmUpSeconds = 0.2;

export async function compare(
  surroundings: Surroundings,
  cases: readonly Case[],
  plan: Plan,
  progress: Progress,
): Promise<Compared[]> {
  const spots: Spot[] = cases.flatMap((each) =>
    plan.delays.flatMap((added) =>
      // What never asks the database is not slower when that is far away.
      added > 0 && each.floor.length === 0
        ? []
        : plan.connections.map((connections) => ({ case: each, added, connections, pairs: [] })),
    ),
  );
  progress.expect(spots.length * plan.repeats);
  for (let repeat = 0; repeat < plan.repeats; repeat += 1) {
    for (const spot of spots) {
      const { case: each, added, connections } = spot;
      if (repeat > 0 && progress.seconds() > plan.mostSeconds) continue;
      progress.step(`${each.name}, ${connections} connections${added > 0 ? `, +${added} ms` : ''}`);
      const targets = targetsOf(surroundings, each, added);
      // A hash at a time: 16 under way take longer than any slice, so that one is enough.
      const hashes = each.floor.includes('hash');
      if (repeat === 0 && connections === plan.connections[0]) {
        for (const target of Object.values(targets)) await slice(target, hashes ? 2 : 16, warmUpSeconds);
      }
      for (let turn = 0; turn < (hashes ? 1 : plan.turns); turn += 1) {
        spot.pairs.push(await pair(targets, connections, plan.seconds, (repeat + turn) % 2 === 1));
      }
    }
  }
  return spots.map(comparedOf);
}

/** The parts of the floor by themselves: what they cost, and who was busy with it. */
export async function price(
  surroundings: Surroundings,
  { repeats, turns, seconds }: Plan,
  progress: Progress,
): Promise<Priced[]> {
  const works = [[] as Step[], ...combinations];
  const priced: Priced[] = [];
  progress.expect(works.length);
  for (const steps of works) {
    progress.step(`the floor's ${workOf(steps)}`);
    const target = {
      worker: surroundings.floor[0],
      endpoint: surroundings.endpoints[0],
      endpointPid: surroundings.endpointPid,
      ask: floorOf(steps, surroundings.people),
    } as Target;
    await slice(target, 16, warmUpSeconds);
    const slices: Slice[] = [];
    for (let n = 0; n < repeats * turns; n += 1) slices.push(await slice(target, 16, seconds));
    const busy = (who: keyof Slice['busy']) => median(slices.map((each) => each.busy[who]));
    priced.push({
      work: workOf(steps),
      figures: figuresOf(slices),
      busy: { worker: busy('worker'), endpoint: busy('endpoint'), load: busy('load') },
    });
  }
  return priced;
}

function targetsOf(surroundings: Surroundings, each: Case, added: number): { ours: Target; floor: Target } {
  const { endpoints, endpointPid, people } = surroundings;
  const common = { endpoint: endpoints[added] ?? '', endpointPid };
  const [ours, floor] = [surroundings.ours[added], surroundings.floor[added]];
  if (!ours || !floor) throw new Error(`No Workers for ${added} ms`);
  return {
    ours: { ...common, worker: ours, ask: each.ours, prepare: each.prepare, settles: each.mails },
    floor: { ...common, worker: floor, ask: floorOf(each.floor, people) },
  };
}

async function pair(
  { ours, floor }: { ours: Target; floor: Target },
  connections: number,
  seconds: number,
  oursFirst: boolean,
): Promise<Pair> {
  const first = oursFirst ? await slice(ours, connections, seconds) : undefined;
  const floorSlice = await slice(floor, connections, seconds);
  return { ours: first ?? (await slice(ours, connections, seconds)), floor: floorSlice };
}

function comparedOf({ case: each, added, connections, pairs }: Spot): Compared {
  const [ours, floor] = [
    figuresOf(pairs.map((each) => each.ours)),
    figuresOf(pairs.map((each) => each.floor)),
  ];
  return {
    endpoint: each.name,
    floorWork: workOf(each.floor),
    added,
    connections,
    ours,
    floor,
    ratio: median(pairs.map((each) => each.ours.perSecond / each.floor.perSecond)),
    cost: ours.processorMilliseconds / floor.processorMilliseconds,
  };
}

function workOf(steps: readonly Step[]): string {
  return steps.join(' + ').replace('sign + sign', '2 signatures') || 'hello';
}
