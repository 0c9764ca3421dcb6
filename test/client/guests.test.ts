import { beforeEach, expect, test } from 'vitest';
import { memoryStore, type PasskeyPlatform } from '../../src/client/client.ts';
import { signedIn } from '../accounts/people.ts';
import { type Issuers, startIssuers, withProviders } from '../identities/issuer.ts';
import { authenticator } from '../passkeys/authenticator.ts';
import {
  codeIn,
  issuer,
  linkIn,
  mailsTo,
  newAddress,
  password,
  type Service,
  startService,
} from '../service.ts';
import { clientOf } from './client-of.ts';
import { createDevice, type Device } from './device.ts';
import { type Process, startProcess } from './process.ts';
import { createWorld, type World } from './world.ts';

// A guest has an account that nothing but their session opens: it is begun once, kept through refreshes and restarts, and becomes
// the person's own in place, whatever else happens at that moment.

let service: Service;
let issuers: Issuers;
let world: World;
let device: Device;
let app: Process;

beforeEach(async () => {
  service = await startService({ ...withProviders, GUESTS: 'true' });
  issuers = startIssuers(service);
  world = createWorld(service);
  device = createDevice(null);
  app = start();
});

const minutes = 60_000;
const start = (options: Parameters<typeof startProcess>[2] = {}) =>
  startProcess(world, device, { hasKey: true, ...options });
const restart = () => {
  app.kill();
  app = start();
};
const requests = (path: string) => world.sent.filter((sent) => sent.path === path);
const keysOf = (path: string) => new Set(requests(path).map(({ headers }) => headers.get('Idempotency-Key')));
const me = (process = app) => world.until(process.client.me());
const sessions = () => world.until(app.client.sessions());
const begin = (process = app) => world.until(process.client.signInAsGuest());
const google = '/api/auth/login/google';

/** As many answers for this path are lost. */
function losing(path: string, count: number): void {
  let left = count;
  world.fateOf = (sent) => ({
    out: 100,
    back: 100,
    ...(sent.path === path && left-- > 0 && { lost: 'answer' as const }),
  });
}

async function shownByGoogle(claims: Record<string, unknown> = {}) {
  const { nonce } = await world.until(app.client.nonce());
  return { id_token: await world.working(issuers.google.token({ nonce, ...claims })), nonce };
}

const upgrade = async (claims?: Record<string, unknown>) => {
  await world.until(app.client.signInWithProvider('google', await shownByGoogle(claims)));
};

/** The code and the link of the mail about a registration. */
async function registered(email = newAddress()) {
  const { request } = await world.until(app.client.register({ email, name: 'Ada' }));
  const [mail] = await world.working(mailsTo(email, 1));
  return { email, request, code: codeIn(mail), token: linkIn(mail).searchParams.get('token') ?? '' };
}

test('a guest has an account without an address, through refreshes and restarts', async () => {
  await begin();
  const { id, email, identities } = await me();
  expect([email, identities]).toEqual([null, []]);
  expect(device.read()).toMatchObject({ isGuest: true, deviceKey: expect.any(String) });
  await world.pass(60 * minutes);
  restart();
  expect(await me()).toMatchObject({ id });
  expect(device.read()).toMatchObject({ isGuest: true, refreshes: 1 });
});

test('whoever is signed in stays: a guest, and anybody else', async () => {
  await begin();
  const { id } = await me();
  await begin();
  restart();
  await begin();
  expect([requests('/api/auth/guest').length, (await me()).id]).toEqual([1, id]);
  await upgrade();
  await begin();
  expect([requests('/api/auth/guest').length, (await me()).id]).toEqual([1, id]);
});

test('two processes that share a store begin one guest', async () => {
  world.fateOf = () => ({ out: 500, back: 500 });
  const other = start();
  await world.until(Promise.all([app.client.signInAsGuest(), other.client.signInAsGuest()]));
  expect(requests('/api/auth/guest')).toHaveLength(1);
  expect(await me(other)).toMatchObject({ id: (await me()).id });
});

