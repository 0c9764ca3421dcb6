// From a process's start to its first answer: ours beside the barest Hono Worker, in turns.

import type { Workerd } from '../stack/workerd.ts';
import { median } from './figures.ts';
import type { Progress } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

export type Startup = { readonly ours: number; readonly bare: number; readonly ratio: number };

/** Medians in milliseconds. */
export async function startup(
  { serve }: Surroundings,
  repeats: number,
  progress: Progress,
): Promise<Startup> {
  const ours: number[] = [];
  const bare: number[] = [];
  progress.expect(repeats);
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    progress.step('starting from nothing');
    bare.push(await firstAnswer(() => serve('bare'), '/hello'));
    ours.push(await firstAnswer(() => serve('ours'), '/api/healthchecker'));
  }
  return {
    ours: median(ours),
    bare: median(bare),
    ratio: median(ours.map((each, n) => each / (bare[n] ?? Number.NaN))),
  };
}

async function firstAnswer(serve: () => Promise<Workerd>, path: string): Promise<number> {
  const start = performance.now();
  const worker = await serve();
  const response = await fetch(`${worker.origin}${path}`);
  await response.text();
  const milliseconds = performance.now() - start;
  await worker.stop();
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  return milliseconds;
}
