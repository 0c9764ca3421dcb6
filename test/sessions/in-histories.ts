// Plays the histories of a property, and knows what happened in them: a property holds easily of what never happens.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { World } from './cast.ts';
import { startQuietService } from './driver.ts';
import type { Step } from './steps.ts';
import { newWorld } from './world.ts';

const seed = Date.now() % 2 ** 31;

/** How often it happened, in all histories of the file. */
const tally: Record<string, number> = {};

export function count(what: string, often = 1): void {
  tally[what] = (tally[what] ?? 0) + often;
}

let service: World['service'];

/** To be called once in a file. */
export function useHistories(): void {
  beforeAll(async () => {
    for (const what of Object.keys(tally)) delete tally[what];
    service = await startQuietService();
  });
  afterAll(() => {
    const words = Object.entries(tally).sort();
    console.info(`Seed ${seed}: ${words.map(([what, often]) => `${what} ${often}`).join(', ')}`);
  });
}

type Histories = {
  readonly made: fc.Arbitrary<Step[]>;
  /** Come first. */
  readonly told?: readonly Step[][];
  readonly runs: number;
};

/**
 * A history that fails is shortened and printed with its seed: give `seed` and `path` to fc.assert to play it again.
 *
 * @param live plays one in a world of its own.
 */
export async function inHistories(
  { made, told = [], runs }: Histories,
  live: (world: World, steps: readonly Step[]) => Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(made, async (steps) => {
      const world = await newWorld(service);
      await live(world, steps);
      count('history');
      for (const [what, often] of Object.entries(world.model.tally)) count(what, often);
    }),
    { numRuns: runs, seed, examples: told.map((steps): [Step[]] => [steps]) },
  );
}

/** The last test of a file. */
export function testThatAllHappened(...interesting: readonly string[]): void {
  test('all of what these histories are there for has happened', () => {
    const missing = interesting.filter((what) => !tally[what]);
    expect(missing, `seed ${seed}`).toEqual([]);
  });
}
