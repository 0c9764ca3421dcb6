// Progress of an import on standard error: a bar in a terminal, a line every ten seconds in a log.

import type { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import type { Counts } from './import-users.ts';

/** @param total the size of the input in bytes, if known. */
export function showProgress(stream: Writable, total: number | undefined, start: Counts) {
  const counts =
    'line {line}: {imported} imported, {updated} updated, {existing} already there, {refused} refused';
  const bar = new SingleBar({
    format: total === undefined ? counts : `{bar} {percentage} %  ${counts}  {eta_formatted} left`,
    stream,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });
  bar.start(total ?? 0, 0, start);
  return {
    update: (bytes: number, now: Counts) => bar.update(bytes, now),
    stop: () => bar.stop(),
  };
}
