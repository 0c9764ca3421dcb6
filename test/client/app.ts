// An app of somebody's: what package.node.test.ts compiles and runs against the package as it is installed.

import { createLatchkeyClient, memoryStore, ProblemError, type User } from 'latchkey/client';
import { createVerifier } from 'latchkey/verify';

const { SERVICE = '', EMAIL: email = '', PASSWORD: password = '', CODE: code = '' } = process.env;

const reasons: string[] = [];
const store = memoryStore();
let minutes = 0;
const auth = createLatchkeyClient({
  baseUrl: SERVICE,
  store,
  onSignedOut: (reason) => reasons.push(reason),
  now: () => Date.now() + minutes * 60_000,
});

const refused: unknown = await auth.login({ email, password }).catch((error) => error);
const kind = refused instanceof ProblemError ? refused.kind : String(refused);
await auth.verifyEmail({ email, code });
await auth.login({ email, password });

const user: User = await auth.me();
const post = await auth.fetch('/api/posts', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ title: `On ${crypto.randomUUID()}`, content: 'Words' }),
});

const before = await store.load();
minutes = 16;
const token = await auth.getAccessToken();
const verify = createVerifier({ issuer: SERVICE, audience: 'https://api.example.test' });
const claims = await verify(token ?? '');
await auth.logout();

console.log(
  JSON.stringify({
    kind,
    name: user.name,
    post: post.status,
    isRefreshed: token !== null && token !== before?.accessToken,
    isVerified: claims.sub === user.id,
    reasons,
  }),
);
