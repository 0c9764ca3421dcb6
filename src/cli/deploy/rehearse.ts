// Rehearses schema compatibility before a deployment: during the rollout, and after a rollback, old code meets the
// new schema and new code the old one.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder } from '../project-folder.ts';
import type { Release } from './release.ts';
import { git, run } from './tools.ts';

type Side = 'new' | 'deployed';

/** The script's path now, and in releases before 0.2.0. */
const rehearsals = ['src/local/rehearse.ts', 'test/stack/rehearse.ts'];

/** @throws Error with the request that fails, and what that means for the release. */
export async function rehearse(
  { deployed }: Pick<Release, 'deployed'>,
  { code, schema }: { readonly code: Side; readonly schema: Side },
): Promise<void> {
  const here = fileURLToPath(projectFolder);
  const there = code === schema ? undefined : await checkout(deployed ?? '', here);
  const folderOf = (side: Side) => (side === 'new' ? here : (there ?? here));
  const script = rehearsals.map((path) => join(folderOf(code), path)).find((path) => existsSync(path));
  if (script === undefined) throw new Error(`${deployed} has no rehearsal.`);
  try {
    await run(process.execPath, [script, join(folderOf(schema), 'drizzle')], folderOf(code));
  } catch (error) {
    const meaning =
      code === schema
        ? 'The release does not work.'
        : code === 'deployed'
          ? 'The migrations break what is deployed: let the code do without first, and take away in a later release.'
          : 'The code needs the migrations: release them first, without it.';
    throw new Error(`${meaning}\n${error instanceof Error ? error.message : String(error)}`);
  } finally {
    if (there !== undefined) await git('worktree', 'remove', '--force', there);
  }
}

/** Checks the commit out into its own folder, with the packages of its lock file. */
async function checkout(commit: string, here: string): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'latchkey-deployed-')), 'latchkey');
  await git('worktree', 'add', '--detach', folder, commit);
  const lockOf = (place: string) => readFile(join(place, 'package-lock.json'), 'utf8');
  try {
    if ((await lockOf(folder)) === (await lockOf(here))) {
      await symlink(join(here, 'node_modules'), join(folder, 'node_modules'));
    } else {
      await run('npm', ['ci', '--no-audit', '--no-fund'], folder);
    }
    return folder;
  } catch (error) {
    await git('worktree', 'remove', '--force', folder);
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
