// Many requests over a bounded number of connections: more than the machine can answer would measure the machine.

import { SingleBar } from 'cli-progress';

/** Each item once, in their order, at most `connections` at a time; `connection` says over which. */
export async function concurrently<Item>(
  items: readonly Item[],
  connections: number,
  act: (item: Item, connection: number) => Promise<void>,
): Promise<void> {
  const next = items.values();
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      for (const item of next) await act(item, connection);
    }),
  );
}

export function progress(what: string, total: number): SingleBar {
  const format = `{bar} ${what}: {value} of {total}, {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: process.stderr, noTTYOutput: true, notTTYSchedule: 20_000 });
  bar.start(total, 0);
  return bar;
}
