// Clients that nobody here wrote bind their tokens (RFC 9449), refresh, and revoke; a clock that is off costs them one try.

import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { expect, test } from 'vitest';
import { newPerson } from '../mail/tables.ts';
import { issuer, type Service, signIn, startService } from '../service.ts';
import { fetchFrom } from './ready-made.ts';

const server = new URL(issuer);
const day = 86_400;

async function signedIn() {
  const service = await startService();
  return { service, tokens: await signIn(service, (await newPerson(service)).email) };
}

/** What the token endpoint was asked, and how often. */
function counted(service: Service) {
  const paths: string[] = [];
  const call = service.call.bind(service);
  service.call = (method, path, options) => {
    paths.push(`${method} ${path}`);
    return call(method, path, options);
  };
  return () => paths.splice(0).filter((path) => path === 'POST /oauth/token').length;
}

async function oauth4webapi(service: Service) {
  const transport = { [oauth.customFetch]: fetchFrom(service) };
  const discovered = await oauth.discoveryRequest(server, { algorithm: 'oauth2', ...transport });
  const as = await oauth.processDiscoveryResponse(server, discovered);
  const client: oauth.Client = { client_id: 'app' };
  const keys = await oauth.generateKeyPair('ES256');
  const DPoP = oauth.DPoP(client, keys);
  const refreshOnce = async (token: string, more: object) => {
    const response = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), token, {
      ...transport,
      DPoP,
      additionalParameters: more as Record<string, string>,
    });
    return oauth.processRefreshTokenResponse(as, client, response);
  };
  /** As its documentation has it: once more where a nonce is wanted. */
  const refresh = (token = '', more = {}) =>
    refreshOnce(token, more).catch((error) => {
      if (oauth.isDPoPNonceError(error)) return refreshOnce(token, more);
      throw error;
    });
  return { as, client, keys, DPoP, transport, refresh };
}

test('the metadata name the algorithm of proofs', async () => {
  const { as } = await oauth4webapi(await startService());
  expect(as.dpop_signing_alg_values_supported).toEqual(['ES256']);
});

test('oauth4webapi binds the refresh token, and retries where its clock is off', async () => {
  const { service, tokens } = await signedIn();
  const { as, client, transport, refresh } = await oauth4webapi(service);
  const asked = counted(service);
  const first = await refresh(tokens.refresh_token);
  expect([first.token_type, asked()]).toEqual(['bearer', 1]);
  // A lost answer: any generation brings the newest, by the key.
  expect((await refresh(tokens.refresh_token)).refresh_token).toBe(first.refresh_token);
  asked();

  service.clock.advance(day);
  const second = await refresh(first.refresh_token);
  expect([second.token_type, asked()]).toEqual(['bearer', 2]);
  // The answer brought the next nonce: from then on no try is lost, while it lives.
  const third = await refresh(second.refresh_token);
  expect(asked()).toBe(1);

  const withoutProof = oauth.processRefreshTokenResponse(
    as,
    client,
    await oauth.refreshTokenGrantRequest(as, client, oauth.None(), third.refresh_token ?? '', transport),
  );
  await expect(withoutProof).rejects.toMatchObject({ error: 'invalid_dpop_proof', status: 400 });
  await expect((await oauth4webapi(service)).refresh(third.refresh_token)).rejects.toMatchObject({
    error: 'invalid_dpop_proof',
  });
  const alive = await refresh(third.refresh_token);

  await oauth.processRevocationResponse(
    await oauth.revocationRequest(as, client, oauth.None(), alive.refresh_token ?? '', transport),
  );
  await expect(refresh(alive.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
});

test('oauth4webapi in full mode calls the API, and checks the token as a resource service would', async () => {
  const { service, tokens } = await signedIn();
  const { as, DPoP, transport, refresh } = await oauth4webapi(service);
  const { access_token, token_type } = await refresh(tokens.refresh_token, { dpop_mode: 'full' });
  expect(token_type).toBe('dpop');

  const url = new URL(`${issuer}/api/users/me`);
  const read = () =>
    oauth.protectedResourceRequest(access_token, 'GET', url, new Headers(), null, { ...transport, DPoP });
  expect((await read()).status).toBe(200);

  let sent: Request | undefined;
  await oauth.protectedResourceRequest(
    access_token,
    'GET',
    new URL('https://api.example.test/'),
    new Headers(),
    null,
    {
      DPoP,
      [oauth.customFetch]: async (request, init) => {
        sent = new Request(request, init as RequestInit);
        return new Response();
      },
    },
  );
  const claims = await oauth.validateJwtAccessToken(
    as,
    sent as Request,
    'https://api.example.test',
    transport,
  );
  expect(claims).toMatchObject({
    iss: issuer,
    sid: tokens.session_id,
    cnf: { jkt: await DPoP.calculateThumbprint() },
  });
});

test('oauth4webapi with a late clock reads in full mode after one 401', async () => {
  const { service, tokens } = await signedIn();
  const { DPoP, transport, refresh } = await oauth4webapi(service);
  service.clock.advance(day);
  const { access_token } = await refresh(tokens.refresh_token, { dpop_mode: 'full' });
  service.clock.advance(120);
  const url = new URL(`${issuer}/api/users/me`);
  const read = () =>
    oauth.protectedResourceRequest(access_token, 'GET', url, new Headers(), null, { ...transport, DPoP });
  const refused = await read().catch((error) => error);
  expect(oauth.isDPoPNonceError(refused)).toBe(true);
  expect((await read()).status).toBe(200);
});

test.for([{}, { dpop_mode: 'full' }])(
  'openid-client with %j retries by itself, and revokes',
  async (more) => {
    const { service, tokens } = await signedIn();
    const client = await openid.discovery(server, 'app', undefined, openid.None(), {
      algorithm: 'oauth2',
      [openid.customFetch]: fetchFrom(service),
    });
    const DPoP = openid.getDPoPHandle(client, await openid.randomDPoPKeyPair('ES256'));
    const asked = counted(service);
    const refresh = (token = '') => openid.refreshTokenGrant(client, token, more, { DPoP });
    const first = await refresh(tokens.refresh_token);
    expect([first.token_type, asked()]).toEqual(['dpop_mode' in more ? 'dpop' : 'bearer', 1]);
    service.clock.advance(day);
    const second = await refresh(first.refresh_token);
    expect(asked()).toBe(2);
    if ('dpop_mode' in more) {
      const url = new URL(`${issuer}/api/users/me`);
      const read = await openid.fetchProtectedResource(
        client,
        second.access_token,
        url,
        'GET',
        null,
        undefined,
        { DPoP },
      );
      expect(read.status).toBe(200);
    }
    await expect(openid.refreshTokenGrant(client, second.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_dpop_proof',
    });
    const third = await refresh(second.refresh_token);
    await openid.tokenRevocation(client, third.refresh_token ?? '');
    await expect(refresh(third.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
  },
);
