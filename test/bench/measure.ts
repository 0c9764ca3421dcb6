// Measures one thing for a moment, and a pair of things so that noise meets both.

import { setTimeout as delay } from 'node:timers/promises';
import type { Workerd } from '../../src/local/workerd.ts';
import type { Ask } from './cases.ts';
import { median, percentile } from './figures.ts';
import { run } from './load.ts';
import { processorSeconds } from './processes.ts';

/** A moment of load on one Worker. */
export type Slice = {
  readonly perSecond: number;
  readonly milliseconds: readonly number[];
  /** Of processor in the Worker's process. */
  readonly processorMilliseconds: number;
  /** To the database, with what follows an answer. */
  readonly trips: number;
  readonly statements: number;
  /** Shares of one core that were busy. */
  readonly busy: { readonly worker: number; readonly endpoint: number; readonly load: number };
};

/** What slices of the same thing come to, a request. */
export type Figures = {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly processorMilliseconds: number;
  readonly trips: number;
  readonly statements: number;
};

export type Target = {
  readonly worker: Workerd;
  readonly ask: Ask;
  readonly endpoint: string;
  readonly endpointPid: number;
  readonly prepare?: ((seconds: number) => Promise<void>) | undefined;
  /** Work follows the answers: the slice is over when the database has no more to do. */
  readonly settles?: boolean | undefined;
};

export async function slice(target: Target, connections: number, seconds: number): Promise<Slice> {
  const { worker, ask, endpoint, endpointPid } = target;
  await target.prepare?.(seconds);
  const used = async () => ({
    worker: await processorSeconds(worker.pid),
    endpoint: await processorSeconds(endpointPid),
    load: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  });
  const [usedBefore, before] = [await used(), await statistics(endpoint)];
  const loaded = await run({ ...ask, origin: worker.origin, connections, seconds });
  if (target.settles) await settled(endpoint);
  const [usedAfter, after] = [await used(), await statistics(endpoint)];
  const share = (who: 'worker' | 'endpoint' | 'load') => (usedAfter[who] - usedBefore[who]) / loaded.seconds;
  return {
    perSecond: loaded.requests / loaded.seconds,
    milliseconds: loaded.milliseconds,
    processorMilliseconds: (usedAfter.worker - usedBefore.worker) * 1000,
    trips: after.requests - before.requests,
    statements: after.statements - before.statements,
    busy: { worker: share('worker'), endpoint: share('endpoint'), load: share('load') },
  };
}

/** The rate is the slices' median; the rest is of all of them together, as Linux counts processor in hundredths of a second. */
export function figuresOf(slices: readonly Slice[]): Figures {
  const milliseconds = slices.flatMap((each) => each.milliseconds);
  const each = (name: 'processorMilliseconds' | 'trips' | 'statements') =>
    slices.reduce((sum, one) => sum + one[name], 0) / milliseconds.length;
  return {
    perSecond: median(slices.map((one) => one.perSecond)),
    p50: percentile(milliseconds, 50),
    p99: percentile(milliseconds, 99),
    processorMilliseconds: each('processorMilliseconds'),
    trips: each('trips'),
    statements: each('statements'),
  };
}

type Statistics = { readonly requests: number; readonly statements: number };

async function statistics(endpoint: string): Promise<Statistics> {
  const response = await fetch(new URL('/statistics', endpoint));
  return response.json() as Promise<Statistics>;
}

async function settled(endpoint: string): Promise<void> {
  for (let seen = -1, now = 0; seen !== now; ) {
    seen = now;
    await delay(60);
    now = (await statistics(endpoint)).requests;
  }
}
