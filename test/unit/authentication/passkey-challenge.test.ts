// A passkey's challenge opens for what it was sealed for, and for whom, until a repeat of its call is no repeat any more.

import { expect, test } from 'vitest';
import {
  type ChallengeUse,
  openChallenge,
  sealChallenge,
} from '../../../src/authentication/passkey-challenge.ts';
import { digestOf } from '../../../src/encoding.ts';
import { importDataKeys } from '../../../src/tokens/data-keys.ts';

const keys = await importDataKeys([{ kty: 'oct', kid: 'A', k: 'A'.repeat(43) }]);
const now = new Date('2030-01-01T00:00:00.500Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const [one, other] = [
  '0197a1b2-0000-7000-8000-000000000001',
  '0197a1b2-0000-7000-8000-000000000002',
] as const;

const uses: readonly ChallengeUse[] = [
  { purpose: 'passkey-registration', userId: one, sessionId: other },
  { purpose: 'passkey-registration', userId: other, sessionId: one },
  { purpose: 'passkey-registration', userId: one, sessionId: one },
  { purpose: 'passkey-sign-in' },
  { purpose: 'passkey-second-factor', authSessionId: one },
  { purpose: 'passkey-second-factor', authSessionId: other },
];

test('opens for its own use alone', async () => {
  for (const [sealedAs, use] of uses.entries()) {
    const challenge = await sealChallenge(keys, use, now, randomBytes);
    const opened = await Promise.all(uses.map((as) => openChallenge(keys, as, challenge, now)));
    expect(opened.map(Boolean)).toEqual(uses.map((_, openedAs) => openedAs === sealedAs));
    expect(opened[sealedAs]?.hash).toBe(await digestOf(challenge));
  }
});

test('is fresh for five minutes, and good for a repeat for ten more', async () => {
  const use = uses[3] as ChallengeUse;
  const challenge = await sealChallenge(keys, use, now, randomBytes);
  const at = (seconds: number) => openChallenge(keys, use, challenge, later(seconds));
  expect(await at(0)).toMatchObject({ isFresh: true });
  expect(await at(5 * 60 - 1)).toMatchObject({ isFresh: true });
  expect(await at(5 * 60)).toMatchObject({ isFresh: false });
  expect(await at(15 * 60 - 1)).toMatchObject({ isFresh: false });
  expect(await at(15 * 60)).toBeUndefined();
  expect((await at(0))?.keptUntil).toEqual(new Date('2030-01-01T00:15:00.000Z'));
});

test('no two are alike, and each holds 16 random bytes', async () => {
  let asked = 0;
  const counted = (length: number) => {
    asked += length;
    return randomBytes(length);
  };
  const made = await Promise.all(
    uses.flatMap((use) => [0, 1].map(() => sealChallenge(keys, use, now, counted))),
  );
  expect(new Set(made).size).toBe(2 * uses.length);
  expect(asked).toBe(16 * made.length);
});

test.for(['', 'AAAA', 'A'.repeat(5_000), 'ä', '='])('%#: never throws', async (text) => {
  for (const use of uses) expect(await openChallenge(keys, use, text, now)).toBeUndefined();
});