test('where no answer comes, one guest is begun', async () => {
  losing('/api/auth/guest', 4);
  await expect(begin()).rejects.toMatchObject({ name: 'NetworkError' });
  expect(device.read()).toBeNull();
  await begin();
  expect([requests('/api/auth/guest').length, keysOf('/api/auth/guest').size]).toEqual([5, 1]);
  expect(await sessions()).toHaveLength(1);
});

test.for(['a provider', 'an address'])('the account becomes its person’s, in place, by %s', async (what) => {
  await begin();
  const { id } = await me();
  const before = device.read();
  const address = await registered();
  if (what === 'a provider') await upgrade();
  else await world.until(app.client.verifyEmail({ ...address, token: undefined, password }));
  expect(await me()).toMatchObject(
    what === 'a provider'
      ? { id, identities: [{ provider: 'google' }] }
      : { id, email: address.email, name: 'Ada', has_password: true },
  );
  expect(device.read()).toMatchObject({ login: before?.login, refreshes: 1, deviceKey: before?.deviceKey });
  expect(device.read()).not.toHaveProperty('isGuest');
  expect(device.read()?.sessionId).not.toBe(before?.sessionId);
  expect(app.signedOut).toEqual([]);
  expect(await sessions()).toMatchObject([{ current: true, device_bound: true }]);
  if (what === 'an address') expect(await world.until(app.client.pendingMails())).toEqual([]);
  await world.pass(60 * minutes);
  expect(await me()).toMatchObject({ id });
});

test('by the link of the mail another account is made, and the guest stays one', async () => {
  await begin();
  const { id } = await me();
  const { token } = await registered();
  await world.until(app.client.verifyEmail({ token, password, name: 'Ada' }));
  expect(await me()).toMatchObject({ id, email: null });
  expect(device.read()).toMatchObject({ isGuest: true });
});

test('by a passkey the session goes on, and says that it is no guest’s', async () => {
  const platform = {
    create: async ({ challenge, rp, user }) =>
      world.working(
        authenticator({ userHandle: user.id }).then((made) => made.create({ challenge, rpId: rp.id })),
      ),
    get: () => Promise.reject(new Error('Not asked for')),
  } as PasskeyPlatform;
  app = start({ passkeys: platform });
  await begin();
  const { id } = await me();
  const before = device.read();
  await world.until(app.client.passkeys.register());
  await world.pass(1_000);
  expect(await me()).toMatchObject({ id, passkeys: 1 });
  expect(device.read()).toMatchObject({ sessionId: before?.sessionId, login: before?.login });
  expect(device.read()).not.toHaveProperty('isGuest');
  expect(claimsIn(device.read()?.accessToken)).not.toHaveProperty('guest');
});

test('an identity that is added makes the account its person’s as well', async () => {
  await begin();
  const { id } = await me();
  await world.until(app.client.identities.add('google', await shownByGoogle()));
  await world.quiet();
  expect(await me()).toMatchObject({ id, identities: [{ provider: 'google' }] });
  expect(device.read()).not.toHaveProperty('isGuest');
});

test('calls and refreshes of the moment see nobody signed out', async () => {
  await begin();
  const { id } = await me();
  const other = start();
  await me(other);
  const shown = await shownByGoogle();
  // The service has upgraded the guest after half a second, and the app hears of it two seconds later.
  world.fateOf = ({ path }) => ({ out: 500, back: path === google ? 2_000 : 100 });
  const upgraded = app.client.signInWithProvider('google', shown);
  await world.pass(700);
  const calls = [app.client.me(), other.client.me()];
  await world.until(upgraded);
  for (const user of await world.until(Promise.all(calls))) expect(user).toMatchObject({ id });
  expect([app.signedOut, other.signedOut]).toEqual([[], []]);
  expect(await me(other)).toMatchObject({ identities: [{ provider: 'google' }] });
  expect(device.read()).not.toHaveProperty('isGuest');
});

test('two processes that make the account their person’s at once have one account', async () => {
  await begin();
  const { id } = await me();
  const other = start();
  const claims = { sub: crypto.randomUUID() };
  const [one, two] = [await shownByGoogle(claims), await shownByGoogle(claims)];
  world.fateOf = () => ({ out: 500, back: 500 });
  await world.until(
    Promise.all([
      app.client.signInWithProvider('google', one),
      other.client.signInWithProvider('google', two),
    ]),
  );
  for (const process of [app, other]) expect(await me(process)).toMatchObject({ id });
  expect([app.signedOut, other.signedOut]).toEqual([[], []]);
});

