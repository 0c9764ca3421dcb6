// A bad proof costs nothing and changes nothing, wherever one is taken: no round trip, no token spent, no try counted.

import { beforeAll, expect, test } from 'vitest';
import { problem } from '../accounts/people.ts';
import { dump, newPerson } from '../mail/tables.ts';
import { postForm } from '../oauth/post-form.ts';
import {
  type Answer,
  codeIn,
  mailsTo,
  newAddress,
  password,
  type Service,
  signIn,
  startService,
} from '../service.ts';
import { badProofs } from './bad-proofs.ts';
import { boundSession } from './bound.ts';
import { type DeviceKey, newKey } from './prover.ts';

type Taker = {
  readonly key: DeviceKey;
  /** Where the proof has to be of an access token. */
  readonly accessToken?: string;
  /** Succeeds with a good proof. */
  call(headers: Record<string, string>): Promise<Answer>;
};

let service: Service;
beforeAll(async () => {
  service = await startService();
});

const post = (path: string, json: object, headers: Record<string, string>) =>
  service.call('POST', path, { json, headers });

const takers: Record<string, () => Promise<Taker>> = {
  async 'POST /api/auth/login'() {
    const { email } = await newPerson(service);
    const call = (headers: Record<string, string>) => post('/api/auth/login', { email, password }, headers);
    return { key: await newKey(), call };
  },
  async 'POST /api/auth/verify-email'() {
    const email = newAddress();
    const { body } = await post('/api/auth/register', { email, name: 'Ada' }, {});
    const code = codeIn((await mailsTo(email, 1)).at(-1));
    const json = { request: body.request, code, password, sign_in: true };
    return { key: await newKey(), call: (headers) => post('/api/auth/verify-email', json, headers) };
  },
  /** Of a session that is bound to no key: a good proof would bind it. */
  async 'POST /api/auth/refresh'() {
    const { email } = await newPerson(service);
    const { refresh_token } = await signIn(service, email);
    return { key: await newKey(), call: (headers) => post('/api/auth/refresh', { refresh_token }, headers) };
  },
  async 'POST /oauth/token'() {
    const { refresh_token, key } = await boundSession(service, 'refresh');
    const form = { grant_type: 'refresh_token', refresh_token };
    return { key, call: (headers) => postForm(service, '/oauth/token', form, headers) };
  },
  async 'POST /api/auth/change-password'() {
    const { access_token, key } = await boundSession(service, 'refresh');
    const json = { current_password: password, new_password: `${password} sand` };
    const bearer = { Authorization: `Bearer ${access_token}` };
    const call = (headers: Record<string, string>) =>
      post('/api/auth/change-password', json, { ...bearer, ...headers });
    return { key, call };
  },
};

const inFullMode: Record<string, object | undefined> = {
  'GET /api/users/me': undefined,
  'POST /api/posts': { title: 'A title', content: 'Some content' },
  'POST /api/auth/change-password': { current_password: password, new_password: `${password} sand` },
  'POST /api/auth/logout-all': {},
};

async function fullTaker(route: string): Promise<Taker> {
  const { access_token: accessToken, key } = await boundSession(service, 'full');
  const [method = '', path = ''] = route.split(' ');
  const json = inFullMode[route];
  const call = (headers: Record<string, string>) =>
    service.call(method, path, {
      ...(json && { json }),
      headers: { Authorization: `DPoP ${accessToken}`, ...headers },
    });
  return { key, accessToken, call };
}

/** Whether nobody was let in, nothing was asked of the database and nothing is other than it was. */
async function expectNothing(route: string, taker: Taker, refused: (fault: 'invalid' | 'nonce') => object) {
  const at = service.clock.now;
  const of = taker.accessToken === undefined ? {} : { accessToken: taker.accessToken };
  const before = await dump(service);
  for (const { name, header, fault } of await badProofs(taker.key, { route, at, ...of })) {
    const answer = await taker.call({ DPoP: header });
    expect([name, answer]).toMatchObject([name, { ...refused(fault), trips: 0 }]);
    expect([name, answer.headers.has('DPoP-Nonce')]).toEqual([name, fault === 'nonce']);
    expect([name, answer.headers.get('WWW-Authenticate')]).toEqual([
      name,
      taker.accessToken === undefined
        ? null
        : `DPoP error="${fault === 'nonce' ? 'use_dpop_nonce' : 'invalid_dpop_proof'}", algs="ES256"`,
    ]);
  }
  expect(await dump(service)).toEqual(before);
  const good = await taker.call({ DPoP: await taker.key.proof(route, at, of) });
  expect([good.status, good.text.slice(0, 200)]).toEqual([
    expect.toBeOneOf([200, 201, 204]),
    expect.anything(),
  ]);
}

test.for(Object.keys(takers))('%s: 400, and the good one is taken afterwards', async (route) => {
  const taker = await (takers[route] as () => Promise<Taker>)();
  await expectNothing(route, taker, (fault) =>
    route.startsWith('POST /oauth/')
      ? { status: 400, body: { error: fault === 'nonce' ? 'use_dpop_nonce' : 'invalid_dpop_proof' } }
      : problem(400, fault === 'nonce' ? 'use-dpop-nonce' : 'invalid-dpop-proof', {
          retryable: false,
          discard_credentials: false,
        }),
  );
});

test.for(Object.keys(inFullMode))('%s in full mode: 401 with a challenge', async (route) => {
  await expectNothing(route, await fullTaker(route), (fault) =>
    problem(401, fault === 'nonce' ? 'use-dpop-nonce' : 'invalid-dpop-proof'),
  );
});

test.for(Object.keys(inFullMode))(
  '%s in full mode: a good proof without the right ath, or none',
  async (route) => {
    const { key, call, accessToken = '' } = await fullTaker(route);
    const at = service.clock.now;
    const before = await dump(service);
    const refused = { ...problem(401, 'invalid-dpop-proof'), trips: 0 };
    expect(await call({ DPoP: await key.proof(route, at) })).toMatchObject(refused);
    for (const ath of ['', accessToken, null, 5])
      expect(await call({ DPoP: await key.proof(route, at, { claims: { ath } }) })).toMatchObject(refused);
    const ofAnother = await key.proof(route, at, { accessToken: `${accessToken}x` });
    expect(await call({ DPoP: ofAnother })).toMatchObject(refused);
    const missing = await call({});
    expect(missing).toMatchObject(refused);
    expect(missing.headers.get('WWW-Authenticate')).toBe('DPoP error="invalid_dpop_proof", algs="ES256"');
    const another = await call({ DPoP: await (await newKey()).proof(route, at, { accessToken }) });
    expect(another).toMatchObject({ ...problem(401, 'device-key-mismatch'), trips: 0 });
    expect(another.headers.get('WWW-Authenticate')).toBe('DPoP error="invalid_token", algs="ES256"');
    expect(await dump(service)).toEqual(before);
  },
);
