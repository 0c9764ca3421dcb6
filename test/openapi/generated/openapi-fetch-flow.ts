// One life of a session through openapi-fetch, typed by what openapi-typescript has generated.

import createClient from 'openapi-fetch';
import type { components, paths } from './types.ts';

const { SERVICE: baseUrl = '', EMAIL: email = '', PASSWORD: password = '' } = process.env;
const { REQUEST: request = '', CODE: code = '' } = process.env;
const client = createClient<paths>({ baseUrl });

const early = await client.POST('/api/auth/login', { body: { email, password } });
const problem: components['schemas']['Problem'] | undefined = early.error;
await client.POST('/api/auth/verify-email', { body: { request, code, password } });

const login = await client.POST('/api/auth/login', { body: { email, password, device_name: 'Generated' } });
const spent = login.data?.refresh_token ?? '';
const retried = {
  params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
  body: { refresh_token: spent },
};
const refreshed = await client.POST('/api/auth/refresh', retried);
const again = await client.POST('/api/auth/refresh', retried);
const { access_token = '', refresh_token = '' } = refreshed.data ?? {};

client.use({
  onRequest({ request }) {
    request.headers.set('Authorization', `Bearer ${access_token}`);
  },
});
const title = `On ${crypto.randomUUID()}`;
const created = await client.POST('/api/posts', { body: { title, content: 'Words' } });
const id = created.data?.id ?? '';
const list = await client.GET('/api/posts', { params: { query: { limit: 1 } } });
const changed = await client.PATCH('/api/posts/{id}', {
  params: { path: { id }, header: { 'If-Match': created.response.headers.get('ETag') ?? '' } },
  body: { content: 'Other words' },
});
const removed = await client.DELETE('/api/posts/{id}', { params: { path: { id } } });
const logout = await client.POST('/api/auth/logout', { body: { refresh_token } });
const after = await client.GET('/api/users/me');

console.log(
  JSON.stringify({
    early: problem?.type.split('/').at(-1),
    sameSuccessor: refresh_token === again.data?.refresh_token,
    listed: list.data?.data.map((post) => post.title === title),
    changed: changed.data?.content,
    removed: removed.response.status,
    logout: logout.response.status,
    after: after.error?.type.split('/').at(-1),
  }),
);
