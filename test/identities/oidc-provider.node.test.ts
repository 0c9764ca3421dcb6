// ID tokens of a real OpenID provider, with its keys over HTTP: those that it signs with a key of its own are taken.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkIdToken } from '../../src/factors/id-token.ts';
import { IdentityProviders, identityProvidersOf } from '../../src/identity-providers.ts';
import { verifiedClaims } from '../../src/tokens/id-token-signature.ts';
import { createKeyCache } from '../../src/tokens/remote-keys.ts';
import { algorithms, clientId, person, type RealIssuer, startRealIssuer } from './oidc-provider.ts';

let issuer: RealIssuer;
beforeAll(async () => {
  issuer = await startRealIssuer();
});
afterAll(() => issuer?.stop());

/** As the Worker does it, of an operator who lists these apps. */
async function checked(idToken: string, ...audiences: string[]) {
  const binding = { real: { audiences, issuer: issuer.issuer, jwks_uri: issuer.jwksUri } };
  const providers = identityProvidersOf(IdentityProviders.parse(JSON.stringify(binding)), undefined);
  const provider = providers.get('real');
  if (!provider) throw new Error('not read');
  const keys = createKeyCache({ jwksUri: provider.jwksUri, fetch, now: () => new Date() });
  const signed = await verifiedClaims(keys, idToken);
  const now = Date.now() / 1000;
  return signed.outcome === 'valid' ? checkIdToken(signed.claims, provider, { now, oldest: now }) : signed;
}

test.for(algorithms)('of an app that is registered with %s', async (algorithm) => {
  const app = `${clientId}-${algorithm}`;
  const idToken = await issuer.idToken('a nonce', algorithm);
  if (algorithm === 'HS256')
    // Signed with the secret of the client, which an app cannot keep.
    return expect(await checked(idToken, app)).toMatchObject({ reason: expect.stringMatching(/algorithm/) });
  return expect(await checked(idToken, app)).toMatchObject({
    outcome: 'valid',
    idToken: { subject: person.sub, clientId: app, nonce: 'a nonce', email: person.email, name: person.name },
  });
});

test('of an app that is not listed it is not taken', async () => {
  const idToken = await issuer.idToken('a nonce', 'RS256');
  expect(await checked(idToken, 'another')).toMatchObject({ reason: expect.stringMatching(/another app/) });
});
