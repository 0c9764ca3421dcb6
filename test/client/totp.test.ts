import { type TOTP, URI } from 'otpauth';
import { beforeEach, expect, test } from 'vitest';
import { ProblemError, SecondFactorRequiredError } from '../../src/client/client.ts';
import { recentSignInSeconds } from '../../src/lifetimes.ts';
import { newUser, password, type Service, startService } from '../service.ts';
import { createDevice, type Device } from './device.ts';
import { type Process, startProcess } from './process.ts';
import { createWorld, type World } from './world.ts';

// The authenticator app of an account, as the user's app turns it on and off; and showing once more who one is.

let service: Service;
let world: World;
let device: Device;
let app: Process;
let email: string;

beforeEach(async () => {
  service = await startService();
  world = createWorld(service);
  device = createDevice(null);
  app = startProcess(world, device);
  ({ email } = await newUser(service));
  await world.until(app.client.login({ email, password }));
});

const path = '/api/users/me/totp';
const requests = (to: string, method = 'POST') =>
  world.sent.filter((sent) => sent.path === to && sent.method === method);
const keysOf = (to: string) => requests(to).map(({ headers }) => headers.get('Idempotency-Key'));

/** What an authenticator app shows that has read the QR code. */
async function enrolled(process = app): Promise<() => string> {
  const { secret, otpauth_uri } = await world.until(process.client.totp.enroll());
  const shown = URI.parse(otpauth_uri) as TOTP;
  expect(shown.secret.base32).toBe(secret);
  return () => shown.generate({ timestamp: world.now });
}

