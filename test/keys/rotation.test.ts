import { expect, test } from 'vitest';
import { keySetCacheSeconds } from '../../src/bounds.ts';
import {
  assertDeployedSet,
  type ManagedKeySet,
  newSet,
  nextSteps,
  RefusedError,
  retire,
  retireAfterSeconds,
  rotate,
  signAfterSeconds,
  stateOf,
} from '../../src/cli/rotation.ts';
import { accessTokenSeconds, refreshTokenSeconds } from '../../src/lifetimes.ts';
import { newKey } from '../verify/new-key.ts';

// The stages of a rotation, in the right order and in every wrong one, with time moved.

const start = 1_800_000_000;
const keys = await Promise.all([newKey(), newKey(), newKey()]);

/** What a step left behind, as the names of the keys and their states. */
const shape = (set: ManagedKeySet) =>
  set.keys.map((key) => `${'abc'[keys.findIndex(({ n }) => n === key.n)]} ${stateOf(set, key)}`);

const key = (index: number) => async () => keys[index] ?? newKey();
const first = () => newSet(keys[0] as (typeof keys)[0], start);
const published = async () => (await rotate(await first(), key(1), start)).set;
const signing = async () => (await rotate(await published(), key(2), start + signAfterSeconds)).set;

async function refusal(step: () => unknown): Promise<string> {
  try {
    await step();
  } catch (error) {
    if (error instanceof RefusedError) return error.message;
    throw error;
  }
  throw new Error('It was not refused');
}

test('a rotation publishes, waits, signs, waits, retires', async () => {
  expect(shape(await first())).toEqual(['a signing']);
  expect(shape(await published())).toEqual(['a signing', 'b published']);
  expect(shape(await signing())).toEqual(['b signing', 'a superseded']);
  const end = retire(await signing(), 'access', start + signAfterSeconds + retireAfterSeconds('access'));
  expect(shape(end.set)).toEqual(['b signing']);
  expect(end.kids).toEqual([keys[0]?.kid]);
});

test('the waits are longer than any JWKS is kept and than any token of the key lives', () => {
  expect(signAfterSeconds).toBeGreaterThan(keySetCacheSeconds);
  expect(retireAfterSeconds('access')).toBeGreaterThan(accessTokenSeconds);
  expect(retireAfterSeconds('refresh')).toBeGreaterThan(refreshTokenSeconds);
  expect(retireAfterSeconds('access', 86_400)).toBeGreaterThan(86_400);
  expect(retireAfterSeconds('access', 60)).toBe(retireAfterSeconds('access'));
});

test('a key does not sign a second before everybody can know it', async () => {
  const set = await published();
  const from = start + signAfterSeconds;
  for (const now of [start, start + keySetCacheSeconds, from - 1]) {
    expect(await refusal(() => rotate(set, key(2), now))).toContain(
      new Date(from * 1000).toISOString().slice(0, 19),
    );
  }
  expect((await rotate(set, key(2), from)).step).toBe('sign');
});

test('a second key is not published while the first one waits: one rotation at a time', async () => {
  const set = await published();
  await refusal(() => rotate(set, key(2), start + 1));
  expect(shape((await rotate(set, key(2), start + signAfterSeconds)).set)).toEqual([
    'b signing',
    'a superseded',
  ]);
});

test('nothing is retired while its tokens live, nor the key that signs, nor the one that is about to', async () => {
  const superseded = await signing();
  const at = start + signAfterSeconds;
  const late = at + 10 * 365 * 86_400;
  for (const kind of ['access', 'refresh'] as const) {
    for (const now of [at, at + retireAfterSeconds(kind) - 1])
      expect(await refusal(() => retire(superseded, kind, now))).toContain('may go from');
  }
  // A lifetime that was set longer than usual counts.
  await refusal(() => retire(superseded, 'access', at + retireAfterSeconds('access'), 86_400));
  expect(await refusal(async () => retire(await first(), 'access', late))).toContain('none to retire');
  expect(await refusal(async () => retire(await published(), 'access', late))).toContain('none to retire');
});

test('a rotation may begin while older keys are on their way out, and they go one by one', async () => {
  const at = start + signAfterSeconds;
  const third = (await rotate(await signing(), key(2), at + 60)).set;
  expect(shape(third)).toEqual(['b signing', 'a superseded', 'c published']);
  const both = (await rotate(third, key(2), at + 60 + signAfterSeconds)).set;
  expect(shape(both)).toEqual(['c signing', 'b superseded', 'a superseded']);
  const one = retire(both, 'refresh', at + retireAfterSeconds('refresh'));
  expect(shape(one.set)).toEqual(['c signing', 'b superseded']);
});

test('keys from elsewhere, of unknown age, are taken to have signed until they are first seen', async () => {
  const [a, b] = keys;
  const foreign = { keys: [a, b] } as ManagedKeySet;
  expect(shape(foreign)).toEqual(['a signing', 'b superseded']);
  expect(await refusal(() => retire(foreign, 'access', start))).toContain('Nothing says when');
  const { set } = await rotate(foreign, key(2), start);
  expect(shape(set)).toEqual(['a signing', 'b superseded', 'c published']);
  await refusal(() => retire(set, 'access', start + retireAfterSeconds('access') - 1));
  expect(shape(retire(set, 'access', start + retireAfterSeconds('access')).set)).toEqual([
    'a signing',
    'c published',
  ]);
});

test('the tool says which step is due, and when', async () => {
  const steps = async (set: Promise<ManagedKeySet>) =>
    nextSteps(await set, 'access', start).map((step) => ({ ...step, key: undefined }));
  expect(await steps(first())).toEqual([{ step: 'publish' }]);
  expect(await steps(published())).toEqual([{ step: 'sign', from: start + signAfterSeconds }]);
  expect(await steps(signing())).toEqual([
    { step: 'publish' },
    { step: 'retire', from: start + signAfterSeconds + retireAfterSeconds('access') },
  ]);
});

test('a set that is not the one in service is refused: an old copy, or a stage that was never deployed', async () => {
  const set = await published();
  const kids = set.keys.map(({ kid }) => kid);
  assertDeployedSet(set, [...kids].reverse());
  expect(await refusal(() => assertDeployedSet(set, [...kids, 'newer']))).toContain('old copy');
  expect(await refusal(() => assertDeployedSet(set, kids.slice(0, 1)))).toContain('does not show');
});
