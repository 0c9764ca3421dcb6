// The endpoints that are measured, and the floor of each: the work that no service could do without.

import { bearer, get, post } from './calls.ts';
import type { Step } from './floors.ts';
import type { Load } from './load.ts';
import { type People, password } from './people.ts';
import { codeSignIns, guests, logins, loginsWithCode, passkeySignIns, providerSignIns } from './sign-ins.ts';

export type Ask = Pick<Load, 'next' | 'answered' | 'status'>;

export type Case = {
  readonly name: string;
  readonly ours: Ask;
  /** None: the floor is a hello. */
  readonly floor: readonly Step[];
  /** Before each slice, outside of what is measured. */
  readonly prepare?: (seconds: number) => Promise<void>;
  /** A mail leaves after the answer: a slice is over when its mails have left. */
  readonly mails?: true;
};

export function casesOf(people: People): readonly Case[] {
  const read = (path: string): Ask => ({
    status: 200,
    next: (n) => get(path, bearer(people.accessTokens[n])),
  });
  return [
    { name: 'health', floor: [], ours: { status: 200, next: () => get('/api/healthchecker') } },
    { name: 'jwks', floor: [], ours: { status: 200, next: () => get('/.well-known/jwks.json') } },
    { name: 'me', floor: ['check', 'session'], ours: read('/api/users/me') },
    { name: 'sessions', floor: ['check', 'session'], ours: read('/api/auth/sessions') },
    { name: 'posts list', floor: ['check', 'session'], ours: read('/api/posts') },
    { name: 'posts create', floor: ['check', 'write'], ours: newPosts(people) },
    { name: 'refresh', floor: ['check', 'write', 'sign', 'sign'], ours: refreshes(people) },
    { name: 'logout', floor: ['check', 'write'], ours: logouts(people), prepare: people.revive },
    { name: 'login', floor: ['query', 'hash', 'write', 'sign', 'sign'], ours: logins(people) },
    {
      name: 'login, totp',
      floor: ['query', 'hash', 'write', 'sign', 'sign'],
      ours: loginsWithCode(people),
      prepare: people.factors.forgetCodes,
    },
    {
      name: 'passkey',
      floor: ['query', 'es256', 'write', 'sign', 'sign'],
      ours: passkeySignIns(people),
      prepare: people.factors.sealChallenges,
    },
    {
      name: 'provider',
      floor: ['check', 'write', 'sign', 'sign'],
      ours: providerSignIns(people),
      prepare: people.singleUse.issueIdTokens,
    },
    {
      name: 'email-code',
      floor: ['write', 'sign', 'sign'],
      ours: codeSignIns(people),
      prepare: people.singleUse.mailCodes,
    },
    { name: 'guest', floor: ['write', 'sign', 'sign'], ours: guests() },
    { name: 'register', floor: ['write'], ours: registrations(), mails: true },
    { name: 'forgot, nobody', floor: ['query'], ours: forgotten(() => 'nobody@example.test') },
    {
      name: 'forgot, mailed',
      floor: ['write'],
      // Another user each time: an account gets few mails of a kind in an hour.
      ours: forgotten((count) => people.email(count % people.count)),
      mails: true,
    },
  ];
}

export function floorOf(steps: readonly Step[], people: People): Ask {
  return {
    status: 200,
    next: (n) =>
      get(`/${steps.join('-') || 'hello'}`, {
        ...(steps.includes('check') && bearer(people.accessTokens[n])),
        User: people.userId(n),
        Session: people.sessionId(n),
      }),
  };
}

function newPosts(people: People): Ask {
  let count = 0;
  const next = (n: number) => {
    count += 1;
    const draft = { title: `Draft number ${count}`, content: 'Every light keeps its own rhythm.' };
    return post('/api/posts', draft, bearer(people.accessTokens[n]));
  };
  return { status: 201, next };
}

/** Each connection walks its own session: it presents what it was answered last. */
function refreshes(people: People): Ask {
  const tokens = [...people.refreshTokens];
  return {
    status: 200,
    next: (n) => post('/api/auth/refresh', { refresh_token: tokens[n] }),
    answered(n, body) {
      tokens[n] = JSON.parse(body).refresh_token;
    },
  };
}

function logouts(people: People): Ask {
  let count = 0;
  const next = () => {
    count += 1;
    const token = people.endingTokens[count % people.count] ?? '';
    return {
      method: 'POST',
      path: '/oauth/revoke',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token }).toString(),
    };
  };
  return { status: 200, next };
}

function registrations(): Ask {
  let count = 0;
  const next = () => {
    count += 1;
    return post('/api/auth/register', { email: `new-${count}@example.test`, password, name: 'Ada' });
  };
  return { status: 202, next };
}

function forgotten(email: (count: number) => string): Ask {
  let count = 0;
  const next = () => {
    count += 1;
    return post('/api/auth/forgot-password', { email: email(count) });
  };
  return { status: 202, next };
}
