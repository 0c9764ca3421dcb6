// A whole life of a session with the proofs of panva's `dpop`, which nobody here wrote: binding, refreshing, full mode.

import * as dpop from 'dpop';
import { expect, test } from 'vitest';
import { newPerson } from '../mail/tables.ts';
import { issuer, password, startService } from '../service.ts';

test('it signs in, refreshes, goes into full mode, reads, changes the password and signs out', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const keys = await dpop.generateKeyPair('ES256');
  let nonce: string | undefined;
  let accessToken: string | undefined;
  let bound = false;
  const call = async (method: string, path: string, json?: object) => {
    const DPoP = await dpop.generateProof(
      keys,
      issuer + path,
      method,
      nonce,
      bound ? accessToken : undefined,
    );
    const answer = await service.call(method, path, {
      ...(json && { json }),
      headers: { DPoP, ...(bound && { Authorization: `DPoP ${accessToken}` }) },
    });
    nonce = answer.headers.get('DPoP-Nonce') ?? nonce;
    accessToken = answer.body?.access_token ?? accessToken;
    return answer;
  };

  const login = await call('POST', '/api/auth/login', { email, password });
  expect(login).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
  const { refresh_token } = login.body;
  const refreshed = await call('POST', '/api/auth/refresh', { refresh_token });
  expect(refreshed).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
  // The answer was lost: the spent token brings the newest again.
  const again = await call('POST', '/api/auth/refresh', { refresh_token });
  expect(again.body.refresh_token).toBe(refreshed.body.refresh_token);

  const full = await call('POST', '/api/auth/refresh', {
    refresh_token: refreshed.body.refresh_token,
    dpop_mode: 'full',
  });
  expect(full).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
  bound = true;
  expect(await call('GET', '/api/users/me')).toMatchObject({ status: 200, body: { email } });
  const changed = await call('POST', '/api/auth/change-password', {
    current_password: password,
    new_password: `${password} sand`,
  });
  expect(changed).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
  const sessions = await call('GET', '/api/auth/sessions');
  expect(sessions.body.data).toMatchObject([{ current: true, device_bound: true }]);

  // The clock goes on by a day, and the device's does not: the nonce is asked for, and enough.
  service.clock.advance(86_400);
  bound = false;
  const refresh = () => call('POST', '/api/auth/refresh', { refresh_token: changed.body.refresh_token });
  expect(await refresh()).toMatchObject({ status: 400, body: { type: `${issuer}/problems/use-dpop-nonce` } });
  const next = await refresh();
  expect(next).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
  bound = true;
  expect(await call('POST', '/api/auth/logout', {})).toMatchObject({ status: 204 });
  expect(await call('GET', '/api/users/me')).toMatchObject({ status: 401 });
});

test('its thumbprint is ours', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const keys = await dpop.generateKeyPair('ES256');
  const DPoP = await dpop.generateProof(keys, `${issuer}/api/auth/login`, 'POST');
  const { body } = await service.call('POST', '/api/auth/login', {
    json: { email, password, dpop_mode: 'full' },
    headers: { DPoP },
  });
  const payload = JSON.parse(atob(body.access_token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
  expect(payload.cnf).toEqual({ jkt: await dpop.calculateThumbprint(keys.publicKey) });
});
