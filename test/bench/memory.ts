// What 100,000 requests leave in a Worker's memory: nothing, if it holds on to no request.

import { casesOf } from './cases.ts';
import { run } from './load.ts';
import { residentMegabytes } from './processes.ts';
import type { Progress } from './progress.ts';
import type { Surroundings } from './surroundings.ts';
import { table } from './tables.ts';

const requests = 100_000;
const samples = 10;

/** Reads, refreshes and new posts in turn, as a service would see them. */
const mixed = ['me', 'refresh', 'me', 'posts list', 'posts create', 'sessions', 'health', 'jwks'];

export async function memory(surroundings: Surroundings, progress: Progress): Promise<void> {
  const worker = surroundings.ours[0];
  if (!worker) throw new Error('There is no Worker');
  const cases = casesOf(surroundings.people);
  const asks = mixed.flatMap((name) => cases.find((each) => each.name === name)?.ours ?? []);
  const rows: string[][] = [];
  let made = 0;
  progress.expect(samples + 1);
  for (let sample = 0; sample <= samples; sample += 1) {
    progress.step(`memory after ${made} requests`);
    rows.push([String(made), (await residentMegabytes(worker.pid)).toFixed(0)]);
    const until = (requests / samples) * (sample + 1);
    for (let turn = 0; made < until && sample < samples; turn += 1) {
      const ask = asks[turn % asks.length];
      if (!ask) throw new Error('Nothing to ask');
      made += (await run({ ...ask, origin: worker.origin, connections: 16, seconds: 0.25 })).requests;
    }
  }
  progress.done();
  console.log(table(['requests', 'MB resident'], rows));
}
