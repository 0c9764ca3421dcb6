import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { expect, test } from 'vitest';
import { issuer, newUser, signIn, startService } from '../service.ts';
import { fetchFrom } from './ready-made.ts';

// Clients that nobody here wrote find the service by its metadata, refresh and sign out.

const server = new URL(issuer);

async function signedIn() {
  const service = await startService();
  return { service, tokens: await signIn(service, (await newUser(service)).email) };
}

test('oauth4webapi discovers, refreshes, checks the access token as a resource would, and revokes', async () => {
  const { service, tokens } = await signedIn();
  const transport = { [oauth.customFetch]: fetchFrom(service) };
  const discovered = await oauth.discoveryRequest(server, { algorithm: 'oauth2', ...transport });
  const as = await oauth.processDiscoveryResponse(server, discovered);
  const client = { client_id: 'app' };

  const response = await oauth.refreshTokenGrantRequest(
    as,
    client,
    oauth.None(),
    tokens.refresh_token,
    transport,
  );
  const refreshed = await oauth.processRefreshTokenResponse(as, client, response);
  expect(refreshed).toMatchObject({ token_type: 'bearer', expires_in: 900 });

  const request = new Request('https://api.example.test/', {
    headers: { Authorization: `Bearer ${refreshed.access_token}` },
  });
  const claims = await oauth.validateJwtAccessToken(as, request, 'https://api.example.test', transport);
  expect(claims).toMatchObject({ iss: issuer, client_id: 'app', sid: tokens.session_id });

  await oauth.processRevocationResponse(
    await oauth.revocationRequest(as, client, oauth.None(), refreshed.refresh_token ?? '', transport),
  );
  const dead = oauth.processRefreshTokenResponse(
    as,
    client,
    await oauth.refreshTokenGrantRequest(as, client, oauth.None(), refreshed.refresh_token ?? '', transport),
  );
  await expect(dead).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
});

test('openid-client finds the service by its own default, which is OpenID Connect', async () => {
  const { service, tokens } = await signedIn();
  const client = await openid.discovery(server, 'app', undefined, openid.None(), {
    [openid.customFetch]: fetchFrom(service),
  });
  const refreshed = await openid.refreshTokenGrant(client, tokens.refresh_token);
  expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
});

test('openid-client discovers, refreshes, and revokes; a 503 does not look to it like a grant that is gone', async () => {
  const { service, tokens } = await signedIn();
  const client = await openid.discovery(server, 'app', undefined, openid.None(), {
    algorithm: 'oauth2',
    [openid.customFetch]: fetchFrom(service),
  });
  const refreshed = await openid.refreshTokenGrant(client, tokens.refresh_token);
  expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);

  const { transport } = service;
  service.transport = () => Promise.reject(new TypeError('the network is down'));
  const failed = openid.refreshTokenGrant(client, refreshed.refresh_token ?? '');
  await expect(failed).rejects.toMatchObject({ code: 'OAUTH_RESPONSE_IS_NOT_CONFORM' });
  service.transport = transport;

  await openid.tokenRevocation(client, refreshed.refresh_token ?? '');
  const dead = openid.refreshTokenGrant(client, refreshed.refresh_token ?? '');
  await expect(dead).rejects.toMatchObject({ error: 'invalid_grant' });
});
