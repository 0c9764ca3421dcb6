// `npm run bench`: how fast the service is, beside a floor that does an endpoint's unavoidable work and nothing else.
//
//   npm run bench                 every endpoint, in under five minutes; writes dist/bench.json and test/bench/results.svg
//   npm run bench -- --quick      the same in under a minute, with fewer samples; the chart is left as it is
//   npm run bench -- --memory     what 100,000 requests leave in memory
//   npm run bench -- --only me    one endpoint; with --seconds 0.5 in longer slices, for a machine that is busy
//   npm run bench -- --profile me    where the time of one endpoint goes
//   npm run bench -- --bound      what device keys cost: a bound refresh and a call in full mode, beside unbound ones
//   npm run bench -- --peer better-auth    seven calls beside another service's, which it installs; and the bytes of both

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, platform, release } from 'node:os';
import { parseArgs } from 'node:util';
import { besideUnbound } from './bound.ts';
import { casesOf } from './cases.ts';
import { chart } from './chart.ts';
import { compare, type Plan, price } from './compare.ts';
import { memory } from './memory.ts';
import { besideBetterAuth } from './peer.ts';
import { profile } from './profile.ts';
import { showProgress } from './progress.ts';
import { startup } from './startup.ts';
import { startSurroundings } from './surroundings.ts';
import { besideTable, boundTable, comparedTable, figure, pricedTable } from './tables.ts';

const { values: options } = parseArgs({
  options: {
    bound: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    memory: { type: 'boolean', default: false },
    only: { type: 'string' },
    peer: { type: 'string' },
    profile: { type: 'string' },
    seconds: { type: 'string' },
  },
});
if (options.peer !== undefined && options.peer !== 'better-auth')
  throw new Error('The one peer is better-auth');

const plan: Plan & { users: number; starts: number } = {
  connections: [1, 16],
  ...(options.quick
    ? { delays: [0, 30], repeats: 1, turns: 2, seconds: 0.1, mostSeconds: 45, users: 1500, starts: 5 }
    : { delays: [0, 5, 30], repeats: 3, turns: 3, seconds: 0.2, mostSeconds: 270, users: 4000, starts: 21 }),
  ...(options.seconds !== undefined && { seconds: Number(options.seconds) }),
};

const progress = showProgress(process.stderr);
const surroundings = await startSurroundings({
  delays: options.memory || options.bound || options.peer || options.profile ? [0] : plan.delays,
  users: plan.users,
  tell: (what) => progress.step(what),
});
try {
  if (options.memory) await memory(surroundings, progress);
  else if (options.bound) console.log(boundTable(await besideUnbound(surroundings, plan, progress)));
  else if (options.peer) await beside();
  else if (options.profile) await profile(surroundings, options.profile, progress);
  else await everything();
} finally {
  await surroundings.stop();
}

async function everything(): Promise<void> {
  const cases = casesOf(surroundings.people).filter(({ name }) => !options.only || name === options.only);
  const started = await startup(surroundings, plan.starts, progress);
  const priced = await price(surroundings, plan, progress);
  const compared = await compare(surroundings, cases, plan, progress);
  progress.done();

  console.log(`${pricedTable(priced)}`);
  for (const added of plan.delays) {
    console.log(added === 0 ? 'As it is:' : `With ${added} ms added to each round trip to the database:`);
    console.log(comparedTable(compared, added));
  }
  console.log(
    `From a process's start to its first 200: ${figure(started.ours)} ms; a bare Hono Worker ${figure(started.bare)} ms; ${figure(started.ratio)}×.
Parsing the bundle is ${figure(started.parsed - started.bare)} ms of it, evaluating it ${figure(started.listening - started.parsed)}, the first request ${figure(started.ours - started.listening)}.`,
  );
  if (platform() !== 'linux') console.log('CPU time is measured on Linux alone.');

  await mkdir('dist', { recursive: true });
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, platform: platform(), release: release() };
  const results = { measuredAt: new Date().toISOString(), machine, plan, startup: started, priced, compared };
  await writeFile('dist/bench.json', `${JSON.stringify(results, null, 2)}\n`);
  if (!options.quick && !options.only)
    await writeFile(new URL('results.svg', import.meta.url), chart(compared));
}

async function beside(): Promise<void> {
  const { cases, kilobytes } = await besideBetterAuth(surroundings, plan, progress);
  progress.done();
  console.log(besideTable(cases));
  console.log(
    `Gzipped: ours ${figure(kilobytes.ours)} KB; better-auth ${figure(kilobytes.theirs)} KB, without its two plugins ${figure(kilobytes.theirsWithoutPlugins)}.`,
  );
}
