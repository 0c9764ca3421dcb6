import { beforeEach, expect, test } from 'vitest';
import {
  type AcceptedCredentials,
  type PasskeyPlatform,
  SecondFactorRequiredError,
  type UnknownCredential,
} from '../../src/client/client.ts';
import { userHandleOf } from '../../src/factors/passkey.ts';
import { passkeyChallengeSeconds, recentSignInSeconds } from '../../src/lifetimes.ts';
import { type Person, signedIn } from '../accounts/people.ts';
import { withTotp } from '../factors/totp.ts';
import { type Authenticator, authenticator, flags } from '../passkeys/authenticator.ts';
import { newUser, password, type Service, startService } from '../service.ts';
import { createDevice, type Device } from './device.ts';
import { type Process, startProcess } from './process.ts';
import { createWorld, type World } from './world.ts';

// Passkeys, with the platform's functions handed in: what the service says goes to them, and what they say to the service, as
// it is.

let service: Service;
let person: Person;
let email: string;
let world: World;
let device: Device;
let platform: Platform;
let app: Process;

beforeEach(async () => {
  service = await startService();
  person = await signedIn(service);
  ({ email } = person);
  world = createWorld(service);
  device = createDevice(null);
  platform = platformOf();
  app = start();
});

const start = (options: Parameters<typeof startProcess>[2] = {}) =>
  startProcess(world, device, { hasKey: true, passkeys: platform, ...options });

type Platform = ReturnType<typeof platformOf>;

/** A phone with one place for a passkey, whose owner says yes. */
function platformOf() {
  const phone = {
    key: undefined as Authenticator | undefined,
    flags: undefined as number | undefined,
    /** What it was called with. */
    asked: [] as object[],
    unknown: [] as UnknownCredential[],
    accepted: [] as AcceptedCredentials[],
    create: (async (options) => {
      phone.asked.push(options);
      const key = await world.working(authenticator({ userHandle: options.user.id }));
      phone.key = key;
      return key.create({ challenge: options.challenge, rpId: options.rp.id });
    }) as PasskeyPlatform['create'],
    get: (async ({ challenge, rpId, ...options }, how) => {
      phone.asked.push({ challenge, rpId, ...options, ...how });
      const ceremony = { challenge, rpId, ...(phone.flags !== undefined && { flags: phone.flags }) };
      if (!phone.key) throw Object.assign(new Error('None here'), { name: 'NotAllowedError' });
      const { type: _, ...credential } = await world.working(phone.key.get(ceremony));
      return credential;
    }) as PasskeyPlatform['get'],
    signalUnknownCredential: async (unknown: UnknownCredential) => void phone.unknown.push(unknown),
    signalAllAcceptedCredentials: async (accepted: AcceptedCredentials) => void phone.accepted.push(accepted),
  };
  return phone;
}

const path = '/api/users/me/passkeys';
const requests = (to: string, method = 'POST') =>
  world.sent.filter((sent) => sent.path === to && sent.method === method);
const keysOf = (to: string) => requests(to).map(({ headers }) => headers.get('Idempotency-Key'));
const bodyOf = (to: string) => JSON.parse(requests(to).at(-1)?.body ?? '{}');

const signIn = (process = app) => world.until(process.client.passkeys.signIn());
const login = (process = app, of = email) => world.until(process.client.login({ email: of, password }));
const list = () => world.until(app.client.passkeys.list());

/** Signed in by password, with a passkey of this phone. */
async function registered(name = 'Phone') {
  await login();
  return world.until(app.client.passkeys.register({ name }));
}

/** The first answer for this path is lost. */
function losing(to: string, method = 'POST'): void {
  let lost = 1;
  world.fateOf = (sent) => ({
    out: 100,
    back: 100,
    ...(sent.path === to && sent.method === method && lost-- > 0 && { lost: 'answer' as const }),
  });
}