async function turnedOn() {
  const code = await enrolled();
  const recoveryCodes = await world.until(app.client.totp.confirm(code()));
  await world.pass(30_000);
  return { code, recoveryCodes };
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

/** Every answer for this path is, until it is called. */
function offline(to: string): () => void {
  world.fateOf = (sent) => ({ out: 100, back: 100, ...(sent.path === to && { lost: 'answer' as const }) });
  return () => {
    world.fateOf = () => ({ out: 100, back: 100 });
  };
}

test('it is turned on by its first code, and owed from then on; the recovery codes are good', async () => {
  const code = await enrolled();
  const codes = await world.until(app.client.totp.confirm(code()));
  expect(codes).toHaveLength(10);
  await expect(world.until(app.client.login({ email, password }))).rejects.toBeInstanceOf(
    SecondFactorRequiredError,
  );
  await world.until(app.client.completeSecondFactor({ recovery_code: codes[3] ?? '' }));
  expect(await world.until(app.client.me())).toMatchObject({ email });
});

test.for([
  ['enroll', path],
  ['confirm', `${path}/confirm`],
])('a lost answer of %s costs nothing', async ([, to = '']) => {
  losing(to);
  const code = await enrolled();
  expect(await world.until(app.client.totp.confirm(code()))).toHaveLength(10);
  expect(requests(to)).toHaveLength(2);
  expect(new Set(keysOf(to)).size).toBe(1);
});

test('when no answer came to the first code, the same code again has the recovery codes; another enrolment another key', async () => {
  const code = await enrolled();
  const online = offline(`${path}/confirm`);
  const typed = code();
  await expect(world.until(app.client.totp.confirm(typed))).rejects.toMatchObject({ name: 'NetworkError' });
  online();
  const codes = await world.until(app.client.totp.confirm(typed));
  expect(new Set(keysOf(`${path}/confirm`)).size).toBe(1);
  await expect(
    world.until(app.client.login({ email, password, recovery_code: codes[0] ?? '' })),
  ).resolves.toBeUndefined();
  const next = await enrolled();
  await world.until(app.client.totp.confirm(next()));
  expect(new Set(keysOf(`${path}/confirm`)).size).toBe(2);
});

test('an app that was killed while the user was at the authenticator goes on', async () => {
  const code = await enrolled();
  app.kill();
  const restarted = startProcess(world, device);
  await world.pass(60_000);
  expect(await world.until(restarted.client.totp.confirm(code()))).toHaveLength(10);
});

test('a wrong first code turns nothing on', async () => {
  const code = await enrolled();
  const wrong = String((Number(code()) + 1) % 1_000_000).padStart(6, '0');
  await expect(world.until(app.client.totp.confirm(wrong))).rejects.toMatchObject({
    kind: 'invalid-second-factor',
  });
  await enrolled();
  await expect(world.until(app.client.totp.confirm(wrong))).rejects.toMatchObject({
    kind: 'invalid-second-factor',
  });
  // Another secret is another call.
  expect(new Set(keysOf(`${path}/confirm`)).size).toBe(2);
  await world.until(app.client.login({ email, password }));
});

test('the recovery codes wait for no refresh; without it the session is told that two factors are wanted', async () => {
  const code = await enrolled();
  world.fateOf = (sent) => ({
    out: 10,
    back: 10,
    ...(sent.path === '/api/auth/refresh' && { lost: 'request' as const }),
  });
  const before = world.now;
  await world.until(app.client.totp.confirm(code()));
  expect(world.now - before).toBe(20);
  await world.pass(60_000);
  await expect(world.until(app.client.totp.renewRecoveryCodes())).rejects.toMatchObject({
    kind: 'recent-sign-in-required',
    problem: { acr_values: 'aal2', methods: ['password'], factors: ['totp', 'recovery_code'] },
  });
  expect(app.signedOut).toEqual([]);
  world.fateOf = () => ({ out: 10, back: 10 });
  await world.pass(60 * 60_000);
  expect(await world.until(app.client.me())).toMatchObject({ email });
});

test('new recovery codes, once though an answer was lost; the old ones are void', async () => {
  const { recoveryCodes } = await turnedOn();
  losing(`${path}/recovery-codes`);
  const codes = await world.until(app.client.totp.renewRecoveryCodes());
  expect(new Set([...codes, ...recoveryCodes]).size).toBe(20);
  expect([keysOf(`${path}/recovery-codes`).length, new Set(keysOf(`${path}/recovery-codes`)).size]).toEqual([
    2, 1,
  ]);
  const [old = ''] = recoveryCodes;
  const [fresh = ''] = codes;
  const login = (recovery_code: string) => world.until(app.client.login({ email, password, recovery_code }));
  await expect(login(old)).rejects.toMatchObject({ kind: 'invalid-second-factor' });
  await expect(login(fresh)).resolves.toBeUndefined();
});

test('turned off, nothing is owed', async () => {
  await turnedOn();
  losing(path, 'DELETE');
  await world.until(app.client.totp.remove());
  expect(requests(path, 'DELETE')).toHaveLength(2);
  await expect(world.until(app.client.login({ email, password }))).resolves.toBeUndefined();
});

test('what takes a recent sign-in says by which level, methods and factors; both factors make it so', async () => {
  const { code } = await turnedOn();
  await world.pass(recentSignInSeconds * 1000);
  const late: ProblemError = await world.until(app.client.totp.remove().catch((error) => error));
  expect(late).toMatchObject({
    kind: 'recent-sign-in-required',
    problem: {
      max_age: recentSignInSeconds,
      methods: ['password'],
      factors: ['totp', 'recovery_code'],
      discard_credentials: false,
    },
  });
  const alone: ProblemError = await world.until(
    app.client.reauthenticate({ password }).catch((error) => error),
  );
  // No step follows: the same call takes the code, too.
  expect(alone).toBeInstanceOf(ProblemError);
  expect(alone).not.toBeInstanceOf(SecondFactorRequiredError);
  expect(alone).toMatchObject({
    kind: 'second-factor-required',
    problem: { factors: ['totp', 'recovery_code'] },
  });
  expect(await world.until(app.client.pendingSecondFactor())).toBeNull();
  const before = device.read();
  losing('/api/auth/reauthenticate');
  await world.until(app.client.reauthenticate({ password, totp: code() }));
  expect(new Set(keysOf('/api/auth/reauthenticate').slice(-2)).size).toBe(1);
  expect(device.read()).toMatchObject({ refreshToken: before?.refreshToken, sessionId: before?.sessionId });
  await world.until(app.client.totp.remove());
});
