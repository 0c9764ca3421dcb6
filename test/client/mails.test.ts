import { expect, test } from 'vitest';
import { memoryStore, type StoredDevice, type TokenStore, webStore } from '../../src/client/client.ts';
import { type Service, startService } from '../service.ts';
import { clientOf } from './client-of.ts';

const email = 'ada@example.test';
const day = 86_400;
const mailAnswer = { request: 'handle', expires_in: day, code_length: 6, resend_after: 30 };
const tokens = {
  token_type: 'Bearer',
  access_token: 'access',
  expires_in: 900,
  refresh_token: 'refresh',
  refresh_expires_in: day,
  session_id: '0199d6c5-8f00-7000-8000-0123456789ab',
  known_device: 'known',
};

type Sent = { path: string; body: Record<string, unknown>; bearer: string | null };

/** A device whose app can be killed and started again, and a service that answers so. */
function phone(service: Service, answers: Record<string, object | null> = {}) {
  const items = new Map<string, string>();
  const sent: Sent[] = [];
  const store = () =>
    webStore({
      storage: {
        getItem: (key) => items.get(key) ?? null,
        setItem: (key, value) => void items.set(key, value),
        removeItem: (key) => void items.delete(key),
      },
    });
  const start = (options: { store?: TokenStore } = {}) =>
    clientOf(service, {
      store: store(),
      ...options,
      fetch: async (url, { headers, body }) => {
        const path = new URL(url).pathname;
        const bearer = new Headers(headers).get('Authorization');
        sent.push({ path, body: JSON.parse(String(body)), bearer });
        const answer = answers[path] === undefined ? mailAnswer : answers[path];
        return answer ? Response.json(answer) : new Response(null, { status: 204 });
      },
    }).client;
  return { items, sent, start, last: () => sent.at(-1) };
}

test('the handle of a mail outlives the app, until it is used, too old, or given up', async () => {
  const service = await startService();
  const { start } = phone(service, { '/api/auth/verify-email': null, '/api/auth/reset-password': null });
  const now = service.clock.now.getTime();
  expect(await start().register({ email, name: 'Ada' })).toEqual(mailAnswer);
  expect(await start().pendingMails()).toEqual([
    {
      kind: 'registration',
      email,
      request: 'handle',
      codeLength: 6,
      resendAt: now + 30_000,
      expiresAt: now + day * 1000,
    },
  ]);

  service.clock.advance(60);
  await start().resendVerification({ request: 'handle' });
  expect(await start().pendingMails()).toMatchObject([
    { kind: 'registration', email, resendAt: now + 90_000, expiresAt: now + 60_000 + day * 1000 },
  ]);
  await start().forgotPassword({ email });
  const kinds = async () => (await start().pendingMails()).map(({ kind }) => kind);
  expect(await kinds()).toEqual(['password-reset', 'registration']);
  await start().resetPassword({ request: 'handle', code: '12345678', password: 'p' });
  expect(await kinds()).toEqual(['registration']);
  await start().verifyEmail({ request: 'handle', code: '123456', password: 'p' });
  expect(await kinds()).toEqual([]);

  await start().register({ email, name: 'Ada' });
  await start().forgetMail('handle');
  expect(await kinds()).toEqual([]);
  await start().register({ email, name: 'Ada' });
  service.clock.advance(day + 1);
  expect(await kinds()).toEqual([]);
});

test('who verifies may be signed in by that', async () => {
  const { start, last } = phone(await startService(), { '/api/auth/verify-email': tokens });
  const client = start();
  const { request } = await client.register({ email, name: 'Ada' });
  await client.verifyEmail({ request, code: '123456', password: 'p' });
  expect([await client.getAccessToken(), last()?.body]).toEqual([
    null,
    { request, code: '123456', password: 'p' },
  ]);
  await client.verifyEmail({ request, code: '123456', password: 'p', sign_in: true });
  expect(last()?.body).toEqual({
    request,
    code: '123456',
    password: 'p',
    sign_in: true,
    device_name: 'Phone',
  });
  expect([await client.getAccessToken(), await start().getAccessToken()]).toEqual(['access', 'access']);
});

