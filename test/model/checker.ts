// Runs spin, a C compiler and the checker that they make of the model, for one set of options.

import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const model = import.meta.dirname;

/** The macros of the model: `{ SESSION: 'KEYED', CHANGES: true }`. */
export type Options = Record<string, string | number | true>;

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

/**
 * @param optimise takes the compiler three more seconds, and half the time of a long search.
 * @throws where the search is not exhaustive: a part that was left out proves nothing.
 */
export async function search(options: Options, optimise = false): Promise<Search> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-model-'));
  const inFolder = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
  try {
    const macros = Object.entries(options).map(([name, value]) =>
      value === true ? `-D${name}` : `-D${name}=${value}`,
    );
    // pan writes its trail beside the model.
    await cp(model, folder, { recursive: true });
    await run('spin', [...macros, '-a', 'refresh.pml'], inFolder);
    // Breadth first: the first violation that is found is one of the shortest.
    await run('gcc', [optimise ? '-O1' : '-O0', '-w', '-DSAFETY', '-DBFS', '-o', 'pan', 'pan.c'], inFolder);
    const { stdout } = await run('./pan', ['-w22', '-n'], inFolder).catch((error) => error);
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
      trace: errors === 0 ? '' : await traceIn(inFolder),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function traceIn(inFolder: { readonly cwd: string }): Promise<string> {
  const { stdout } = await run('./pan', ['-r', '-n', '-S'], inFolder).catch((error) => error);
  const steps = [...String(stdout).matchAll(/^ *((?:owner|thief|service|clock)\b.*)$/gm)].map(
    ([, step]) => step,
  );
  return `${steps.join('\n')}\n`;
}
