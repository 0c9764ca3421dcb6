import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

// A mistyped option is a mistake that is said, and never one that is ignored while the command does the rest.

test.for<[string, string[]]>([
  ['import.ts', ['users.ndjson', '--dry-runs']],
  ['import.ts', ['users.ndjson', 'more.ndjson']],
  ['deploy.ts', ['--env', 'production', '--dryrun']],
  ['deploy.ts', ['production', '--dry-run']],
  ['users.ts', ['after-restore', '--dry-run']],
  ['keys.ts', ['list', 'access', '--stdin']],
])('%s refuses %j', async ([command, args]) => {
  const { DATABASE_URL: _, ...env } = process.env;
  const run = await new Promise<{ code: unknown; stdout: string; stderr: string }>((done) => {
    const script = resolve(import.meta.dirname, '../../src/cli', command);
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) => {
      done({ code: error?.code ?? 0, stdout, stderr });
    });
  });
  expect(run.code).not.toBe(0);
  expect(run.stdout).toBe('');
  expect(run.stderr).toMatch(/Unknown option|Unexpected argument|npm run/);
  expect(run.stderr).not.toMatch(/\n\s+at /);
});
