import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startQuietService, times } from '../sessions/driver.ts';
import { eventful, type History, peaceful } from './history.ts';
import { live } from './live.ts';

// Two processes of one app share a store. Requests are refused, lost, late and doubled, answers are lost, the database goes
// away, processes are killed between any two of their steps, the clock is set, the device's key is locked, slow or cannot
// sign. Nobody is signed out by any of that.
//
// The bounds are the contract's own: a request comes no later than a minute after it was sent, an app that was killed in
// the middle of a refresh is started again within a day, and the clock is not set while requests are under way: what is
// two refreshes late is theft to the service.

test(
  'such histories end with nobody signed out, unless somebody ended the session',
  async () => {
    const service = await startQuietService();
    const seen = {
      histories: 0,
      requests: 0,
      refreshes: 0,
      processes: 0,
      ended: 0,
      theft: 0,
      bound: 0,
      refusedThefts: 0,
    };
    const seed = Math.floor(Math.random() * 2 ** 31);

    async function check(history: History) {
      const { all, living, last, answered, endReason, ...end } = await live(service, history);
      seen.histories += 1;
      seen.requests += end.world.sent.length;
      seen.refreshes += end.world.sent.filter(({ path }) => path.endsWith('/refresh')).length;
      seen.processes += all.length;
      if (endReason) seen.ended += 1;
      if (endReason === 'reuse') seen.theft += 1;
      if (end.isBound) seen.bound += 1;
      seen.refusedThefts += end.thief.refused;

      expect(end.thief.answered).toEqual([]);

      expect(end.unforeseen).toEqual([]);
      expect(end.stuck).toBe(0);
      for (const { signedOut } of all) expect(signedOut.length).toBeLessThanOrEqual(1);
      if (!end.isEnded) {
        expect(endReason).toBeNull();
        expect(all.flatMap(({ signedOut }) => signedOut)).toEqual([]);
        expect(last).toEqual(['answered', 'answered']);
      }
      if (endReason) {
        expect(last).not.toContain('answered');
        expect(end.device.read()).toBeNull();
        for (const process of living) if (answered.has(process)) expect(process.signedOut).toHaveLength(1);
      }
    }

    for (const [kind, runs] of [
      [peaceful, times(40, 3_000)],
      [eventful, times(75, 2_000)],
    ] as const) {
      await fc.assert(fc.asyncProperty(kind as fc.Arbitrary<History>, check), { numRuns: runs, seed });
    }
    console.log(`seed ${seed}: ${JSON.stringify(seen)}`);
    expect(seen.theft).toBeGreaterThan(0);
    expect(seen.bound).toBeGreaterThan(0);
    expect(seen.refusedThefts).toBeGreaterThan(0);
    expect(seen.ended).toBeGreaterThan(seen.theft);
  },
  times(120_000, 3_600_000),
);
