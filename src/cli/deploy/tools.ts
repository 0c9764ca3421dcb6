// Runs the programs that a deployment needs. On failure each throws an error with the program's output.

import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder } from '../project-folder.ts';

/** Resolves with the program's standard output. */
export function run(program: string, args: readonly string[], folder = fileURLToPath(projectFolder)) {
  return new Promise<string>((resolve, reject) => {
    const options = {
      cwd: folder,
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, WRANGLER_HIDE_BANNER: 'true' },
    };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const output = `${stdout}${stderr}`.trim() || error.message;
      reject(new Error(`${program.split('/').at(-1)} ${args.join(' ')} failed:\n${output}`));
    });
  });
}

export const git = (...args: readonly string[]) => run('git', args);

export function wrangler(...args: readonly string[]): Promise<string> {
  const script = join(createRequire(import.meta.url).resolve('wrangler/package.json'), '../bin/wrangler.js');
  return run(process.execPath, [script, ...args]);
}
