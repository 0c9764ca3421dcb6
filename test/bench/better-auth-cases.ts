// The calls of better-auth that are measured, and ours that does the same.

import type { BetterAuth } from './better-auth.ts';
import { people, posted, received, sessionCookie } from './better-auth-people.ts';
import { type Ask, type Case, casesOf } from './cases.ts';
import { google, idToken } from './id-token.ts';
import type { Call } from './load.ts';
import { assertion } from './passkey.ts';
import { connections, type People, password } from './people.ts';
import { passkeySignInsWithOptions } from './sign-ins.ts';

export type PeerCase = {
  readonly what: string;
  readonly ours: Pick<Case, 'ours' | 'prepare'>;
  readonly theirs: Ask;
  readonly prepare: (seconds: number) => Promise<void>;
};

/** Nobody has signed in yet but for one session each. */
const revive = `
  delete from verification;
  delete from session;
  insert into session (id, token, "userId", "expiresAt", "createdAt", "updatedAt", "ipAddress", "userAgent")
  select 'session-' || n, 'token-' || n, 'user-' || n, now() + interval '7 days', now(), now(), '', 'bench'
  from generate_series(0, ${people.count - 1}) n`;

export function peerCases({ database, app }: BetterAuth, ours: People): readonly PeerCase[] {
  const cases = casesOf(ours);
  const like = (name: string): Case => {
    const own = cases.find((each) => each.name === name);
    if (!own) throw new Error(`No case ${name}`);
    return own;
  };
  const prepare = async () => void (await database.query(revive));
  const reads = (path: string): Ask => asked((n) => ({ method: 'GET', path, headers: sessionCookie(n) }));
  let shown: Call[] = [];
  let count = 0;
  const another = () => {
    count += 1;
    return count;
  };
  return [
    { what: 'read', ours: like('me'), theirs: reads('/api/auth/get-session'), prepare },
    { what: 'token', ours: like('refresh'), theirs: reads('/api/auth/token'), prepare },
    {
      what: 'sign-out',
      ours: like('logout'),
      theirs: asked(() => posted('/api/auth/sign-out', {}, sessionCookie(another() % people.count))),
      prepare,
    },
    { what: 'sign-in', ours: like('login'), theirs: asked((n) => signIn(n)), prepare },
    {
      what: 'provider: login/:provider; theirs sign-in/social with an ID token',
      ours: like('provider'),
      theirs: asked(() => shown.pop() ?? fail('Too few ID tokens were made')),
      async prepare(seconds) {
        await prepare();
        const count = connections + Math.ceil(seconds * idTokensASecond);
        shown = Array.from({ length: count }, () => socialSignIn(another() % people.withTotp));
      },
    },
    {
      what: 'TOTP: login; theirs sign-in + verify-totp',
      ours: like('login, totp'),
      theirs: asked(() => ({
        ...signIn(people.withTotp + (another() % (people.count - people.withTotp))),
        followedBy: (answer) =>
          posted('/api/auth/two-factor/verify-totp', { code: app.generate() }, received(answer)),
      })),
      prepare,
    },
    {
      what: 'passkey: options + sign-in; theirs options + verify',
      ours: { ours: passkeySignInsWithOptions(ours) },
      theirs: asked((n) => ({
        method: 'GET',
        path: '/api/auth/passkey/generate-authenticate-options',
        headers: {},
        followedBy: (answer) =>
          posted(
            '/api/auth/passkey/verify-authentication',
            { response: assertion(n, JSON.parse(answer.body).challenge) },
            received(answer),
          ),
      })),
      prepare,
    },
  ];
}

const asked = (next: Ask['next']): Ask => ({ status: 200, next });

/** More than any Worker answers. */
const idTokensASecond = 500;

function socialSignIn(user: number): Call {
  const nonce = crypto.randomUUID();
  const shown = { token: idToken(google, { user, nonce }), nonce };
  return posted('/api/auth/sign-in/social', { provider: 'google', idToken: shown });
}

function fail(message: string): never {
  throw new Error(message);
}

const signIn = (user: number) =>
  posted('/api/auth/sign-in/email', { email: `person-${user}@example.test`, password });
