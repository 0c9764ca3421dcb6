// The URL in a proof is the one that clients know, ISSUER and the path, whatever stands between them and the Worker.

import { expect, test } from 'vitest';
import { problem } from '../accounts/people.ts';
import { newPerson } from '../mail/tables.ts';
import { issuer, password, startService } from '../service.ts';
import { boundSession } from './bound.ts';
import { newKey } from './prover.ts';

const path = '/api/auth/login';
const route = `POST ${path}`;

async function login(htu: unknown, { issuer: ISSUER = issuer, headers = {}, query = '' } = {}) {
  const service = await startService({ ISSUER });
  const { email } = await newPerson(service);
  const DPoP = await (await newKey()).proof(route, service.clock.now, { claims: { htu } });
  return service.call('POST', path + query, { json: { email, password }, headers: { DPoP, ...headers } });
}

test.for([
  ['with a query string', `${issuer}${path}?a=b&c`],
  ['with a fragment', `${issuer}${path}#part`],
  ['with the default port', `${issuer}:443${path}`],
  ['in an upper-case host', `https://AUTH.EXAMPLE.TEST${path}`],
])('%s it is the same', async ([, htu]) => {
  expect(await login(htu)).toMatchObject({ status: 200 });
});

test('the query of the request does not matter, in the proof or not', async () => {
  expect(await login(`${issuer}${path}`, { query: '?from=app' })).toMatchObject({ status: 200 });
  expect(await login(`${issuer}${path}?from=app`, { query: '?from=app' })).toMatchObject({ status: 200 });
});

test.for(['https://login.example.test', 'https://auth.example.test:8443', 'http://localhost:8787'])(
  'behind the custom domain %s the proof is of it, and not of where the Worker thinks it is',
  async (ISSUER) => {
    expect(await login(`${ISSUER}${path}`, { issuer: ISSUER })).toMatchObject({ status: 200 });
    expect(await login(`${issuer}${path}`, { issuer: ISSUER })).toMatchObject(
      problem(400, 'invalid-dpop-proof', { type: `${ISSUER}/problems/invalid-dpop-proof` }),
    );
  },
);

test('no header that a proxy or a stranger sends makes another host good', async () => {
  const host = 'evil.example.test';
  const headers = {
    Host: host,
    'X-Forwarded-Host': host,
    'X-Forwarded-Proto': 'https',
    Forwarded: `host=${host}`,
  };
  expect(await login(`https://${host}${path}`, { headers })).toMatchObject(
    problem(400, 'invalid-dpop-proof'),
  );
  expect(await login(`${issuer}${path}`, { headers })).toMatchObject({ status: 200 });
});

test('a path is compared as it was sent', async () => {
  const service = await startService();
  const { call, key, session_id, access_token: accessToken } = await boundSession(service, 'full');
  const escaped = `/api/auth/sessions/%30${session_id.slice(1)}`;
  expect(session_id[0]).toBe('0');
  const proofOf = (path: string) => key.proof(`DELETE ${path}`, service.clock.now, { accessToken });
  const elsewhere = await proofOf(`/api/auth/sessions/${crypto.randomUUID()}`);
  expect(await call('DELETE', escaped, { headers: { DPoP: elsewhere } })).toMatchObject(
    problem(401, 'invalid-dpop-proof'),
  );
  expect(await call('DELETE', escaped)).toMatchObject({ status: 204 });
});

test('a HEAD is none of GET', async () => {
  const service = await startService();
  const { call, key, access_token: accessToken } = await boundSession(service, 'full');
  const DPoP = await key.proof('GET /api/users/me', service.clock.now, { accessToken });
  expect(await call('HEAD', '/api/users/me', { headers: { DPoP } })).toMatchObject({ status: 401 });
  expect(await call('HEAD', '/api/users/me')).toMatchObject({ status: 200 });
});
