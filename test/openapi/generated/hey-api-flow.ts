// One life of a session through the functions that @hey-api/openapi-ts has generated.

import { client } from './sdk/client.gen.ts';
import {
  changePost,
  createPost,
  deletePost,
  getMe,
  listPosts,
  login,
  logout,
  type Problem,
  refresh,
  verifyEmail,
} from './sdk/index.ts';

const { SERVICE: baseUrl = '', EMAIL: email = '', PASSWORD: password = '' } = process.env;
const { REQUEST: request = '', CODE: code = '' } = process.env;
client.setConfig({ baseUrl });

const early = await login({ body: { email, password } });
const problem: Problem | undefined = early.error;
await verifyEmail({ body: { request, code, password } });

const { data: tokens } = await login({ body: { email, password, device_name: 'Generated' } });
const retried = {
  headers: { 'Idempotency-Key': crypto.randomUUID() },
  body: { refresh_token: tokens?.refresh_token ?? '' },
};
const { data: refreshed } = await refresh(retried);
const { data: again } = await refresh(retried);

client.setConfig({ auth: () => refreshed?.access_token });
const title = `On ${crypto.randomUUID()}`;
const created = await createPost({ body: { title, content: 'Words' } });
const id = created.data?.id ?? '';
const list = await listPosts({ query: { limit: 1 } });
const changed = await changePost({
  path: { id },
  headers: { 'If-Match': created.response?.headers.get('ETag') ?? '' },
  body: { content: 'Other words' },
});
const removed = await deletePost({ path: { id } });
const ended = await logout({ body: { refresh_token: refreshed?.refresh_token ?? '' } });
const after = await getMe();

console.log(
  JSON.stringify({
    early: problem?.type.split('/').at(-1),
    sameSuccessor: refreshed?.refresh_token === again?.refresh_token,
    listed: list.data?.data.map((post) => post.title === title),
    changed: changed.data?.content,
    removed: removed.response?.status,
    logout: ended.response?.status,
    after: after.error?.type.split('/').at(-1),
  }),
);
