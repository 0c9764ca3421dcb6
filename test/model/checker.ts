// Runs spin, a C compiler, and the checker that they make of the model with each set of options.

import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const model = import.meta.dirname;

type OptionName =
  | 'RULES'
  | 'SESSION'
  | 'THIEF'
  | 'PROCESSES'
  | 'CHANGES'
  | 'LOGOUT'
  | 'DELAYS'
  | 'DELAYED_FOR_EVER'
  | 'BROKEN';

/** Of options.pml: `{ SESSION: 'KEYED', CHANGES: true }`. */
export type Options = Readonly<Partial<Record<OptionName, string | number | true>>>;

export type Search = {
  /** The property that fails; undefined where all hold. */
  readonly violated: string | undefined;
  readonly states: number;
  /** How often each event happened. */
  readonly events: Record<string, number>;
  /** One of the shortest ways to the violation, a line for each step. */
  readonly trace: string;
};

export const packages = 'spin gcc libc6-dev';

export function isInstalled(): boolean {
  // A compiler without the C library's headers is of no use.
  const input = '#include <stdlib.h>';
  const compiler = spawnSync('gcc', ['-fsyntax-only', '-x', 'c', '-'], { input });
  return spawnSync('spin', ['-V']).status === 0 && compiler.status === 0;
}

export type Checker = {
  /** @throws where the search is not exhaustive: a part that was left out proves nothing. */
  search(options: Options): Promise<Search>;
  remove(): Promise<void>;
};

/** One checker for all searches: compiling takes longer than most of them. */
export async function compileModel(): Promise<Checker> {
  const home = await mkdtemp(join(tmpdir(), 'latchkey-model-'));
  const numbers = await numbersOfNames();
  // Copied: pan looks for its trail by the path that the model had.
  await cp(model, home, { recursive: true });
  await run('spin', ['-a', 'refresh.pml'], { cwd: home });
  // Breadth first: the first violation that is found is one of the shortest.
  await run('gcc', ['-O1', '-w', '-DSAFETY', '-DBFS', '-o', 'pan', 'pan.c'], { cwd: home });
  return {
    async search(options) {
      const env = environmentOf(options, numbers);
      // A folder for each: pan writes its trail where it runs.
      const cwd = await mkdtemp(join(home, 'search-'));
      return searchWith(join(home, 'pan'), { cwd, env, maxBuffer: 64 * 1024 * 1024 });
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** What `#define OURS 1` and the like say. */
async function numbersOfNames(): Promise<ReadonlyMap<string, string>> {
  const files = ['options.pml', 'broken.pml'].map((name) => readFile(join(model, name), 'utf8'));
  const text = (await Promise.all(files)).join('\n');
  return new Map(
    [...text.matchAll(/^#define (\w+) (\d+)/gm)].map(([, name = '', number = '']) => [name, number]),
  );
}

function environmentOf(options: Options, numbers: ReadonlyMap<string, string>): Record<string, string> {
  const environment = Object.entries(options).map(([option, value]) => {
    const number = typeof value === 'string' ? numbers.get(value) : String(Number(value));
    if (number === undefined) throw new Error(`the model defines no ${value}`);
    return [option, number];
  });
  return Object.fromEntries(environment);
}

type Run = { readonly cwd: string; readonly env: Record<string, string>; readonly maxBuffer: number };

async function searchWith(pan: string, how: Run): Promise<Search> {
  const { stdout } = await run(pan, ['-w22', '-n'], how).catch((error) => error);
  const errors = Number(/errors: (\d+)/.exec(stdout)?.[1]);
  const isWhole = !/Search not completed|max search depth too small|out of memory/i.test(stdout);
  if (Number.isNaN(errors) || (errors === 0 && !isWhole)) throw new Error(`not exhaustive:\n${stdout}`);
  return {
    violated:
      errors === 0 ? undefined : (/assertion violated \(?(\w+)/.exec(stdout)?.[1] ?? 'a process hangs'),
    states: Number(/(\d+) states, stored/.exec(stdout)?.[1]),
    events: Object.fromEntries(
      [...stdout.matchAll(/^event (\w+) (\d+)$/gm)].map(([, name, count]) => [name, Number(count)]),
    ),
    trace: errors === 0 ? '' : await traceOf(pan, how),
  };
}

async function traceOf(pan: string, how: Run): Promise<string> {
  const { stdout } = await run(pan, ['-r', '-n', '-S'], how).catch((error) => error);
  const steps = [...String(stdout).matchAll(/^ *((?:owner|thief|service|clock)\b.*)$/gm)].map(
    ([, step]) => step,
  );
  return `${steps.join('\n')}\n`;
}
