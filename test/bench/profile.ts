// Where a request's time goes in the Worker, by V8's own profiler: `npm run bench -- --profile refresh`. What is native is
// counted with who called it. The profiler costs time itself, so that the shares count and not their sum; the log line is the
// exception, since DevTools gets a copy of it with a stack: without an inspector it is 5 µs.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../src/local/ports.ts';
import { casesOf } from './cases.ts';
import { openDevTools } from './dev-tools.ts';
import { run } from './load.ts';
import type { Progress } from './progress.ts';
import type { Surroundings } from './surroundings.ts';
import { table } from './tables.ts';

const warmUpSeconds = 1;
const seconds = 5;
const rowsShown = 30;

type Node = {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
};
/** Of the Chrome DevTools Protocol; time in microseconds. */
type Profile = {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

export async function profile(surroundings: Surroundings, name: string, progress: Progress): Promise<void> {
  const asked = casesOf(surroundings.people).find((each) => each.name === name);
  if (!asked) throw new Error(`There is no endpoint ${name}`);
  const port = await freePort();
  const worker = await surroundings.serveInspected(port);
  const tools = await openDevTools(port);
  const load = (seconds: number) => run({ ...asked.ours, origin: worker.origin, connections: 16, seconds });
  progress.step(`${name} under the profiler`);
  await asked.prepare?.(warmUpSeconds);
  await load(warmUpSeconds);
  await asked.prepare?.(seconds);
  await tools.ask('Profiler.enable');
  await tools.ask('Profiler.setSamplingInterval', { interval: 100 });
  await tools.ask('Profiler.start');
  const { requests } = await load(seconds);
  const { profile } = (await tools.ask('Profiler.stop')) as { profile: Profile };
  tools.close();
  progress.done();
  const moduleAt = modulesOf(await readFile(join(surroundings.folder, 'named', 'index.js'), 'utf8'));
  const spent = [...timeByModule(profile, moduleAt)].sort(([, one], [, other]) => other - one);
  const total = spent.reduce((sum, [, time]) => sum + time, 0);
  console.log(
    table(
      [`${name}, ${requests} requests`, 'µs a request', 'share'],
      spent
        .slice(0, rowsShown)
        .map(([module, time]) => [
          module,
          (time / requests).toFixed(1),
          `${((time / total) * 100).toFixed(1)} %`,
        ]),
    ),
  );
}

/** esbuild writes where a module begins, as a comment. */
function modulesOf(bundle: string): (line: number) => string {
  let module = '';
  const modules = bundle.split('\n').map((line) => {
    const begins = /^\/\/ (?:.*node_modules\/)?(\S+\.(?:m?js|tsx?|json))$/.exec(line);
    module = begins?.[1] ?? module;
    return module;
  });
  return (line) => modules[line] ?? '';
}

function timeByModule(
  { nodes, samples, timeDeltas }: Profile,
  moduleAt: (line: number) => string,
): Map<string, number> {
  const callers = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node])));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const owner = (node: Node | undefined): string => {
    if (!node) return 'the runtime';
    const { url, lineNumber, functionName } = node.callFrame;
    if (functionName === '(garbage collector)') return 'garbage collection';
    return url.endsWith('index.js') ? moduleAt(lineNumber) : owner(callers.get(node.id));
  };
  const times = new Map<string, number>();
  samples.forEach((id, n) => {
    const node = byId.get(id);
    if (node?.callFrame.functionName === '(idle)') return;
    const module = owner(node);
    times.set(module, (times.get(module) ?? 0) + (timeDeltas[n] ?? 0));
  });
  return times;
}
