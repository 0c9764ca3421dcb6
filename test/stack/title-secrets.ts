// Vitest prints the title of a test that is slow or fails: one that holds a secret would fail a run on a slow machine alone.

import type { TestModule } from 'vitest/node';
import { secretIn } from '../../src/local/secrets.ts';

/** The file of each such title, its kind, and which of the file's tests it is: not the title. */
export function secretTitles(
  files: Iterable<{ readonly name: string; readonly titles: Iterable<string> }>,
): string[] {
  return [...files].flatMap(({ name, titles }) =>
    [...titles].flatMap((title, index) => {
      const kind = secretIn(title);
      return kind ? [`${kind} in the title of test ${index + 1} of ${name}`] : [];
    }),
  );
}

/** Has the run fail where a title holds one, run or skipped. */
export function refuseSecretTitles(modules: readonly TestModule[]): void {
  const files = modules.map((module) => ({
    name: module.relativeModuleId,
    titles: [...module.children.allTests()].map((test) => test.fullName),
  }));
  const found = secretTitles(files);
  for (const title of found) console.error(`A secret in a title: ${title}`);
  if (found.length > 0) process.exitCode = 1;
}
