import { expect, test } from 'vitest';
import type { World } from './cast.ts';
import { honestHistory } from './client-histories.ts';
import { type Played, wasEndedByAnother } from './clients.ts';
import { ended, refresh, times } from './driver.ts';
import { history } from './histories.ts';
import { inHistories, testThatAllHappened, useHistories } from './in-histories.ts';
import { show } from './requests.ts';
import { hasExpired, isOver, of } from './session-model.ts';
import type { Step } from './steps.ts';
import { toldHistories, use } from './told-histories.ts';
import { expectSame, play } from './world.ts';

useHistories();

// Histories that fast-check makes up, played against the service and against a model of the contract, sections 3 and 7.

/** Whatever happened: of what is over nothing works, and of what lives exactly the newest token and no other. */
async function expectOneChainOrNone(world: World) {
  const { service } = world;
  const now = service.clock.now.getTime();
  for (const { id, tokens } of world.sessions) {
    const session = world.model.sessions[id];
    if (!session) continue;
    const seen = await show(world, id);
    if (isOver(session, now)) {
      expect(seen).toMatchObject(ended);
      for (const { text, jkt } of tokens)
        expect(await refresh(service, text)).toMatchObject(
          jkt === undefined ? { status: 401, body: { discard_credentials: true } } : { status: 400 },
        );
    } else {
      expect(seen.status).toBe(200);
      const newest = tokens.find(
        ({ generation, issuedAt }) =>
          generation === session.generation && issuedAt === Math.floor(session.rotatedAt / 1000),
      );
      if (newest && !hasExpired(newest, now) && newest.jkt === session.jkt)
        expect((await refresh(service, newest.text)).status).toBe(session.jkt === undefined ? 200 : 400);
    }
  }
}

const anything = times(45, 5000);
test(`the service does what the model does, in ${anything} histories`, async () => {
  await inHistories({ made: history, told: toldHistories, runs: anything }, async (world, steps) => {
    for (const step of steps) {
      await play(world, step);
      await expectSame(world);
    }
    await expectOneChainOrNone(world);
  });
}, 36_000_000);

/** A client that follows the protocol has tokens, or will have them. */
function expectServed(world: World, { kind }: Step, { outcome, id }: Played) {
  if (wasEndedByAnother(world, id)) return;
  // Superseded by its own refresh, whose answer was lost: the next refresh brings it.
  if (kind === 'change the password')
    expect(outcome).toMatch(/^200 |^service-unavailable$|^refresh-superseded$/);
  else expect(outcome).toMatch(/^200 |^service-unavailable$/);
}

/** What a backup does not know, its restoration ends. */
const isHarmless = ({ backup, model }: World) =>
  backup?.model.changes === model.changes &&
  Object.keys(model.sessions).every((id) => backup?.model.sessions[id]);

const honest = times(16, 2500);
test(`no fault logs out a client that follows the protocol, in ${honest} histories`, async () => {
  await inHistories({ made: honestHistory, runs: honest }, async (world, steps) => {
    for (const step of steps) {
      if (step.kind === 'restore' && !isHarmless(world)) continue;
      const played = await play(world, step);
      if (played) expectServed(world, step, played);
    }
    for (const client of world.clients.keys()) {
      const played = await play(world, use({ client }));
      if (played && !wasEndedByAnother(world, played.id)) {
        expect(played.outcome).toMatch(/^200 /);
        const [, id = '', generation] = played.outcome.split(' ');
        const session = of(world.model, id);
        expect(session.generation).toBe(Number(generation));
        expect(isOver(session, world.service.clock.now.getTime())).toBe(false);
      }
    }
    await expectSame(world);
  });
}, 36_000_000);

testThatAllHappened(
  'bound by a refresh',
  'a retry with a proof, which binds nothing',
  'the parent from before the binding brought the newest',
  'an older generation brought the newest',
  'an expired token brought the newest',
  'from before the binding, without the key',
  'from before the binding, and not its parent',
  'two keys bound it',
  'the newest without a key in it',
  'ahead of the row',
  'restored behind the tokens',
  'restored behind the binding',
  'bound again after a backup',
  'refused again within a day',
  'refused again after a day',
  'a mail of a refused key',
  'a client was asked for a nonce',
  'a nonce in place of a clock',
  'two processes at once',
  'a bound session changed the password',
  'a change: device-key-required',
  'a change: device-key-mismatch',
  'a change: device-key-mismatch',
  'the successor of a bound session once more',
  'no successor without the key',
  'answered device-key-required',
  'answered device-key-mismatch',
  'answered invalid-dpop-proof',
  'answered use-dpop-nonce',
  'answered refresh-superseded',
  'answered refresh-token-reused',
  'answered service-unavailable',
);
