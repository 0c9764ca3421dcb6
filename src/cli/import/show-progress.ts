// How far an import is, on standard error: a bar for a person, a line every ten seconds for a log.

import { SingleBar } from 'cli-progress';
import type { Counts } from './import-users.ts';

/** `total` is the size of the input in bytes, where that is known. */
export function showProgress(total: number | undefined, start: Counts) {
  const counts =
    'line {line}: {imported} imported, {updated} updated, {existing} already there, {refused} refused';
  const bar = new SingleBar({
    format: total === undefined ? counts : `{bar} {percentage} %  ${counts}  {eta_formatted} left`,
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });
  bar.start(total ?? 0, 0, start);
  return {
    update: (bytes: number, now: Counts) => bar.update(bytes, now),
    stop: () => bar.stop(),
  };
}