test('the code of a changed address goes with the session that asked for it, and nothing else does', async () => {
  const { start, sent, last } = phone(await startService(), { '/api/auth/login': tokens });
  const client = start();
  await client.login({ email, password: 'p' });
  await client.changeEmail({ new_email: 'b@example.test', password: 'p' });
  expect(await client.pendingMails()).toMatchObject([{ kind: 'email-change', email: 'b@example.test' }]);
  await client.verifyEmail({ request: 'handle', code: '123456' });
  expect([last()?.bearer, await client.pendingMails()]).toEqual(['Bearer access', []]);
  sent.length = 0;
  await client.verifyEmail({ token: 't' });
  await client.verifyEmail({ request: 'handle', code: '123456', password: 'p' });
  await client.undoEmailChange({ token: 't' });
  await client.resetPassword({ token: 't', password: 'p' });
  expect(sent.map(({ bearer }) => bearer)).toEqual(Array(4).fill(null));
});

test('a device stays known after the logout, to each of its people, and tells it wherever a password or a code is asked for', async () => {
  const answers = { '/api/auth/login': tokens, '/api/auth/logout': null };
  const { start, items, sent, last } = phone(await startService(), answers);
  const known = () => last()?.body['known_device'];
  await start().login({ email, password: 'p' });
  expect(known()).toBeUndefined();
  await start().logout();
  answers['/api/auth/login'] = { ...tokens, known_device: 'known to Bob' };
  await start().login({ email: 'bob@example.test', password: 'p' });
  await start().logout();
  expect(items.has('latchkey')).toBe(false);

  sent.length = 0;
  const client = start();
  await client.forgotPassword({ email: 'ADA@example.test ' });
  await client.resetPassword({ request: 'handle', code: '12345678', password: 'p' });
  await client.register({ email, name: 'Ada' });
  await client.resendVerification({ request: 'handle' });
  await client.verifyEmail({ request: 'handle', code: '123456', password: 'p' });
  await client.login({ email, password: 'p' });
  expect(sent.map(({ body }) => body['known_device'])).toEqual(Array(6).fill('known'));
  await client.forgotPassword({ email: 'bob@example.test' });
  expect(known()).toBe('known to Bob');
  // Nobody who looks into a browser afterwards reads who they were.
  await client.resetPassword({ token: 't', password: 'p' });
  expect([...items.values()].join()).not.toMatch(/ada@|bob@/i);
});

test('what is kept of a device stays under 2,048 bytes', async () => {
  const text = 'x'.repeat(200);
  const answers = Object.fromEntries(
    ['register', 'forgot-password'].map((name) => [`/api/auth/${name}`, { ...mailAnswer, request: text }]),
  );
  const { start, items } = phone(await startService(), {
    ...answers,
    '/api/users/me/email': { ...mailAnswer, request: text },
    '/api/auth/login': { ...tokens, known_device: text },
  });
  const client = start();
  for (const name of 'abcde') await client.login({ email: `${name}@example.test`, password: 'p' });
  await client.register({ email, name: 'Ada' });
  await client.forgotPassword({ email });
  await client.changeEmail({ new_email: email, password: 'p' });
  expect(items.get('latchkey.device')?.length).toBeGreaterThan(1_000);
  expect(items.get('latchkey.device')?.length).toBeLessThan(2_048);
});

test('a place that fails or holds something else costs no call', async () => {
  const { start } = phone(await startService(), { '/api/auth/login': tokens });
  const fails = async () => {
    throw new Error('The keychain is locked');
  };
  for (const load of [fails, async () => 7 as unknown as StoredDevice, async () => JSON.parse('{')]) {
    const client = start({ store: { ...memoryStore(), device: { load, save: fails } } });
    expect(await client.register({ email, name: 'Ada' })).toEqual(mailAnswer);
    await client.login({ email, password: 'p' });
    expect([await client.pendingMails(), await client.getAccessToken()]).toEqual([[], 'access']);
  }
});

test('without a place for it, it is kept as long as the app runs', async () => {
  const { start, last } = phone(await startService(), { '/api/auth/login': tokens });
  const client = start({ store: memoryStore() });
  await client.register({ email, name: 'Ada' });
  await client.login({ email, password: 'p' });
  await client.login({ email, password: 'p' });
  expect([(await client.pendingMails()).length, last()?.body['known_device']]).toEqual([1, 'known']);
});
