import { beforeEach, expect, test } from 'vitest';
import { memoryStore, SecondFactorRequiredError } from '../../src/client/client.ts';
import { recentSignInSeconds } from '../../src/lifetimes.ts';
import { signedIn } from '../accounts/people.ts';
import { withTotp } from '../factors/totp.ts';
import { type Claims, hexDigest, type Issuers, startIssuers, withProviders } from '../identities/issuer.ts';
import { issuer, newAddress, password, type Service, startService } from '../service.ts';
import { clientOf } from './client-of.ts';
import { createDevice, type Device } from './device.ts';
import { type Process, startProcess } from './process.ts';
import { createWorld, type World } from './world.ts';

// Providers' ID tokens, as their SDKs give them to an app: for a session, for the account, and to show once more who one is.

let service: Service;
let issuers: Issuers;
let world: World;
let device: Device;
let app: Process;

beforeEach(async () => {
  service = await startService(withProviders);
  issuers = startIssuers(service);
  world = createWorld(service);
  device = createDevice(null);
  app = start();
});

const start = () => startProcess(world, device, { hasKey: true });
const signInPath = (provider: string) => `/api/auth/login/${provider}`;
const requests = (path: string) => world.sent.filter((sent) => sent.path === path);
const keysOf = (path: string) => new Set(requests(path).map(({ headers }) => headers.get('Idempotency-Key')));
/** Whose account nobody in the database has. */
const newSubject = () => crypto.randomUUID();
const me = (process = app) => world.until(process.client.me());
const sessions = () => world.until(app.client.sessions());

/** What an SDK gives that was given a nonce of ours, as it is or hashed. */
async function shownBy(provider: keyof Issuers, claims: Claims = {}, how: 'raw' | 'hashed' = 'raw') {
  const { nonce } = await world.until(app.client.nonce());
  const given = how === 'raw' ? nonce : await world.working(hexDigest(nonce));
  const id_token = await world.working(issuers[provider].token({ nonce: given, ...claims }));
  return { id_token, nonce };
}

const signIn = async (provider: keyof Issuers, claims?: Claims, process = app) =>
  world.until(process.client.signInWithProvider(provider, await shownBy(provider, claims)));

/** As many answers for this path are lost. */
function losing(path: string, count: number, method = 'POST'): void {
  let left = count;
  world.fateOf = (sent) => ({
    out: 100,
    back: 100,
    ...(sent.path === path && sent.method === method && left-- > 0 && { lost: 'answer' as const }),
  });
}

test.for(['raw', 'hashed'] as const)('Apple’s ID token signs in, its nonce %s', async (how) => {
  const shown = await shownBy('apple', {}, how);
  await world.until(app.client.signInWithProvider('apple', { ...shown, name: 'Ada' }));
  expect(await me()).toMatchObject({
    name: 'Ada',
    provider: 'apple',
    has_password: false,
    identities: [{ provider: 'apple' }],
  });
  expect(await sessions()).toMatchObject([{ current: true, acr: 'aal1', device_bound: true }]);
  expect(device.read()).toMatchObject({ refreshKey: expect.any(String), refreshes: 0 });
  expect(device.read()).not.toHaveProperty('isGuest');
  await world.pass(60 * 60_000);
  expect(await me()).toMatchObject({ name: 'Ada' });
});

test('what the service says of a token that is none, the app hears', async () => {
  const { id_token } = await shownBy('apple');
  const refused = world.until(app.client.signInWithProvider('apple', { id_token: `${id_token}x` }));
  await expect(refused).rejects.toMatchObject({
    kind: 'id-token-not-accepted',
    problem: { detail: expect.any(String), discard_credentials: false },
  });
  await expect(
    world.until(app.client.signInWithProvider('other', await shownBy('google'))),
  ).rejects.toMatchObject({ kind: 'way-not-enabled' });
  expect([device.read(), app.signedOut]).toEqual([null, []]);
});

test('a lost answer costs no second session', async () => {
  losing(signInPath('google'), 1);
  await signIn('google');
  expect([requests(signInPath('google')).length, keysOf(signInPath('google')).size]).toEqual([2, 1]);
  expect(await sessions()).toHaveLength(1);
});

test('where no answer ever came, the same call finds the session; a restarted app gets another ID token', async () => {
  const sub = newSubject();
  const shown = await shownBy('google', { sub });
  const attempt = (process = app) => world.until(process.client.signInWithProvider('google', shown));
  losing(signInPath('google'), 4);
  await expect(attempt()).rejects.toMatchObject({ name: 'NetworkError' });
  expect(device.read()).toBeNull();
  await attempt();
  expect(keysOf(signInPath('google')).size).toBe(1);
  expect(await sessions()).toHaveLength(1);
  const { id } = await me();

  app.kill();
  app = start();
  await expect(attempt()).rejects.toMatchObject({ kind: 'id-token-not-accepted' });
  await signIn('google', { sub });
  expect(await me()).toMatchObject({ id });
});

