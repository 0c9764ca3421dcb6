// From a process's start to its first answer: ours beside the barest Hono Worker, in turns, and which part of it is what.

import type { Workerd } from '../../src/local/workerd.ts';
import { median } from './figures.ts';
import type { Progress } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

/** Milliseconds, medians. */
export type Startup = {
  readonly bare: number;
  /** A Worker that answers by itself, with ours loaded beside it: what parsing the bundle costs. */
  readonly parsed: number;
  /** Until ours listens: its modules have been evaluated as well. */
  readonly listening: number;
  readonly ours: number;
  /** Ours by the bare one's, each pair by itself. */
  readonly ratio: number;
};

export async function startup(
  { serve }: Surroundings,
  repeats: number,
  progress: Progress,
): Promise<Startup> {
  const bare: Started[] = [];
  const parsed: Started[] = [];
  const ours: Started[] = [];
  progress.expect(repeats);
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    progress.step('starting from nothing');
    bare.push(await start(() => serve('bare'), '/hello'));
    parsed.push(await start(() => serve('parsed'), '/'));
    ours.push(await start(() => serve('ours'), '/api/healthchecker'));
  }
  const firsts = (of: readonly Started[]) => median(of.map(({ answered }) => answered));
  return {
    bare: firsts(bare),
    parsed: firsts(parsed),
    listening: median(ours.map(({ listened }) => listened)),
    ours: firsts(ours),
    ratio: median(ours.map(({ answered }, n) => answered / (bare[n]?.answered ?? Number.NaN))),
  };
}

type Started = { readonly listened: number; readonly answered: number };

async function start(serve: () => Promise<Workerd>, path: string): Promise<Started> {
  const began = performance.now();
  const worker = await serve();
  const listened = performance.now() - began;
  const response = await fetch(`${worker.origin}${path}`);
  await response.text();
  const answered = performance.now() - began;
  await worker.stop();
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  return { listened, answered };
}
