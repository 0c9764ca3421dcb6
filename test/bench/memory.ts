// What 100,000 requests leave in a Worker's memory: nothing, if it holds on to no request. Before them it is given as long
// as its heap takes to reach the size that it then keeps.

import { casesOf } from './cases.ts';
import { run } from './load.ts';
import { residentMegabytes } from './processes.ts';
import type { Progress } from './progress.ts';
import type { Surroundings } from './surroundings.ts';
import { table } from './tables.ts';

const warmUp = 50_000;
const requests = 100_000;
const step = 10_000;

/** Reads, refreshes and new posts in turn, as a service would see them. */
const mixed = ['me', 'refresh', 'me', 'posts list', 'posts create', 'sessions', 'health', 'jwks'];

export async function memory(surroundings: Surroundings, progress: Progress): Promise<void> {
  const worker = surroundings.ours[0];
  if (!worker) throw new Error('There is no Worker');
  const cases = casesOf(surroundings.people);
  const asks = mixed.flatMap((name) => cases.find((each) => each.name === name)?.ours ?? []);
  const rows: string[][] = [];
  let made = 0;
  progress.expect((warmUp + requests) / step);
  for (let until = step; until <= warmUp + requests; until += step) {
    progress.step(`memory after ${made} requests`);
    for (let turn = 0; made < until; turn += 1) {
      const ask = asks[turn % asks.length];
      if (!ask) throw new Error('Nothing to ask');
      made += (await run({ ...ask, origin: worker.origin, connections: 16, seconds: 0.25 })).requests;
    }
    rows.push([String(made), (await residentMegabytes(worker.pid)).toFixed(0)]);
  }
  progress.done();
  console.log(table(['requests', 'MB resident'], rows));
  const [before, after] = [rows[warmUp / step - 1], rows.at(-1)];
  console.log(
    `From ${before?.[1]} MB after ${before?.[0]} requests to ${after?.[1]} MB after ${after?.[0]}.`,
  );
}
