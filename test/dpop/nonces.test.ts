// A device whose clock is off gets a nonce, which stands in for its time (RFC 9449, section 8). Nothing is kept of it.

import { expect, test } from 'vitest';
import { importDataKeys } from '../../src/tokens/data-keys.ts';
import { createDpopNonces } from '../../src/tokens/dpop-nonces.ts';
import { seal } from '../../src/tokens/sealed.ts';
import { problem } from '../accounts/people.ts';
import { newPerson } from '../mail/tables.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { boundSession } from './bound.ts';
import { newKey } from './prover.ts';

const day = 86_400;
const route = 'POST /api/auth/login';

/** A device whose clock is a day behind. */
async function lateDevice(service: Service) {
  const { email } = await newPerson(service);
  const key = await newKey();
  return async (nonce?: string) => {
    const at = new Date(service.clock.now.getTime() - day * 1000);
    const DPoP = await key.proof(route, at, nonce === undefined ? {} : { nonce });
    return service.call('POST', '/api/auth/login', { json: { email, password }, headers: { DPoP } });
  };
}

const needed = problem(400, 'use-dpop-nonce');

test('asked for once, it lets the device in whatever its clock says', async () => {
  const login = await lateDevice(await startService());
  const refused = await login();
  expect(refused).toMatchObject({ ...needed, trips: 0 });
  const nonce = refused.headers.get('DPoP-Nonce') ?? '';
  const answer = await login(nonce);
  expect(answer).toMatchObject({ status: 200 });
  // The next one comes with the tokens, so that it never has to be asked for again.
  expect(await login(answer.headers.get('DPoP-Nonce') ?? '')).toMatchObject({ status: 200 });
});

test('every token response offers one, with a proof or without', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const login = await service.call('POST', '/api/auth/login', { json: { email, password } });
  const { refresh_token } = login.body;
  const refresh = await service.call('POST', '/api/auth/refresh', { json: { refresh_token } });
  for (const { headers } of [login, refresh]) expect(headers.get('DPoP-Nonce')).toMatch(/^[\w-]{40,80}$/);
});

test('it lives for a minute at most, in every isolate, and then another is offered', async () => {
  const service = await startService();
  const login = await lateDevice(service);
  const nonce = (await login()).headers.get('DPoP-Nonce') ?? '';
  service.clock.advance(49);
  expect(await login(nonce)).toMatchObject({ status: 200 });
  service.clock.advance(11);
  const refused = await login(nonce);
  expect(refused).toMatchObject(needed);
  const next = refused.headers.get('DPoP-Nonce') ?? '';
  expect(next).not.toBe(nonce);

  const other = await startService();
  other.clock.now = service.clock.now;
  expect(await (await lateDevice(other))(next)).toMatchObject({ status: 200 });
});

test('what we sealed for anything else, what others sealed, and any changed character is none', async () => {
  const service = await startService();
  const { dataKeys } = service.dependencies;
  const login = await lateDevice(service);
  const good = (await login()).headers.get('DPoP-Nonce') ?? '';
  const { known_device } = await boundSession(service, 'refresh');
  const { body } = await service.call('POST', '/api/auth/register', {
    json: { email: newAddress(), name: 'Ada' },
  });
  const sealed = { subject: '', expiresAt: service.clock.now.getTime() / 1000 + 60 };
  const strangers = await importDataKeys([{ kty: 'oct', kid: 'x', k: 'A'.repeat(43) }]);
  const refused: Record<string, string> = {
    'a known device': known_device,
    'a request handle': body.request,
    'a request handle of the same content': await seal(dataKeys, 'request', sealed),
    'a known device of the same content': await seal(dataKeys, 'known-device', sealed),
    'of another service': await createDpopNonces(strangers).offer(service.clock.now),
    'cut short': good.slice(0, -1),
    'with a character more': `${good}A`,
    'with padding': `${good}=`,
    'with a space': `${good} `,
    nothing: '',
    text: 'nonce',
    long: 'A'.repeat(700),
  };
  for (let place = 0; place < good.length; place += 7)
    refused[`changed at ${place}`] =
      good.slice(0, place) + (good[place] === 'A' ? 'B' : 'A') + good.slice(place + 1);
  for (const [name, nonce] of Object.entries(refused))
    expect([name, await login(nonce)]).toMatchObject([name, { ...needed, trips: 0 }]);
  expect(await login(good)).toMatchObject({ status: 200 });
});

test('a data key that is leaving still opens its nonces', async () => {
  const oldKey = { kty: 'oct' as const, kid: 'old', k: 'A'.repeat(43) };
  const newKey = { kty: 'oct' as const, kid: 'new', k: 'E'.repeat(43) };
  const now = new Date();
  const nonce = await createDpopNonces(await importDataKeys([oldKey])).offer(now);
  expect(await createDpopNonces(await importDataKeys([newKey, oldKey])).isOurs(nonce, now)).toBe(true);
  expect(await createDpopNonces(await importDataKeys([newKey])).isOurs(nonce, now)).toBe(false);
});

test('one is sealed for ten seconds of answers, whichever way the clock goes', async () => {
  const nonces = createDpopNonces(await importDataKeys([{ kty: 'oct', kid: 'x', k: 'A'.repeat(43) }]));
  const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);
  const first = await nonces.offer(at(0));
  expect(await nonces.offer(at(9))).toBe(first);
  const second = await nonces.offer(at(10));
  expect(second).not.toBe(first);
  expect(await nonces.offer(at(9))).toBe(first);
  expect(await nonces.isOurs(second, at(69))).toBe(true);
  expect(await nonces.isOurs(second, at(70))).toBe(false);
});

test('in full mode a late device gets one at any endpoint, and pages may read it', async () => {
  const service = await startService({ CORS_ORIGINS: 'https://www.example.test' });
  const { call, key, access_token: accessToken } = await boundSession(service, 'full');
  const late = new Date(service.clock.now.getTime() - day * 1000);
  const read = async (nonce?: string) =>
    call('GET', '/api/users/me', {
      headers: {
        Origin: 'https://www.example.test',
        DPoP: await key.proof('GET /api/users/me', late, { accessToken, ...(nonce && { nonce }) }),
      },
    });
  const refused = await read();
  expect(refused).toMatchObject({ ...problem(401, 'use-dpop-nonce'), trips: 0 });
  expect(refused.headers.get('WWW-Authenticate')).toBe('DPoP error="use_dpop_nonce", algs="ES256"');
  expect(refused.headers.get('Access-Control-Expose-Headers')).toMatch(/DPoP-Nonce.*WWW-Authenticate/);
  expect(await read(refused.headers.get('DPoP-Nonce') ?? '')).toMatchObject({ status: 200 });
});
