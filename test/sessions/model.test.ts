import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Service } from '../service.ts';
import { accessTokenNow, ended, refresh, startQuietService, times } from './driver.ts';
import { history, honestHistory } from './histories.ts';
import { hasExpired, isOver, type ModelSession } from './session-model.ts';
import { expectSame, newWorld, nth, play, type World } from './world.ts';

// Histories that fast-check makes up, played against the service and against a model of the contract, section 3. One that
// fails is shortened and printed with its seed: give `seed` and `path` to fc.assert to play it again.

let service: Service;

beforeAll(async () => {
  service = await startQuietService();
});

/** Whatever happened: of what is over nothing works, and of what lives exactly the newest token and no other. */
async function expectOneChainOrNone(world: World) {
  const now = service.clock.now.getTime();
  for (const { id, tokens } of world.sessions) {
    const session = world.model.sessions[id];
    if (!session) continue;
    const me = { bearer: await accessTokenNow(service, world.owner, id) };
    const seen = await service.call('GET', '/api/users/me', me);
    if (isOver(session, now)) {
      expect(seen).toMatchObject(ended);
      for (const token of tokens.values())
        expect(await refresh(service, token)).toMatchObject({
          status: 401,
          body: { discard_credentials: true },
        });
    } else {
      expect(seen.status).toBe(200);
      const newest = tokens.get(session.generation);
      if (newest && !hasExpired(session, session.generation, now))
        expect((await refresh(service, newest)).status).toBe(200);
    }
  }
}

test(`the service does what the model does, in ${times(100, 3000)} histories`, async () => {
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const world = await newWorld(service);
      for (const step of steps) {
        await play(world, step);
        await expectSame(world);
      }
      await expectOneChainOrNone(world);
    }),
    { numRuns: times(100, 3000) },
  );
}, 3_600_000);

test(`no fault logs out a client that follows the protocol, in ${times(70, 2000)} histories`, async () => {
  await fc.assert(
    fc.asyncProperty(honestHistory, async (steps) => {
      const world = await newWorld(service);
      for (const step of steps) {
        const outcome = await play(world, step);
        if (step.kind === 'use') expect(outcome).toMatch(/^200 |^service-unavailable$/);
        // Superseded by its own refresh, whose answer was lost: the next refresh brings it.
        if (step.kind === 'change the password')
          expect(outcome).toMatch(/^200 |^service-unavailable$|^refresh-superseded$/);
      }
      const last = { kind: 'use', client: 0, keyed: true, lost: false, plan: [], from: 0 } as const;
      expect(await play(world, last)).toMatch(/^200 /);
      const { id, generation } = nth(world.clients, 0);
      expect(world.model.sessions[id]).toMatchObject({ generation });
      expect(isOver(world.model.sessions[id] as ModelSession, service.clock.now.getTime())).toBe(false);
      await expectSame(world);
    }),
    { numRuns: times(70, 2000) },
  );
}, 3_600_000);