test('a process that knew another guest makes the account of the one who is stored its person’s', async () => {
  await begin();
  await me();
  const other = start();
  await me(other);
  await world.until(other.client.logout());
  await begin(other);
  const { id } = await me(other);
  await upgrade();
  expect(await me(other)).toMatchObject({ id, identities: [{ provider: 'google' }] });
});

test.for([1, 4])('%s lost answers cost nothing', async (count) => {
  await begin();
  const { id } = await me();
  const shown = await shownByGoogle();
  losing(google, count);
  const attempt = () => world.until(app.client.signInWithProvider('google', shown));
  if (count > 1) await expect(attempt()).rejects.toMatchObject({ name: 'NetworkError' });
  await attempt();
  expect([requests(google).length, keysOf(google).size]).toEqual([count + 1, 1]);
  expect(await me()).toMatchObject({ id, identities: [{ provider: 'google' }] });
  expect(await sessions()).toHaveLength(1);
  expect(app.signedOut).toEqual([]);
});

test('a code whose answers are all lost makes the account its person’s once it is typed again', async () => {
  await begin();
  const { id } = await me();
  const { request, code, email } = await registered();
  const verify = () => world.until(app.client.verifyEmail({ request, code, password }));
  losing('/api/auth/verify-email', 4);
  await expect(verify()).rejects.toMatchObject({ name: 'NetworkError' });
  await verify();
  expect(await me()).toMatchObject({ id, email });
  expect(device.read()).not.toHaveProperty('isGuest');
});

test('an app that was killed before the answer came is told why, and signs in to the same account', async () => {
  await begin();
  const { id } = await me();
  const claims = { sub: crypto.randomUUID() };
  losing(google, 4);
  await expect(upgrade(claims)).rejects.toMatchObject({ name: 'NetworkError' });
  restart();
  await expect(me()).rejects.toMatchObject({ kind: 'session-ended', problem: { reason: 'upgraded' } });
  expect([app.signedOut, device.read()]).toEqual([['session-ended'], null]);
  await upgrade(claims);
  expect(await me()).toMatchObject({ id });
});

test('an app that was killed and signs in at once, with another ID token, has the same account', async () => {
  await begin();
  const { id } = await me();
  const claims = { sub: crypto.randomUUID() };
  losing(google, 4);
  await expect(upgrade(claims)).rejects.toMatchObject({ name: 'NetworkError' });
  restart();
  await upgrade(claims);
  expect(await me()).toMatchObject({ id });
});

test.for(['has expired by the device’s clock', 'is refused by the service'])(
  'an access token that %s is renewed once, and the guest’s account is kept',
  async (what) => {
    await begin();
    const { id } = await me();
    await world.pass(60 * minutes);
    restart();
    const shown = await shownByGoogle();
    // A clock that went back: by it the token is as good as new.
    if (what.startsWith('is refused')) device.skew = -60 * minutes;
    await world.until(app.client.signInWithProvider('google', shown));
    const tokens = new Set(requests(google).map(({ headers }) => headers.get('Authorization')));
    expect(tokens.size).toBe(what.startsWith('is refused') ? 2 : 1);
    expect(requests('/api/auth/refresh')).toHaveLength(1);
    expect(await me()).toMatchObject({ id, identities: [{ provider: 'google' }] });
  },
);

test('what is somebody’s already is not merged: the app decides, with the same ID token', async () => {
  const person = await world.working(signedIn(service, `ada.${crypto.randomUUID()}@gmail.com`));
  await begin();
  const { id } = await me();
  const guest = device.read();
  const shown = await shownByGoogle({ email: person.email });
  await expect(world.until(app.client.signInWithProvider('google', shown))).rejects.toMatchObject({
    kind: 'identity-taken',
  });
  expect([device.read(), app.signedOut, (await me()).id]).toEqual([guest, [], id]);
  await world.until(app.client.signInWithProvider('google', shown, { asGuest: false }));
  expect(await me()).toMatchObject({ id: person.id });
  expect(device.read()).not.toHaveProperty('isGuest');
  expect(device.read()?.login).not.toBe(guest?.login);
});