test('a passkey is made, signs in, is renamed and removed; the device is told which are good', async () => {
  const passkey = await registered();
  expect(passkey).toMatchObject({ name: 'Phone', credential_id: platform.key?.id });
  expect(platform.asked[0]).toMatchObject({ user: { id: userHandleOf(person.id), name: email } });
  await world.until(app.client.logout());

  await signIn();
  expect(platform.asked[1]).toMatchObject({ allowCredentials: [], userVerification: 'preferred' });
  const [session] = (await world.until(app.client.sessions())).filter(({ current }) => current);
  expect(session).toMatchObject({ amr: ['swk', 'user', 'mfa'], acr: 'aal2', device_bound: true });
  expect(device.read()).toMatchObject({ refreshKey: expect.any(String), refreshes: 0 });

  await world.until(app.client.passkeys.rename(passkey.id, 'Old phone'));
  expect(await list()).toMatchObject([{ id: passkey.id, name: 'Old phone' }]);
  await world.until(app.client.passkeys.remove(passkey.id));
  expect(await list()).toEqual([]);
  expect(platform.accepted.map(({ allAcceptedCredentialIds }) => allAcceptedCredentialIds)).toEqual([
    [platform.key?.id],
    [],
  ]);
  expect(platform.accepted[0]).toMatchObject({ rpId: 'app.example.test', userId: userHandleOf(person.id) });
});

test.for([`${path}/options`, path])('a lost answer of %s costs no second passkey', async (to) => {
  losing(to);
  await registered();
  expect(keysOf(to)).toHaveLength(2);
  expect(new Set(keysOf(to)).size).toBe(1);
  expect(await list()).toHaveLength(1);
});

test.for(['/api/auth/passkey/options', '/api/auth/passkey'])(
  'a lost answer of %s costs no second session',
  async (to) => {
    await registered();
    await world.until(app.client.logout());
    losing(to);
    await signIn();
    expect(keysOf(to)).toHaveLength(2);
    expect(new Set(keysOf(to)).size).toBe(1);
    // This one, and the one before the world began.
    expect(await world.until(app.client.sessions())).toHaveLength(2);
  },
);

test('a lost answer to a removal: it is done', async () => {
  const { id } = await registered();
  losing(`${path}/${id}`, 'DELETE');
  await world.until(app.client.passkeys.remove(id));
  expect(requests(`${path}/${id}`, 'DELETE')).toHaveLength(2);
  await expect(world.until(app.client.passkeys.remove(id))).rejects.toMatchObject({ kind: 'not-found' });
});

test('what nobody has is forgotten by the device, if it can; what was removed may come back', async () => {
  await registered();
  platform.key = await authenticator({ userHandle: userHandleOf(person.id) });
  const unknown = { rpId: 'app.example.test', credentialId: platform.key.id };
  const refused = { kind: 'passkey-not-accepted', problem: { unknown_credential: unknown } };
  await expect(signIn()).rejects.toMatchObject(refused);
  expect(platform.unknown).toEqual([unknown]);
  const fails = () => Promise.reject(new Error('Not now'));
  for (const more of [{ signalUnknownCredential: undefined }, { signalUnknownCredential: fails }]) {
    const passkeys = { ...platform, ...more } as PasskeyPlatform;
    await expect(signIn(start({ passkeys }))).rejects.toMatchObject(refused);
  }
  platform.unknown = [];
  const kept = await world.until(app.client.passkeys.register());
  await world.until(app.client.passkeys.remove(kept.id));
  await expect(signIn()).rejects.toMatchObject({ kind: 'passkey-not-accepted' });
  expect(platform.unknown).toEqual([]);
});

test('where the user says no, nothing is sent, and the app hears it in the words of the platform', async () => {
  await login();
  await expect(signIn()).rejects.toMatchObject({ name: 'NotAllowedError' });
  platform.create = () => Promise.reject(Object.assign(new Error(), { name: 'InvalidStateError' }));
  await expect(world.until(app.client.passkeys.register())).rejects.toMatchObject({
    name: 'InvalidStateError',
  });
  expect([requests('/api/auth/passkey'), requests(path)]).toEqual([[], []]);
  expect(await world.until(app.client.me())).toMatchObject({ email });
});

test('where the platform has none, the call says so', async () => {
  const without = start({ passkeys: undefined });
  await expect(signIn(without)).rejects.toThrow('give `passkeys`');
  expect(world.sent).toEqual([]);
});

