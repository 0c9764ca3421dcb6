// An app of somebody's: what package.node.test.ts compiles and runs against the package as it is installed.

import { createLatchkeyClient, memoryStore, ProblemError, type User } from 'latchkey/client';
import { createVerifier } from 'latchkey/verify';

const { SERVICE = '', MAILS = '', PASSWORD: password = '' } = process.env;
const email = `app-${crypto.randomUUID()}@example.test`;

const reasons: string[] = [];
const store = memoryStore();
let minutes = 0;
const auth = createLatchkeyClient({
  baseUrl: SERVICE,
  store,
  onSignedOut: (reason) => reasons.push(reason),
  now: () => Date.now() + minutes * 60_000,
});

await auth.register({ email, name: 'Ada' });
const mails: { text: string }[] = await (await fetch(`${MAILS}/mails?to=${email}&count=1`)).json();
const code = /^\s*(\d{6})\s*$/m.exec(mails[0]?.text ?? '')?.[1] ?? '';
// As after a restart: what the app needs for its form is with the client.
const [pending] = await auth.pendingMails();
const { request = '', codeLength } = pending ?? {};
const mistyped = code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
const refused: unknown = await auth
  .verifyEmail({ request, code: mistyped, password })
  .catch((error) => error);
const { kind, problem } = refused instanceof ProblemError ? refused : { kind: String(refused) };
await auth.verifyEmail({ request, code, password, sign_in: true });

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
    attemptsLeft: problem?.attempts_left,
    codeLength,
    pending: (await auth.pendingMails()).length,
    name: user.name,
    post: post.status,
    isRefreshed: token !== null && token !== before?.accessToken,
    isVerified: claims.sub === user.id,
    reasons,
  }),
);
