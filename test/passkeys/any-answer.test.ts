// Whatever a device sends: never a 5xx, and what is refused has changed nothing.

import fc from 'fast-check';
import { base64url } from 'jose';
import { expect, test } from 'vitest';
import { signedIn } from '../accounts/people.ts';
import { startService } from '../service.ts';
import { times } from '../sessions/driver.ts';
import { authenticator } from './authenticator.ts';
import { challengeFor, keep, listOf, rpId, userRow } from './ceremonies.ts';

type Answer = Awaited<ReturnType<Awaited<ReturnType<typeof authenticator>>['create']>>;

const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 37, maxLength: 37 }));
const text = bytes.map((value) => base64url.encode(value));
const anything = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), text);

/** A change of a good answer. */
const change: fc.Arbitrary<(good: Answer) => unknown> = fc.oneof(
  fc
    .tuple(fc.constantFrom('clientDataJSON', 'attestationObject', 'transports'), anything)
    .map(([name, value]) => (good: Answer) => ({ ...good, response: { ...good.response, [name]: value } })),
  fc
    .tuple(fc.constantFrom('id', 'rawId', 'type', 'response'), anything)
    .map(([name, value]) => (good: Answer) => ({ ...good, [name]: value })),
  // Bits of what the authenticator signed or said, and cut short.
  fc
    .tuple(
      fc.constantFrom('clientDataJSON' as const, 'attestationObject' as const),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
    )
    .map(([name, place, bits, isCut]) => (good: Answer) => {
      const changed = base64url.decode(good.response[name]).slice();
      const at = place % changed.length;
      changed[at] = (changed[at] ?? 0) ^ bits;
      const value = base64url.encode(isCut ? changed.subarray(0, at) : changed);
      return { ...good, response: { ...good.response, [name]: value } };
    }),
  anything.map((value) => () => value),
);

test('is refused with a 400 or a 422, or taken for what it says', async () => {
  const service = await startService();
  let person = await signedIn(service);
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(change, async (changed) => {
      const good = await (await authenticator()).create({ challenge: await challengeFor(person), rpId });
      const before = [await userRow(service, person), await listOf(person)];
      const answer = await keep(person, changed(good));
      seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
      expect([201, 400, 422], `${answer.status} ${answer.text}`).toContain(answer.status);
      if (answer.status !== 201)
        expect([await userRow(service, person), await listOf(person)]).toEqual(before);
      else if ((await listOf(person)).length > 15) person = await signedIn(service);
    }),
    { numRuns: times(150, 2_000) },
  );
  for (const status of [201, 400, 422]) expect([...seen.keys()]).toContain(status);
});
