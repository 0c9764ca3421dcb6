// Strangers agree: what nid-webauthn-emulator makes is taken, and @simplewebauthn/server takes what is taken here. In Node,
// since workerd does not sign for the emulator.

import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { base64url } from 'jose';
import WebAuthnEmulator, { AuthenticatorEmulator } from 'nid-webauthn-emulator';
import { expect, test } from 'vitest';
import { userHandleOf, verifyAssertion, verifyRegistration } from '../../../src/factors/passkey.ts';
import { type Algorithm, authenticator } from '../../passkeys/authenticator.ts';

const origin = 'https://app.example.com';
const rpId = 'example.com';
const challenge = base64url.encode('a challenge of 32 bytes or more, sealed');
const expected = { challenge, origins: [origin], rpId };
const userId = '0197a1b2-0000-7000-8000-000000000001';
const user = { id: userHandleOf(userId), name: 'ada@example.com', displayName: 'Ada' };
const pubKeyCredParams = [-7, -8, -257].map((alg) => ({ type: 'public-key' as const, alg }));

test.for<Algorithm>(['ES256', 'EdDSA', 'RS256'])('%s, by the emulator', async (algorithm) => {
  const emulator = new WebAuthnEmulator(new AuthenticatorEmulator({ algorithmIdentifiers: [algorithm] }));
  const created = emulator.createJSON(origin, {
    rp: { id: rpId, name: 'Latchkey' },
    user,
    challenge,
    pubKeyCredParams,
  });
  const registered = await verifyRegistration(created, expected);
  if (registered.outcome === 'refused') throw new Error(registered.reason);
  expect(registered).toMatchObject({
    credentialId: created.id,
    publicKey: { alg: algorithm },
    userPresent: true,
    userVerified: true,
    backupEligible: true,
    backedUp: true,
    signCount: 0,
    // "NID-AUTH-3141592", its bytes.
    aaguid: '4e49442d-4155-5448-2d33-313431353932',
  });
  for (const signCount of [1, 2]) {
    const signed = emulator.getJSON(origin, { rpId, challenge });
    expect(await verifyAssertion(signed, { ...registered, userId }, expected)).toEqual({
      outcome: 'verified',
      credentialId: created.id,
      userPresent: true,
      userVerified: true,
      backupEligible: true,
      backedUp: true,
      signCount,
    });
  }
});

test.for<Algorithm>(['ES256', 'EdDSA', 'RS256'])('%s, also for @simplewebauthn/server', async (algorithm) => {
  const key = await authenticator({ algorithm });
  const created = await key.create({ challenge, origin, rpId });
  const signed = await key.get({ challenge, origin, rpId, signCount: 9 });
  const registered = await verifyRegistration(created, expected);
  if (registered.outcome === 'refused') throw new Error(registered.reason);
  expect(await verifyAssertion(signed, { ...registered, userId }, expected)).toMatchObject({
    outcome: 'verified',
    signCount: 9,
  });

  const theirs = { expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpId };
  const theirRegistration = await verifyRegistrationResponse({ response: created, ...theirs });
  const { credential } = theirRegistration.registrationInfo ?? {};
  if (!credential) throw new Error('not verified');
  expect(credential.id).toBe(registered.credentialId);
  const theirAssertion = await verifyAuthenticationResponse({ response: signed, credential, ...theirs });
  expect(theirAssertion).toMatchObject({ verified: true, authenticationInfo: { newCounter: 9 } });
});
