import { expect, test } from 'vitest';
import { createApp } from '../src/app.ts';
import { postForm } from './oauth/post-form.ts';
import {
  type Answer,
  linkIn,
  mailsTo,
  newAddress,
  newUser,
  password,
  type Service,
  signIn,
  startService,
} from './service.ts';

// One rule, one statement, one round trip; two where a password hash has to be read before it can be checked.
// Nothing raises a count silently: an endpoint that is not in this table fails the first test.

const otherPassword = 'velvet sparrow tunnel mint';

type Case = { readonly trips: number; readonly call: (service: Service) => Promise<Answer> };

const cases: Record<string, Case> = {
  'POST /api/auth/register': {
    trips: 1,
    call: (service) =>
      service.call('POST', '/api/auth/register', { json: { email: newAddress(), password, name: 'Ada' } }),
  },
  'POST /api/auth/verify-email': {
    trips: 2,
    async call(service) {
      const email = newAddress();
      await service.call('POST', '/api/auth/register', { json: { email, name: 'Ada' } });
      const token = linkIn((await mailsTo(email)).at(-1)).searchParams.get('token');
      return service.call('POST', '/api/auth/verify-email', { json: { token, password, name: 'Ada' } });
    },
  },
  'POST /api/auth/login': {
    trips: 2,
    async call(service) {
      const { email } = await newUser(service);
      return service.call('POST', '/api/auth/login', { json: { email, password } });
    },
  },
  'POST /api/auth/refresh': {
    trips: 1,
    async call(service) {
      const { refresh_token } = await session(service);
      return service.call('POST', '/api/auth/refresh', { json: { refresh_token } });
    },
  },
  'POST /api/auth/logout': {
    trips: 1,
    async call(service) {
      const { refresh_token } = await session(service);
      return service.call('POST', '/api/auth/logout', { json: { refresh_token } });
    },
  },
  'POST /api/auth/logout-all': { trips: 1, call: withBearer('POST', '/api/auth/logout-all') },
  'GET /api/auth/sessions': { trips: 1, call: withBearer('GET', '/api/auth/sessions') },
  'DELETE /api/auth/sessions/:id': {
    trips: 1,
    async call(service) {
      const { access_token, session_id } = await session(service);
      return service.call('DELETE', `/api/auth/sessions/${session_id}`, { bearer: access_token });
    },
  },
  'POST /api/auth/resend-verification': {
    trips: 1,
    async call(service) {
      const asked = await service.call('POST', '/api/auth/register', {
        json: { email: newAddress(), name: 'Ada' },
      });
      return service.call('POST', '/api/auth/resend-verification', { json: { request: asked.body.request } });
    },
  },
  'POST /api/auth/forgot-password': {
    trips: 1,
    call: (service) => service.call('POST', '/api/auth/forgot-password', { json: { email: newAddress() } }),
  },
  'POST /api/auth/undo-email-change': {
    trips: 1,
    async call(service) {
      return service.call('POST', '/api/auth/undo-email-change', {
        json: { token: await undoToken(service) },
      });
    },
  },
  'POST /api/auth/reset-password': {
    trips: 2,
    async call(service) {
      const { email } = await newUser(service);
      await service.call('POST', '/api/auth/forgot-password', { json: { email } });
      const token = linkIn((await mailsTo(email)).at(-1)).searchParams.get('token');
      return service.call('POST', '/api/auth/reset-password', { json: { token, password: otherPassword } });
    },
  },
  'POST /api/auth/change-password': {
    trips: 2,
    call: withBearer('POST', '/api/auth/change-password', {
      current_password: password,
      new_password: otherPassword,
    }),
  },
  'POST /api/users/me/email': {
    trips: 2,
    call: withBearer('POST', '/api/users/me/email', { new_email: newAddress(), password }),
  },
  'DELETE /api/users/me': { trips: 2, call: withBearer('DELETE', '/api/users/me', { password }) },
  'PATCH /api/users/me': { trips: 1, call: withBearer('PATCH', '/api/users/me', { name: 'Grace' }) },
  'GET /api/users/me/export': { trips: 1, call: withBearer('GET', '/api/users/me/export') },
  'GET /api/users/me/security-events': { trips: 1, call: withBearer('GET', '/api/users/me/security-events') },
  'GET /api/users/me': { trips: 1, call: withBearer('GET', '/api/users/me') },
  'POST /api/posts': { trips: 1, call: withBearer('POST', '/api/posts', newPost()) },
  'GET /api/posts': { trips: 1, call: withBearer('GET', '/api/posts') },
  'GET /api/posts/:id': { trips: 1, call: withPost('GET') },
  'PATCH /api/posts/:id': { trips: 1, call: withPost('PATCH', { content: 'Other' }) },
  'DELETE /api/posts/:id': { trips: 1, call: withPost('DELETE') },
  'POST /oauth/token': {
    trips: 1,
    async call(service) {
      const { refresh_token } = await session(service);
      return postForm(service, '/oauth/token', { grant_type: 'refresh_token', refresh_token });
    },
  },
  'POST /oauth/revoke': {
    trips: 1,
    async call(service) {
      const { refresh_token } = await session(service);
      return postForm(service, '/oauth/revoke', { token: refresh_token });
    },
  },
  'GET /api/healthchecker': { trips: 0, call: (service) => service.call('GET', '/api/healthchecker') },
  'GET /api/readiness': { trips: 1, call: (service) => service.call('GET', '/api/readiness') },
  'GET /.well-known/oauth-authorization-server': {
    trips: 0,
    call: (service) => service.call('GET', '/.well-known/oauth-authorization-server'),
  },
  'GET /.well-known/openid-configuration': {
    trips: 0,
    call: (service) => service.call('GET', '/.well-known/openid-configuration'),
  },
  'GET /verify-email': { trips: 0, call: (service) => service.call('GET', '/verify-email?token=x') },
  'GET /reset-password': { trips: 0, call: (service) => service.call('GET', '/reset-password?token=x') },
  'GET /undo-email-change': {
    trips: 0,
    call: (service) => service.call('GET', '/undo-email-change?token=x'),
  },
  'POST /undo-email-change': {
    trips: 1,
    async call(service) {
      return postForm(service, '/undo-email-change', { token: await undoToken(service) });
    },
  },
  'POST /verify-email': {
    trips: 2,
    async call(service) {
      const email = newAddress();
      await service.call('POST', '/api/auth/register', { json: { email, name: 'Ada' } });
      const token = linkIn((await mailsTo(email, 1)).at(-1)).searchParams.get('token') ?? '';
      return postForm(service, '/verify-email', { token, password, name: 'Ada' });
    },
  },
  'POST /reset-password': {
    trips: 2,
    async call(service) {
      const { email } = await newUser(service);
      await service.call('POST', '/api/auth/forgot-password', { json: { email } });
      const token = linkIn((await mailsTo(email, 2)).at(-1)).searchParams.get('token') ?? '';
      return postForm(service, '/reset-password', { token, password: otherPassword });
    },
  },
  'GET /.well-known/jwks.json': {
    trips: 0,
    call: (service) => service.call('GET', '/.well-known/jwks.json'),
  },
};

