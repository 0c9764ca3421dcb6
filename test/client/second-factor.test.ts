import { beforeEach, expect, test } from 'vitest';
import { SecondFactorRequiredError } from '../../src/client/client.ts';
import { authSessionSeconds, codeTries } from '../../src/lifetimes.ts';
import { type Person, signedIn } from '../accounts/people.ts';
import { type Authenticator, withTotp, wrongCode } from '../factors/totp.ts';
import { password, type Service, startService } from '../service.ts';
import { createDevice, type Device } from './device.ts';
import { type Process, startProcess } from './process.ts';
import { createWorld, type World } from './world.ts';

// A sign-in that takes a second factor: in the call itself, or in a second step, which a killed app goes on with.

let service: Service;
let person: Person;
let authenticator: Authenticator;
let world: World;
let device: Device;
let app: Process;
let email: string;

beforeEach(async () => {
  service = await startService();
  person = await signedIn(service);
  ({ email } = person);
  authenticator = await withTotp(service, person);
  world = createWorld(service);
  device = createDevice(null);
  app = startProcess(world, device, { hasKey: true });
});

const step = '/api/auth/login/second-factor';
const requests = (path: string) => world.sent.filter((sent) => sent.path === path);
const keysOf = (path: string) => requests(path).map(({ headers }) => headers.get('Idempotency-Key'));
const proofs = () => world.sent.map(({ headers }) => headers.has('DPoP'));
const login = (process = app, more: object = {}) =>
  world.until(process.client.login({ email, password, ...more }));
const complete = (totp: string, process = app) => world.until(process.client.completeSecondFactor({ totp }));
const pending = (process = app) => world.until(process.client.pendingSecondFactor());
const code = () => world.working(authenticator.code());

/** The first step, of which nothing is left to the process that takes the second. */
async function begun(options: Parameters<typeof startProcess>[2] = { hasKey: true }): Promise<Process> {
  const first = startProcess(world, device, options);
  await expect(login(first)).rejects.toBeInstanceOf(SecondFactorRequiredError);
  first.kill();
  return startProcess(world, device, options);
}

/** Its sessions but for the one that the authenticator was added in. */
async function sessions(process = app) {
  const listed = await world.until(process.client.sessions());
  return listed.filter(({ id }) => id !== person.session_id);
}