test('who has a second factor is asked for it, in the call itself or after it', async () => {
  const person = await world.working(signedIn(service, `ada.${crypto.randomUUID()}@gmail.com`));
  const { code } = await world.working(withTotp(service, person));
  const claims = { sub: newSubject(), email: person.email };
  await expect(signIn('google', claims)).rejects.toBeInstanceOf(SecondFactorRequiredError);
  expect(device.read()).toBeNull();
  app.kill();
  app = start();
  expect(await world.until(app.client.pendingSecondFactor())).toMatchObject({
    factors: ['totp', 'recovery_code'],
  });
  await world.until(app.client.completeSecondFactor({ totp: await world.working(code()) }));
  // The account that has proven the address is joined with the finished sign-in.
  expect(await me()).toMatchObject({ id: person.id, identities: [{ provider: 'google' }] });

  await world.until(app.client.logout());
  await world.pass(30_000);
  const shown = { ...(await shownBy('google', claims)), totp: await world.working(code()) };
  await world.until(app.client.signInWithProvider('google', shown));
  expect((await sessions()).find(({ current }) => current)).toMatchObject({
    acr: 'aal2',
    device_bound: true,
  });
});

test('an address that the provider’s word does not prove: the user adds the provider from within, and signs in by it', async () => {
  const person = await world.working(signedIn(service));
  const claims = { sub: newSubject(), email: person.email };
  const shown = await shownBy('acme', claims);
  await expect(world.until(app.client.signInWithProvider('acme', shown))).rejects.toMatchObject({
    kind: 'identity-taken',
  });
  await world.until(app.client.login({ email: person.email, password }));
  losing('/api/users/me/identities/acme', 1);
  // Refused, it was not used up.
  const added = await world.until(app.client.identities.add('acme', shown));
  expect(keysOf('/api/users/me/identities/acme').size).toBe(1);
  expect(await me()).toMatchObject({ identities: [added] });
  await world.until(app.client.logout());
  await signIn('acme', claims);
  expect(await me()).toMatchObject({ id: person.id });

  losing(`/api/users/me/identities/${added.id}`, 1, 'DELETE');
  await world.until(app.client.identities.remove(added.id));
  expect(requests(`/api/users/me/identities/${added.id}`)).toHaveLength(2);
  expect(await me()).toMatchObject({ identities: [] });
  await expect(world.until(app.client.identities.remove(added.id))).rejects.toMatchObject({
    kind: 'not-found',
  });
});

test('the last way in stays', async () => {
  await signIn('apple');
  const [only] = (await me()).identities;
  await expect(world.until(app.client.identities.remove(only?.id ?? ''))).rejects.toMatchObject({
    kind: 'last-way-in',
  });
});

test('an old sign-in is made recent by a provider, also where answers are lost', async () => {
  const sub = newSubject();
  await signIn('google', { sub });
  const added = await world.until(app.client.identities.add('acme', await shownBy('acme')));
  await world.pass((recentSignInSeconds + 1) * 1000);
  const remove = () => world.until(app.client.identities.remove(added.id));
  await expect(remove()).rejects.toMatchObject({
    kind: 'recent-sign-in-required',
    problem: { methods: ['provider'], providers: expect.arrayContaining(['google']) },
  });
  const shown = { provider: 'google', ...(await shownBy('google', { sub })) };
  const path = '/api/auth/reauthenticate';
  losing(path, 4);
  await expect(world.until(app.client.reauthenticate(shown))).rejects.toMatchObject({ name: 'NetworkError' });
  await world.until(app.client.reauthenticate(shown));
  expect([requests(path).length, keysOf(path).size]).toEqual([5, 1]);
  await remove();
});

test('the mark of a device is each user’s own', async () => {
  const known = () => JSON.parse(requests(signInPath('google')).at(-1)?.body ?? '').known_device;
  const [her, him] = [{ sub: newSubject() }, { sub: newSubject() }];
  await signIn('google', her);
  await world.until(app.client.logout());
  await signIn('google', him);
  await world.until(app.client.logout());
  await signIn('google', her);
  const hers = known();
  await world.until(app.client.logout());
  await signIn('google', him);
  const his = known();
  await world.until(app.client.logout());
  await signIn('google', her);
  expect([typeof hers, known() === hers, his === hers]).toEqual(['string', true, false]);
  // Who they are is read by nobody in the device’s storage.
  for (const { sub } of [her, him]) expect(device.notes).not.toContain(sub);
});

test('which ways there are is asked for without cookies, which no page may read the answer of', async () => {
  const asked: [string, unknown][] = [];
  const { client } = clientOf(service, {
    store: { ...memoryStore(), inCookies: true },
    fetch: async (url, init) => {
      asked.push([url.slice(issuer.length), (init as { credentials?: string }).credentials]);
      const { text, status, headers } = await service.call(init.method ?? 'GET', url.slice(issuer.length), {
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(init.body ? { body: String(init.body) } : {}),
      });
      return new Response(text, { status, headers });
    },
  });
  const ways = await client.ways();
  expect(ways.providers.map(({ name, nonce }) => [name, nonce])).toEqual([
    ['apple', 'required'],
    ['google', 'required'],
    ['acme', 'optional'],
  ]);
  expect(ways).toMatchObject({ password: { min_length: 15 }, code_lengths: { sign_in: 8 } });
  await client.forgotPassword({ email: newAddress() });
  expect(asked).toEqual([
    ['/api/auth/ways', undefined],
    ['/api/auth/forgot-password', 'include'],
  ]);
});