test('every endpoint has its count', async () => {
  const { dependencies } = await startService();
  const routes = createApp(dependencies).routes.filter((route) => route.method !== 'ALL');
  expect([...new Set(routes.map(({ method, path }) => `${method} ${path}`))].sort()).toEqual(
    Object.keys(cases).sort(),
  );
});

test.for(Object.entries(cases))('%s makes its round trips and no more', async ([, { trips, call }]) => {
  const answer = await call(await startService());
  expect(answer.status).toBeLessThan(300);
  expect(answer.trips).toBe(trips);
});

/** Of somebody whose address was just changed. */
async function undoToken(service: Service): Promise<string> {
  const { email } = await newUser(service);
  const { access_token: bearer } = await signIn(service, email);
  const new_email = newAddress();
  await service.call('POST', '/api/users/me/email', { bearer, json: { new_email, password } });
  const token = linkIn((await mailsTo(new_email, 1)).at(-1)).searchParams.get('token');
  await service.call('POST', '/api/auth/verify-email', { json: { token } });
  const told = (await mailsTo(email, 3)).find(({ subject }) => subject.includes('was changed'));
  return linkIn(told).searchParams.get('token') ?? '';
}

async function session(service: Service) {
  return signIn(service, (await newUser(service)).email);
}

function withBearer(method: string, path: string, json?: object): Case['call'] {
  return async (service) =>
    service.call(method, path, { bearer: (await session(service)).access_token, json });
}

function withPost(method: string, json?: object): Case['call'] {
  return async (service) => {
    const { access_token: bearer } = await session(service);
    const post = await service.call('POST', '/api/posts', { bearer, json: newPost() });
    return service.call(method, `/api/posts/${post.body.id}`, { bearer, json });
  };
}

function newPost() {
  return { title: `On ${crypto.randomUUID()}`, content: 'Words' };
}
