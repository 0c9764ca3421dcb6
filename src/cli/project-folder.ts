// The repository's folder, and whether a path is inside of it.

import { realpath } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = new URL('../../', import.meta.url);

/** The file need not exist yet, but its folder must. */
export async function insideTheRepository(path: string): Promise<boolean> {
  const root = await realpath(fileURLToPath(projectFolder));
  const real = await realpath(path).catch(() => realpath(dirname(resolve(path))));
  const [first] = relative(root, real).split(sep);
  return first !== '..' && !/^[A-Z]:$/i.test(first ?? '');
}
