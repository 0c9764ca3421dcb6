// Any change of a good answer: nothing throws, no changed sign-in is taken, and of a registration only what nothing signs may
// change. Cut short at every length, both are refused.

import fc from 'fast-check';
import { base64url } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import {
  type VerifiedRegistration,
  verifyAssertion,
  verifyRegistration,
} from '../../../src/factors/passkey.ts';
import { type Algorithm, type Authenticator, authenticator } from '../../passkeys/authenticator.ts';

const rpId = 'example.com';
const origin = 'https://example.com';
const challenge = base64url.encode('a challenge of 32 bytes or more, sealed');
const expected = { challenge, origins: [origin], rpId };
const userId = '0197a1b2-0000-7000-8000-000000000001';
const algorithms: readonly Algorithm[] = ['ES256', 'EdDSA', 'RS256'];

type Answers = {
  readonly created: Awaited<ReturnType<Authenticator['create']>>;
  readonly signed: Awaited<ReturnType<Authenticator['get']>>;
  readonly registered: VerifiedRegistration;
};
const answers = new Map<Algorithm, Answers>();

beforeAll(async () => {
  for (const algorithm of algorithms) {
    const key = await authenticator({ algorithm });
    const created = await key.create({ challenge, rpId });
    const registered = await verifyRegistration(created, expected);
    if (registered.outcome === 'refused') throw new Error(registered.reason);
    answers.set(algorithm, { created, signed: await key.get({ challenge, rpId }), registered });
  }
});

const of = (algorithm: Algorithm): Answers => {
  const found = answers.get(algorithm);
  if (!found) throw new Error('not made');
  return found;
};

/** Other bits of one byte. */
const flip = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
const flipped = (text: string, [place, bits]: readonly [number, number]) => {
  const bytes = base64url.decode(text).slice();
  const at = place % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ bits;
  return { text: base64url.encode(bytes), at };
};

const signIn = (algorithm: Algorithm, change: Partial<Answers['signed']['response']>) => {
  const { signed, registered } = of(algorithm);
  return verifyAssertion(
    { ...signed, response: { ...signed.response, ...change } },
    { ...registered, userId },
    expected,
  );
};

test('any bits of any part of a sign-in: refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...algorithms),
      fc.constantFrom('clientDataJSON' as const, 'authenticatorData' as const, 'signature' as const),
      flip,
      async (algorithm, part, change) => {
        const { text } = flipped(of(algorithm).signed.response[part], change);
        expect(await signIn(algorithm, { [part]: text })).toMatchObject({ outcome: 'refused' });
      },
    ),
    { numRuns: 3_000 },
  );
});

test('a registration with other bits is refused, or differs in what it says of itself alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...algorithms), flip, async (algorithm, change) => {
      const { created, registered } = of(algorithm);
      const { text, at } = flipped(created.response.attestationObject, change);
      const changed = await verifyRegistration(
        { ...created, response: { ...created.response, attestationObject: text } },
        expected,
      );
      if (changed.outcome === 'refused') return;
      // No signature covers any of it. The id, the point of the curve and the RP ID stand for themselves.
      const { publicKey, credentialId } = changed;
      expect(credentialId, `byte ${at}`).toBe(registered.credentialId);
      if (algorithm === 'ES256') expect(publicKey, `byte ${at}`).toEqual(registered.publicKey);
    }),
    { numRuns: 3_000 },
  );
});

test('other bits of its client data: refused, or the same to what is read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...algorithms), flip, async (algorithm, change) => {
      const { created, registered } = of(algorithm);
      const { text } = flipped(created.response.clientDataJSON, change);
      const changed = await verifyRegistration(
        { ...created, response: { ...created.response, clientDataJSON: text } },
        expected,
      );
      if (changed.outcome === 'verified') expect(changed).toEqual(registered);
    }),
    { numRuns: 1_000 },
  );
});

test('cut short at every length: refused', async () => {
  for (const algorithm of algorithms) {
    const { created, signed } = of(algorithm);
    for (const part of ['clientDataJSON', 'authenticatorData', 'signature'] as const) {
      const bytes = base64url.decode(signed.response[part]);
      for (let length = 0; length < bytes.length; length += 1) {
        const text = base64url.encode(bytes.subarray(0, length));
        expect(await signIn(algorithm, { [part]: text }), `${part} of ${length}`).toMatchObject({
          outcome: 'refused',
        });
      }
    }
    const bytes = base64url.decode(created.response.attestationObject);
    for (let length = 0; length < bytes.length; length += 1) {
      const attestationObject = base64url.encode(bytes.subarray(0, length));
      const cut = { ...created, response: { ...created.response, attestationObject } };
      expect(await verifyRegistration(cut, expected), `of ${length}`).toMatchObject({ outcome: 'refused' });
    }
  }
});

test('any text and any bytes in every member: refused', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array().map((bytes) => base64url.encode(bytes)),
  );
  const { registered } = of('ES256');
  await fc.assert(
    fc.asyncProperty(
      fc.array(text, { minLength: 6, maxLength: 6 }),
      async ([id = '', clientDataJSON = '', one = '', other = '', userHandle = '', rawId = '']) => {
        const created = { id, rawId, response: { clientDataJSON, attestationObject: one } };
        expect(await verifyRegistration(created, expected)).toMatchObject({ outcome: 'refused' });
        const signed = {
          id,
          rawId,
          response: { clientDataJSON, authenticatorData: one, signature: other, userHandle },
        };
        expect(await verifyAssertion(signed, { ...registered, userId }, expected)).toMatchObject({
          outcome: 'refused',
        });
        const good = of('ES256');
        const authData = { ...good.created, response: { ...good.created.response, attestationObject: one } };
        expect(await verifyRegistration(authData, expected)).toMatchObject({ outcome: 'refused' });
        expect(await signIn('ES256', { authenticatorData: one })).toMatchObject({ outcome: 'refused' });
      },
    ),
    { numRuns: 1_000 },
  );
});