test('a passkey is a second factor, also in an app that was killed after the first', async () => {
  await registered();
  const { code } = await withTotp(service, person);
  await expect(login()).rejects.toMatchObject({ factors: ['totp', 'recovery_code', 'passkey'] });
  app.kill();
  app = start();
  const complete = () => world.until(app.client.completeSecondFactor({ passkey: true }));
  const { key } = platform;
  platform.key = undefined;
  await expect(complete()).rejects.toMatchObject({ name: 'NotAllowedError' });
  platform.key = key;
  await complete();
  expect(bodyOf('/api/auth/passkey/options')).toEqual({ auth_session: expect.any(String) });
  expect((await world.until(app.client.sessions())).find(({ current }) => current)).toMatchObject({
    acr: 'aal2',
    device_bound: true,
  });

  // Without its user's finger it is one factor, and the other is owed.
  platform.flags = flags.present | flags.eligible | flags.backedUp;
  await expect(signIn()).rejects.toBeInstanceOf(SecondFactorRequiredError);
  await world.pass(30_000);
  await world.until(app.client.completeSecondFactor({ totp: await world.working(code()) }));
  expect(await world.until(app.client.me())).toMatchObject({ email });
});

test('an old sign-in is made recent by a passkey', async () => {
  const { id } = await registered();
  await world.pass((recentSignInSeconds + 1) * 1000);
  await expect(world.until(app.client.passkeys.remove(id))).rejects.toMatchObject({
    kind: 'recent-sign-in-required',
    problem: { methods: ['password', 'passkey'] },
  });
  losing('/api/auth/reauthenticate');
  await world.until(app.client.reauthenticate({ passkey: true }));
  expect(new Set(keysOf('/api/auth/reauthenticate')).size).toBe(1);
  await world.until(app.client.passkeys.remove(id));
});

test('the mark of a device is each user’s own, also where they sign in by passkey', async () => {
  const other = await newUser(service);
  await registered();
  await world.until(app.client.logout());
  await login(app, other.email);
  await world.until(app.client.logout());
  await signIn();
  const known = () => bodyOf('/api/auth/passkey').known_device;
  const first = known();
  await world.until(app.client.logout());
  await signIn();
  expect([typeof first, known() === first]).toEqual(['string', false]);
  const theirs = known();
  await world.until(app.client.logout());
  await login(app, other.email);
  expect(bodyOf('/api/auth/login').known_device).toBe(first);
  expect(theirs).not.toBe(first);
});

/** A browser whose autofill offers a passkey, until it is picked. */
function offering() {
  const { get } = platform;
  const offers: { pick(): void }[] = [];
  platform.get = (options, how) =>
    new Promise((resolve, reject) => {
      expect(how.mediation).toBe('conditional');
      how.signal?.addEventListener('abort', () => reject(new Error('AbortError')));
      offers.push({ pick: () => void get(options, how).then(resolve, reject) });
    });
  return offers;
}

test('an offer in the autofill of a form is as good after an hour', async () => {
  await registered();
  await world.until(app.client.logout());
  const offers = offering();
  const signedIn = app.client.passkeys.signIn({ mediation: 'conditional' });
  await world.pass(60 * 60_000);
  expect(offers.length).toBeGreaterThan((60 * 60) / passkeyChallengeSeconds);
  offers.at(-1)?.pick();
  await world.until(signedIn);
  expect(await world.until(app.client.me())).toMatchObject({ email });
});

test('an offer ends when the app says so, or the service is away', async () => {
  const offers = offering();
  const form = new AbortController();
  const ended = app.client.passkeys.signIn({ mediation: 'conditional', signal: form.signal });
  ended.catch(() => {});
  await world.pass(1_000);
  form.abort(new Error('The form was closed'));
  await expect(world.until(ended)).rejects.toThrow('AbortError');
  const away = app.client.passkeys.signIn({ mediation: 'conditional' });
  away.catch(() => {});
  await world.pass(1_000);
  world.fateOf = () => ({ out: 0, back: 0, lost: 'refused' });
  await world.pass(60 * 60_000);
  await expect(world.until(away)).rejects.toMatchObject({ name: 'NetworkError' });
  expect(offers).toHaveLength(2);
});