test('a code in the call itself: one request, and the session has both factors', async () => {
  await login(app, { totp: await code() });
  expect(world.sent).toHaveLength(1);
  expect(await sessions()).toMatchObject([
    { current: true, amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', device_bound: true },
  ]);
});

test('without one the app is told what it takes, nobody is signed in, and the second step signs in', async () => {
  const error: SecondFactorRequiredError = await login().catch((thrown) => thrown);
  expect(error).toBeInstanceOf(SecondFactorRequiredError);
  expect(error).toMatchObject({
    name: 'SecondFactorRequiredError',
    kind: 'second-factor-required',
    factors: ['totp', 'recovery_code'],
    problem: { discard_credentials: false },
  });
  expect([device.read(), app.signedOut]).toEqual([null, []]);
  await expect(world.until(app.client.me())).rejects.toMatchObject({ kind: 'invalid-access-token' });
  world.sent.length = 0;
  await complete(await code());
  expect(await world.until(app.client.me())).toMatchObject({ email });
  expect(device.read()).toMatchObject({ refreshKey: expect.any(String), refreshes: 0 });
  expect(await sessions()).toMatchObject([{ amr: ['pwd', 'otp', 'mfa'], device_bound: true }]);
  // The device is known from then on, and no sign-in waits.
  expect(await pending()).toBeNull();
  expect(device.notes).not.toContain(email);
  await expect(login()).rejects.toBeInstanceOf(SecondFactorRequiredError);
  expect(JSON.parse(world.sent.at(-1)?.body ?? '')).toHaveProperty('known_device');
});

test('an app that was killed meanwhile goes on, with the key that it began with', async () => {
  const restarted = await begun();
  const now = world.now;
  expect(await pending(restarted)).toMatchObject({
    factors: ['totp', 'recovery_code'],
    user: email,
    expiresAt: now + authSessionSeconds * 1000,
  });
  await world.pass(60_000);
  await complete(await code(), restarted);
  expect(proofs()).toEqual([true, true]);
  expect(await sessions(restarted)).toMatchObject([{ current: true, device_bound: true }]);
  expect(device.keystore.made).toBe(1);
  expect(await pending(restarted)).toBeNull();
});

test.for(['a recovery code', 'no device key', 'full mode'])('the second step with %s', async (what) => {
  const options = {
    hasKey: what !== 'no device key',
    ...(what === 'full mode' && { dpopMode: 'full' as const }),
  };
  const restarted = await begun(options);
  const [recovery_code = ''] = authenticator.recoveryCodes;
  await world.until(
    restarted.client.completeSecondFactor(
      what === 'a recovery code' ? { recovery_code } : { totp: await code() },
    ),
  );
  expect(await world.until(restarted.client.me())).toMatchObject({ email });
  expect(device.read()?.tokenType).toBe(what === 'full mode' ? 'DPoP' : undefined);
  await world.pass(60 * 60_000);
  expect(await world.until(restarted.client.me())).toMatchObject({ email });
  expect(restarted.signedOut).toEqual([]);
});

test.for(['/api/auth/login', step])('a lost answer of %s costs nothing', async (path) => {
  let lost = 1;
  world.fateOf = (sent) => ({
    out: 100,
    back: 100,
    ...(sent.path === path && lost-- > 0 && { lost: 'answer' as const }),
  });
  const totp = await code();
  await expect(login()).rejects.toBeInstanceOf(SecondFactorRequiredError);
  await complete(totp);
  expect(requests(path)).toHaveLength(2);
  expect(new Set(keysOf(path)).size).toBe(1);
  expect(await sessions()).toHaveLength(1);
});

test('when no answer ever came, the same code in the restarted app finds the session', async () => {
  const second = await begun();
  const totp = await code();
  world.fateOf = ({ path }) => ({ out: 100, back: 100, ...(path === step && { lost: 'answer' as const }) });
  await expect(complete(totp, second)).rejects.toMatchObject({ name: 'NetworkError' });
  second.kill();
  world.fateOf = () => ({ out: 100, back: 100 });
  const third = startProcess(world, device, { hasKey: true });
  await complete(totp, third);
  expect(await sessions(third)).toMatchObject([{ current: true }]);
});

test('a wrong code may be typed again, until the sign-in has to begin anew', async () => {
  const wrong = await wrongCode(authenticator);
  await expect(login()).rejects.toBeInstanceOf(SecondFactorRequiredError);
  await expect(complete(wrong)).rejects.toMatchObject({
    kind: 'invalid-second-factor',
    problem: { attempts_left: codeTries - 1 },
  });
  expect(await pending()).not.toBeNull();
  for (let left = codeTries - 1; left > 0; left -= 1)
    await expect(complete(wrong.replace(/^/, ' '.repeat(left)))).rejects.toMatchObject({
      kind: 'invalid-second-factor',
    });
  expect([await pending(), device.read()]).toEqual([null, null]);
  await expect(complete(await code())).rejects.toBeInstanceOf(TypeError);
});

test('a handle that is too old is shown to nobody, and the service says that it is over', async () => {
  const restarted = await begun();
  await world.pass(authSessionSeconds * 1000 + 1_000);
  expect(await pending(restarted)).toBeNull();
  await expect(complete(await code(), restarted)).rejects.toMatchObject({ kind: 'invalid-token' });
  expect(device.notes).not.toContain('authSession');
});

test('a key store that is locked lets the sign-in wait; one that has lost the key ends it', async () => {
  const restarted = await begun();
  device.keystore.fault = 'locked';
  await expect(complete(await code(), restarted)).rejects.toMatchObject({ name: 'DeviceKeyError' });
  expect(await pending(restarted)).not.toBeNull();
  device.keystore.fault = 'gone';
  await expect(complete(await code(), restarted)).rejects.toMatchObject({ name: 'KeyGoneError' });
  expect([await pending(restarted), restarted.signedOut, requests(step)]).toEqual([null, [], []]);
});

test('a place for the handle that fails keeps nobody out, as long as the app runs', async () => {
  const fails = async () => {
    throw new Error('The keychain is locked');
  };
  const running = startProcess(world, device, {
    store: { ...app.store, device: { load: fails, save: fails } },
  });
  await expect(login(running)).rejects.toBeInstanceOf(SecondFactorRequiredError);
  await complete(await code(), running);
  expect(await world.until(running.client.me())).toMatchObject({ email });
  expect(await pending(running)).toBeNull();
});

test('what is kept of a device stays under 2,048 bytes: the oldest mails give way', async () => {
  const mailOf = (kind: string) => ({
    kind,
    email: `${'somebody.'.repeat(12)}else@mail.example.test`,
    request: 'r'.repeat(120),
    codeLength: 6,
    resendAt: world.now + 1,
    expiresAt: world.now + 60 * 60_000,
  });
  const mails = ['email-change', 'password-reset', 'registration'].map(mailOf);
  const knownDevices = ['1abcd', '2abcd', '3abcd'].map((user) => [user, 'k'.repeat(160)]);
  device.notes = JSON.stringify({ mails, knownDevices });
  const deviceName = 'The good old phone of somebody with a long name';
  const restarted = await begun({ hasKey: true, deviceName });
  expect(new TextEncoder().encode(device.notes).length).toBeLessThan(2_048);
  const left = await world.until(restarted.client.pendingMails());
  expect(left).toEqual(mails.slice(0, 2));
  await complete(await code(), restarted);
  expect(await world.until(restarted.client.me())).toMatchObject({ email });
});

test('who signs in otherwise, or gives up, is asked for nothing any more', async () => {
  await expect(login()).rejects.toBeInstanceOf(SecondFactorRequiredError);
  await world.until(app.client.forgetSecondFactor());
  expect(await pending()).toBeNull();
  await expect(login()).rejects.toBeInstanceOf(SecondFactorRequiredError);
  await login(app, { totp: await code() });
  expect([await pending(), await pending(startProcess(world, device))]).toEqual([null, null]);
});
