import { expect, test } from 'vitest';
import {
  type LatchkeyClient,
  memoryStore,
  type PasskeyPlatform,
  type StoredSession,
} from '../../src/client/client.ts';
import { startService } from '../service.ts';
import { clientOf, instantly } from './client-of.ts';

const session: StoredSession = {
  accessToken: 'access',
  refreshToken: 'refresh',
  sessionId: '0199d6c5-8f00-7000-8000-0123456789ab',
  askedAt: Date.now(),
  expiresIn: 900,
  refreshKey: 'the key of what spends these tokens',
  login: '0123456789ab',
  refreshes: 0,
};

const asGuest = { isGuest: true } as const;

/** Asked for nothing: no options ever came. */
const noPasskeys: PasskeyPlatform = {
  create: () => Promise.reject(new Error('Nothing to create')),
  get: () => Promise.reject(new Error('Nothing to get')),
};

/** What they spend cannot be shown again with another key: who had no answer repeats the call, and it is the same one. */
const repeated = [
  'sign in with a provider',
  'add a provider',
  'sign in by code',
  'be a guest',
  'make a guest’s account one’s own',
  'show who one is',
];

/** Every call that spends something once, starts a session or sends a mail. */
const calls: Record<string, (client: LatchkeyClient) => Promise<unknown>> = {
  register: (client) => client.register({ email: 'ada@example.test', name: 'Ada' }),
  'verify by code': (client) => client.verifyEmail({ request: 'r', code: '123456', password: 'p' }),
  'verify and sign in': (client) => client.verifyEmail({ token: 't', password: 'p', sign_in: true }),
  'verify a changed address': (client) => client.verifyEmail({ request: 'r', code: '123456' }),
  resend: (client) => client.resendVerification({ request: 'r' }),
  login: (client) => client.login({ email: 'ada@example.test', password: 'p' }),
  'forget a password': (client) => client.forgotPassword({ email: 'ada@example.test' }),
  'reset it': (client) => client.resetPassword({ request: 'r', code: '12345678', password: 'p' }),
  'change it': (client) => client.changePassword({ current_password: 'p', new_password: 'q' }),
  'change the address': (client) => client.changeEmail({ new_email: 'b@example.test', password: 'p' }),
  'undo that': (client) => client.undoEmailChange({ token: 't' }),
  'show who one is': (client) => client.reauthenticate({ password: 'p', totp: '123456' }),
  'sign in with a provider': (client) => client.signInWithProvider('apple', { id_token: 'a.b.c' }),
  'add a provider': (client) => client.identities.add('apple', { id_token: 'a.b.c' }),
  'ask for a code': (client) => client.requestEmailCode({ email: 'ada@example.test' }),
  'sign in by code': (client) => client.signInWithEmailCode({ request: 'r', code: '12345678' }),
  'ask for a nonce': (client) => client.nonce(),
  'ask for a secret': (client) => client.totp.enroll(),
  'renew recovery codes': (client) => client.totp.renewRecoveryCodes(),
  'ask for a passkey': (client) => client.passkeys.signIn(),
  'ask for a new passkey': (client) => client.passkeys.register(),
  'be a guest': (client) => client.signInAsGuest(),
  'make a guest’s account one’s own': (client) =>
    client.verifyEmail({ request: 'r', code: '123456', password: 'p' }),
  'log out everywhere': (client) => client.logoutAll({ forget_devices: true }),
};

test.for(Object.entries(calls))(
  '%s: all its requests have one key and one body, and the next call another key, unless it is a repeat',
  async ([what, call]) => {
    const sent: { key: string | null; body: unknown }[] = [];
    const store = memoryStore();
    const stored = what === 'be a guest' ? null : { ...session, ...(what.includes('guest') && asGuest) };
    if (stored) await store.save(stored);
    const { client } = clientOf(await startService(), {
      store,
      sleep: instantly,
      now: () => Date.now(),
      passkeys: noPasskeys,
      fetch: async (_, { headers, body }) => {
        sent.push({ key: new Headers(headers).get('Idempotency-Key'), body });
        throw new TypeError('offline');
      },
    });
    for (const _ of ['once', 'again']) {
      await expect(call(client)).rejects.toMatchObject({ name: 'NetworkError' });
    }
    expect(sent).toHaveLength(8);
    const [first, second] = [sent.slice(0, 4), sent.slice(4)];
    for (const requests of [first, second]) {
      expect(new Set(requests.map(({ key, body }) => `${key} ${body}`)).size).toBe(1);
      expect(requests[0]?.key?.length).toBeGreaterThanOrEqual(16);
    }
    // A changed password spends the session, as a refresh does: with the key that is kept, which outlives the app.
    if (what === 'change it')
      expect([first[0]?.key, second[0]?.key]).toEqual(Array(2).fill(session.refreshKey));
    else expect(first[0]?.key === second[0]?.key).toBe(repeated.includes(what));
    expect(await store.load()).toEqual(stored);
  },
);

test('an answer that breaks off is asked for again', async () => {
  let requests = 0;
  const { client } = clientOf(await startService(), {
    sleep: instantly,
    fetch: async () => {
      requests += 1;
      const isBroken = requests < 3;
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"request":'));
          if (isBroken) return controller.error(new TypeError('The connection was reset'));
          controller.enqueue(new TextEncoder().encode('"r"}'));
          controller.close();
        },
      });
      return new Response(body, { status: 202 });
    },
  });
  expect(await client.register({ email: 'ada@example.test', name: 'Ada' })).toEqual({ request: 'r' });
  expect(requests).toBe(3);
});

test('a pause after wrong passwords is told at once, and not waited for in silence', async () => {
  let requests = 0;
  const { client } = clientOf(await startService(), {
    fetch: async () => {
      requests += 1;
      const problem = { type: 'x/problems/too-many-requests', status: 429, retryable: true };
      const headers = { 'Content-Type': 'application/problem+json', 'Retry-After': '20' };
      return new Response(JSON.stringify(problem), { status: 429, headers });
    },
  });
  const login = client.login({ email: 'ada@example.test', password: 'p' });
  await expect(login).rejects.toMatchObject({ kind: 'too-many-requests', retryAfterSeconds: 20 });
  expect(requests).toBe(1);
});

test('keys that could be guessed are refused before anybody signs in', async () => {
  const service = await startService();
  expect(() => clientOf(service, { newKey: () => '1' })).toThrow(TypeError);
});
