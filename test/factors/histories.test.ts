// Histories of an account's factors that fast-check makes up: its owner and a thief act, against the service and against a model
// of the contract, section 6. After every step both say the same, and what is promised holds.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Service } from '../service.ts';
import { startQuietService, times } from '../sessions/driver.ts';
import { begin, play } from './histories/play.ts';
import { type History, history } from './histories/steps.ts';
import { told } from './histories/told.ts';
import { expectWaysIn } from './histories/ways-in.ts';
import { newWorld } from './histories/world.ts';

const seed = Date.now() % 2 ** 31;
const runs = times(18, 1500);

/** How often something happened: a property holds easily of what never happens. */
const tally: Record<string, number> = {};
let service: Service;

beforeAll(async () => {
  service = await startQuietService();
});

afterAll(() => {
  const words = Object.entries(tally).sort();
  console.info(`Seed ${seed}: ${words.map(([what, often]) => `${what} ${often}`).join(', ')}`);
});

// A history that fails is shortened and printed with its seed: give `seed` and `path` to fc.assert to play it again.
test(`nobody signs in without what is owed, and nobody is locked out, in ${runs} histories`, async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ loot, start, steps }) => {
      const world = await newWorld(service, loot);
      await begin(world, start);
      for (const step of steps) await play(world, step);
      await expectWaysIn(world);
      tally['history'] = (tally['history'] ?? 0) + 1;
      for (const [what, often] of Object.entries(world.account.tally))
        tally[what] = (tally[what] ?? 0) + often;
    }),
    { numRuns: runs, seed, examples: told.map((one): [History] => [one]) },
  );
}, 36_000_000);

test('all of what these histories are there for has happened', () => {
  const missing = [
    'in by passkey',
    'the last way in stayed',
    'in by password',
    'in by password and app',
    'in by password and recovery code',
    'a reset gave an account a password',
    'the same session for the repeat of a sign-in',
    'thief: a call while TOTP is on',
    'TOTP was replaced',
    'answered second-factor-required',
    'answered invalid-second-factor',
    'answered passkey-not-accepted',
    'answered recent-sign-in-required',
  ].filter((what) => !tally[what]);
  expect(missing, `seed ${seed}`).toEqual([]);
});