test('a taken address is not merged either, and the code is still good for the account', async () => {
  await begin();
  const { id } = await me();
  const { request, code, email } = await registered();
  await world.working(signedIn(service, email).catch(() => {}));
  const refused = world.until(app.client.verifyEmail({ request, code, password }));
  await expect(refused).rejects.toMatchObject({ kind: 'identity-taken' });
  expect(await me()).toMatchObject({ id, email: null });
  expect(device.read()).toMatchObject({ isGuest: true });
});

test('in full mode the proof is of the guest’s token and binds the session that takes its place', async () => {
  app = start({ dpopMode: 'full' });
  await begin();
  const { id } = await me();
  expect(device.read()).toMatchObject({ tokenType: 'DPoP', isGuest: true });
  await upgrade();
  expect(requests(google)[0]?.headers.get('Authorization')).toMatch(/^DPoP /);
  expect(device.read()).toMatchObject({ tokenType: 'DPoP' });
  expect(await me()).toMatchObject({ id });
});

test('a guest whose session is over signs in all the same, to another account', async () => {
  await begin();
  const { id } = await me();
  const bearer = device.read()?.accessToken ?? '';
  await world.working(service.call('POST', '/api/auth/logout-all', { json: {}, bearer }));
  await upgrade();
  expect(app.signedOut).toEqual(['session-ended']);
  expect((await me()).id).not.toBe(id);
  expect(device.read()).not.toHaveProperty('isGuest');
});

test('a key store that is locked keeps the guest; one that has lost the key loses them', async () => {
  await begin();
  await me();
  const guest = device.read();
  device.keystore.fault = 'locked';
  await expect(upgrade()).rejects.toMatchObject({ name: 'DeviceKeyError' });
  expect(device.read()).toEqual(guest);
  device.keystore.fault = 'none';
  device.keystore.kept = undefined;
  restart();
  await upgrade();
  expect(app.signedOut).toEqual(['device-key-gone']);
  expect(await me()).toMatchObject({ identities: [{ provider: 'google' }] });
});

test('with tokens in cookies the guest who is left behind is signed out first: the browser would send the cookie', async () => {
  const Origin = 'https://app.example.test';
  const web = await startService({ ...withProviders, GUESTS: 'true', WEB_ORIGINS: Origin });
  const providers = startIssuers(web);
  const person = await signedIn(web, `ada.${crypto.randomUUID()}@gmail.com`);
  const cookies = new Map<string, string>();
  const sent: string[] = [];
  const { client, signedOut } = clientOf(web, {
    store: { ...memoryStore(), inCookies: true },
    fetch: async (url, { method = 'GET', headers, body }) => {
      const path = url.slice(issuer.length);
      sent.push(path);
      const Cookie = [...cookies].map((cookie) => cookie.join('=')).join('; ');
      const answer = await web.call(method, path, {
        headers: { ...Object.fromEntries(new Headers(headers)), Origin, Cookie },
        ...(body ? { body: String(body) } : {}),
      });
      for (const cookie of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      return new Response(answer.text === '' ? null : answer.text, answer);
    },
  });
  const guest = async () => {
    await client.signInAsGuest();
    return (await client.me()).id;
  };
  const shown = async (email: string) => {
    const { nonce } = await client.nonce();
    return { nonce, id_token: await providers.google.token({ nonce, email }) };
  };
  const id = await guest();
  const hers = await shown(person.email);
  await expect(client.signInWithProvider('google', hers)).rejects.toMatchObject({ kind: 'identity-taken' });
  expect(await client.me()).toMatchObject({ id });
  await client.signInWithProvider('google', hers, { asGuest: false });
  expect(await client.me()).toMatchObject({ id: person.id });
  expect(sent.filter((path) => path === '/api/auth/logout')).toHaveLength(1);

  await client.logout();
  const another = await guest();
  await client.signInWithProvider('google', await shown(`grace.${crypto.randomUUID()}@gmail.com`));
  expect(await client.me()).toMatchObject({ id: another, identities: [{ provider: 'google' }] });
  expect(signedOut).toEqual(['logout']);
});

function claimsIn(token = ''): unknown {
  const [, payload = ''] = token.split('.');
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
}
