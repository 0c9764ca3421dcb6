import { expect, test } from 'vitest';
import { memoryStore, NetworkError } from '../../src/client/client.ts';
import {
  codeIn,
  issuer,
  linkIn,
  mailsTo,
  newAddress,
  newUser,
  password,
  type ReceivedMail,
  startService,
} from '../service.ts';
import { clientOf, counting, instantly } from './client-of.ts';

const tokenIn = (mail?: ReceivedMail) => linkIn(mail).searchParams.get('token') ?? '';
const otherPassword = 'velvet sparrow tunnel mint';

test('an app does with the client whatever the service offers', async () => {
  const service = await startService();
  const { client, signedOut } = clientOf(service);
  const email = newAddress();
  expect(await client.getAccessToken()).toBeNull();

  const { request } = await client.register({ email, password, name: 'Ada' });
  service.clock.advance(60);
  await client.resendVerification({ request });
  const code = codeIn((await mailsTo(email, 2)).at(-1));
  await client.verifyEmail({ request, code, password, sign_in: true });
  expect(await client.me()).toMatchObject({ email, name: 'Ada' });
  expect(await client.updateMe({ name: 'Grace' })).toMatchObject({ name: 'Grace' });
  expect(await client.exportMe()).toMatchObject({ user: { email } });
  expect(await client.securityEvents()).toMatchObject({ data: expect.any(Array) });

  service.clock.advance(1);
  const other = clientOf(service, { deviceName: 'Tablet' });
  await other.client.login({ email, password });
  const devices = await client.sessions();
  expect(devices.map(({ device_name, current }) => [device_name, current])).toEqual([
    ['Tablet', false],
    ['Phone', true],
  ]);
  await client.revokeSession(devices[0]?.id ?? '');
  await expect(other.client.me()).rejects.toMatchObject({ kind: 'session-ended' });
  expect(other.signedOut).toEqual(['session-ended']);

  await client.changePassword({ current_password: password, new_password: otherPassword });
  const newEmail = newAddress();
  await client.changeEmail({ new_email: newEmail, password: otherPassword });
  const [change] = await client.pendingMails();
  const changeCode = codeIn((await mailsTo(newEmail, 1)).at(-1));
  await client.verifyEmail({ request: change?.request ?? '', code: changeCode });
  expect(await client.me()).toMatchObject({ email: newEmail });
  await client.logout();
  expect(signedOut).toEqual(['logout']);
  await expect(client.me()).rejects.toMatchObject({ kind: 'invalid-access-token' });

  const undo = (await mailsTo(email)).find(({ text }) => text.includes('undo'));
  await client.undoEmailChange({ token: tokenIn(undo) });
  const reset = await client.forgotPassword({ email });
  const resetCode = codeIn((await mailsTo(email)).at(-1));
  await client.resetPassword({ request: reset.request, code: resetCode, password });
  await client.login({ email, password });
  await client.logoutAll();
  await client.login({ email, password });
  await client.deleteMe({ password });
  expect(signedOut).toEqual(['logout', 'logout', 'account-deleted']);
  await client.logout();
  expect(signedOut).toHaveLength(3);
});

test('a problem is there to be shown: its kind, and what is wrong with which field', async () => {
  const { client } = clientOf(await startService());
  const refused = client.register({ email: 'nobody', password: '', name: 'Ada' });
  await expect(refused).rejects.toMatchObject({
    name: 'ProblemError',
    kind: 'validation-failed',
    problem: {
      status: 422,
      errors: expect.arrayContaining([{ pointer: '/password', detail: expect.any(String) }]),
    },
  });
});

test('logging out works offline, and says that the service has not heard of it', async () => {
  const service = await startService();
  const store = memoryStore();
  const { client } = clientOf(service, { store });
  await client.login({ email: (await newUser(service)).email, password });
  const offline = clientOf(service, {
    store,
    sleep: instantly,
    fetch: async () => {
      throw new TypeError('offline');
    },
  });
  await expect(offline.client.logout()).rejects.toBeInstanceOf(NetworkError);
  expect([offline.signedOut, await store.load()]).toEqual([['logout'], null]);
});

test('the access token goes to the service and to the APIs that are named, and nowhere else', async () => {
  const service = await startService();
  const { urls, fetch } = counting(() => new Response('{}'));
  const { client } = clientOf(service, { fetch, apiOrigins: ['https://api.example.test/'] });
  await client.fetch('reports');
  await client.fetch('//evil.test/x');
  await client.fetch('@evil.test/x');
  await client.fetch('https://API.example.test/reports');
  expect(urls).toEqual([
    `${issuer}/reports`,
    `${issuer}/evil.test/x`,
    `${issuer}/@evil.test/x`,
    'https://API.example.test/reports',
  ]);
  for (const url of [
    'https://evil.test/',
    `${issuer}.evil.test/`,
    `${issuer}@evil.test/`,
    `${issuer}:8443/`,
    'http://api.example.test/',
    'data:text/plain,x',
    'javascript:x',
  ]) {
    await expect(client.fetch(url), url).rejects.toThrow(TypeError);
  }
  expect(urls).toHaveLength(4);
});
