// Changing the password of a bound session takes its key: whoever copied an access token and knows the password changes nothing.

import { expect, test } from 'vitest';
import { problem } from '../accounts/people.ts';
import { dump } from '../mail/tables.ts';
import { password, startService } from '../service.ts';
import { boundSession } from './bound.ts';
import { newKey } from './prover.ts';

const route = 'POST /api/auth/change-password';
const newPassword = `${password} sand`;

test.for(['refresh', 'full'] as const)('in mode %s', async (mode) => {
  const service = await startService();
  const { access_token: accessToken, key } = await boundSession(service, mode);
  const scheme = mode === 'full' ? 'DPoP' : 'Bearer';
  const status = mode === 'full' ? 401 : 400;
  const now = service.clock.now;
  const change = (headers: Record<string, string>, current = password) =>
    service.call('POST', '/api/auth/change-password', {
      json: { current_password: current, new_password: newPassword },
      headers: { Authorization: `${scheme} ${accessToken}`, ...headers },
    });
  const before = await dump(service);
  const stranger = await (await newKey()).proof(route, now, { accessToken });
  const missing = mode === 'full' ? 'invalid-dpop-proof' : 'device-key-required';
  for (const current of [password, 'a wrong password']) {
    expect(await change({}, current)).toMatchObject(problem(status, missing));
    expect(await change({ DPoP: stranger }, current)).toMatchObject(problem(status, 'device-key-mismatch'));
  }
  expect(await dump(service)).toEqual(before);

  const changed = await change({ DPoP: await key.proof(route, now, { accessToken }) });
  expect(changed).toMatchObject({ status: 200, body: { token_type: scheme } });
  // The new session is bound to the same key.
  const refresh = (headers: Record<string, string>) =>
    service.call('POST', '/api/auth/refresh', {
      json: { refresh_token: changed.body.refresh_token },
      headers,
    });
  expect(await refresh({})).toMatchObject(problem(400, 'device-key-required'));
  const DPoP = await key.proof('POST /api/auth/refresh', now);
  expect(await refresh({ DPoP })).toMatchObject({ status: 200, body: { token_type: scheme } });
});
