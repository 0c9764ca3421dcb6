// The vectors of Web Authentication, Level 3: each is taken, or refused for the reason that is named here.

import { base64url } from 'jose';
import { expect, test } from 'vitest';
import { uuidOfBytes } from '../../../src/encoding.ts';
import { challengeOf } from '../../../src/factors/client-data.ts';
import { verifyAssertion, verifyRegistration } from '../../../src/factors/passkey.ts';
import { origin, rpId, vectors } from './webauthn-vectors.json';

/** On purpose: a page in another site's frame, and algorithms that are not asked for. */
const refusals: Readonly<Record<string, string>> = {
  'ES256 Credential with "crossOrigin": true in clientDataJSON': 'client data: cross-origin',
  'ES256 Credential with "topOrigin" in clientDataJSON': 'client data: cross-origin',
  'Packed Attestation with ES384 Credential': 'public key of a kind that was not asked for',
  'Packed Attestation with ES512 Credential': 'public key of a kind that was not asked for',
  'Packed Attestation with Ed448 Credential': 'public key of a kind that was not asked for',
};
const expected = { origins: [origin], rpId };
const userId = '0197a1b2-0000-7000-8000-000000000001';
type Vector = (typeof vectors)[number];

/** `id` and `rawId` are not part of a vector. */
const credentialOf = <Response>({ registration: { credentialId } }: Vector, response: Response) => ({
  id: credentialId,
  rawId: credentialId,
  response,
});

const register = (vector: Vector) =>
  verifyRegistration(credentialOf(vector, vector.registration), {
    ...expected,
    challenge: vector.registration.challenge,
  });

test('there are fifteen, and each refusal is of one', () => {
  expect(vectors.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(refusals)));
  expect(vectors).toHaveLength(15);
});

test.for(vectors)('$name', async (vector) => {
  const { registration, assertion, name } = vector;
  const registered = await register(vector);
  const reason = refusals[name];
  if (reason !== undefined) {
    expect(registered).toEqual({ outcome: 'refused', reason });
    return;
  }
  expect(registered).toMatchObject({
    outcome: 'verified',
    credentialId: registration.credentialId,
    aaguid: uuidOfBytes(base64url.decode(registration.aaguid)),
    userPresent: true,
    signCount: 0,
  });
  if (registered.outcome === 'refused') return;
  const { challenge } = assertion;
  expect(challengeOf(assertion)).toBe(challenge);
  const stored = { ...registered, userId };
  const signedIn = await verifyAssertion(credentialOf(vector, assertion), stored, { ...expected, challenge });
  expect(signedIn).toMatchObject({ outcome: 'verified', credentialId: registration.credentialId });
});

test('what an authenticator says is read bit by bit', async () => {
  const flags = await Promise.all(
    vectors.map(async (vector) => {
      const result = await register(vector);
      if (result.outcome === 'refused') return [];
      const { userPresent, userVerified, backupEligible, backedUp } = result;
      return [userPresent, userVerified, backupEligible, backedUp, vector.registration.attestationObject];
    }),
  );
  const told = flags
    .filter((flag) => flag.length > 0)
    .map(([up, uv, be, bs, object]) => {
      const text = base64url.decode(String(object));
      const at = indexOf(text, base64url.decode('v6vDdDKViwYzYNOtZGHJxHNa5_jt1GWSpeDwFFKy5LU'));
      const byte = text[at + 32] ?? 0;
      return [up, uv, be, bs].map(Number).join('') === [0, 2, 3, 4].map((bit) => (byte >> bit) & 1).join('');
    });
  expect(told).toEqual(Array(10).fill(true));
});

test('a key of another vector checks none of its signatures', async () => {
  const [one, other] = vectors.filter(({ name }) => name.startsWith('ES256 Credential with'));
  if (!one || !other) throw new Error('no vectors');
  const key = await register(one);
  if (key.outcome === 'refused') throw new Error(key.reason);
  const { challenge } = other.assertion;
  const assertion = credentialOf(other, other.assertion);
  const data = { ...expected, challenge };
  const stored = { publicKey: key.publicKey, userId };
  expect(
    await Promise.all(
      [true, false].map((eligible) =>
        verifyAssertion(assertion, { ...stored, backupEligible: eligible }, data),
      ),
    ),
  ).toContainEqual({
    outcome: 'refused',
    reason: 'signature',
  });
});

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  return bytes.findIndex((_, at) => part.every((byte, offset) => bytes[at + offset] === byte));
}
