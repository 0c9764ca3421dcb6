import { expect, test } from 'vitest';
import { thiefsKey, type World } from './cast.ts';
import { robbedHistory } from './client-histories.ts';
import { type Played, wasEndedByAnother } from './clients.ts';
import { times } from './driver.ts';
import { count, inHistories, testThatAllHappened, useHistories } from './in-histories.ts';
import { perform } from './perform.ts';
import { prove, refreshRoute } from './proofs.ts';
import { refreshRequest } from './requests.ts';
import { isOver, of } from './session-model.ts';
import type { Step } from './steps.ts';
import { toldThefts } from './told-histories.ts';
import { expectSame, play } from './world.ts';

useHistories();

// A thief with copies of what clients keep, in histories that fast-check makes up: what they get, and what it costs the owner.

/** Bound to the key, it is worth nothing without it. */
async function expectWorthless(world: World) {
  const copy = world.copies.at(-1);
  if (!copy) return;
  const given = { token: copy.token, key: copy.key, network: '203.0.113.1', mode: undefined };
  const sent = await prove(world, thiefsKey, { route: refreshRoute, clock: 0, nonce: undefined });
  expect(await perform(world, refreshRequest(world, { ...given, sent: undefined }), [])).toMatchObject({
    outcome: 'device-key-required',
  });
  expect(await perform(world, refreshRequest(world, { ...given, sent }), [])).toMatchObject({
    outcome: 'device-key-mismatch',
  });
}

/** A thief gets nothing of a session that is bound to its owner's key; with a proof of the owner's nothing of use. */
async function expectNothingStolen(world: World, { outcome, id, before, sent }: Played) {
  if (!outcome.startsWith('200 ')) {
    if (sent && sent === world.seen.proof) count(`thief: a replayed proof: ${outcome.split(' ')[0]}`);
    return;
  }
  const [, , , , , jkt] = outcome.split(' ');
  if (before.jkt === thiefsKey.jkt || (before.jkt === undefined && jkt === '-'))
    return count('thief: answered in a session that its owner has not bound');
  if (before.jkt === undefined && jkt === thiefsKey.jkt) return count('thief: bound first');
  expect(sent).toBe(world.seen.proof);
  expect(jkt).not.toBe(thiefsKey.jkt);
  count('thief: a replayed proof won an access token');
  await expectWorthless(world);
  expect(isOver(of(world.model, id), world.service.clock.now.getTime())).toBe(false);
}

/** The owner is logged out by what a thief did alone, and then so is the thief. */
async function expectKept(world: World, { kind }: Step, { outcome, id, before }: Played) {
  const now = world.service.clock.now.getTime();
  const session = of(world.model, id);
  if (before.jkt === thiefsKey.jkt && !isOver(before, now)) {
    // Their key is asked for, and not yet that of the owner, who finds it out at the next refresh.
    if (kind === 'change the password' && outcome.startsWith('device-key-')) return;
    if (outcome !== 'service-unavailable' && !/nonce/.test(outcome)) {
      count('thief: the one who bound first lost it');
      expect(isOver(session, now)).toBe(true);
    }
  }
  if (/^200 |^service-unavailable$/.test(outcome)) return;
  if (wasEndedByAnother(world, id)) return;
  // By its own refresh, whose answer was lost.
  if (outcome === 'refresh-superseded' && kind === 'change the password') return;
  expect(world.robbed).toContain(id);
  if (outcome === 'refresh-superseded') return;
  // Bound by a proof of another device of the owner's that the thief replayed: found out at the next refresh, too.
  if (kind === 'change the password' && outcome.startsWith('device-key-')) return;
  // With the key of a change that is under way they may have had the tokens that it brings.
  if (session.endReason !== 'password-changed') expect(session.endReason).toBe('reuse');
  count('thief: found out, at its price for the owner');
}

const robbed = times(30, 2500);
test(`no thief gets anything of a bound session, in ${robbed} histories`, async () => {
  await inHistories({ made: robbedHistory, told: toldThefts, runs: robbed }, async (world, steps) => {
    for (const step of steps) {
      const played = await play(world, step);
      if (played && step.kind === 'thieve') await expectNothingStolen(world, played);
      else if (played) await expectKept(world, step, played);
      await expectSame(world);
    }
    for (const { token } of world.copies) {
      if (token.jkt === undefined || token.jkt === thiefsKey.jkt) continue;
      const request = refreshRequest(world, {
        token,
        key: undefined,
        network: '203.0.113.1',
        sent: undefined,
        mode: undefined,
      });
      expect(await perform(world, request, [])).toMatchObject({ outcome: 'device-key-required' });
    }
    await expectSame(world);
  });
}, 36_000_000);

testThatAllHappened(
  'bound by a refresh',
  'refused again within a day',
  'from before the binding, without the key',
  'the parent from before the binding brought the newest',
  'thief: bound first',
  'thief: the one who bound first lost it',
  'thief: found out, at its price for the owner',
  'thief: answered in a session that its owner has not bound',
  'thief: a replayed proof won an access token',
  'thief: a replayed proof: use-dpop-nonce',
  'answered device-key-required',
  'answered device-key-mismatch',
  'answered invalid-dpop-proof',
  'a nonce in place of a clock',
);
