import { beforeEach, expect, test } from 'vitest';
import { SecondFactorRequiredError } from '../../src/client/client.ts';
import { type Person, signedIn } from '../accounts/people.ts';
import { withTotp } from '../factors/totp.ts';
import { codeIn, mailsTo, newAddress, type Service, startService } from '../service.ts';
import { createDevice, type Device } from './device.ts';
import { type Process, startProcess } from './process.ts';
import { createWorld, type World } from './world.ts';

// A code sent by mail signs in, also in an app that was killed while the mail was read, or before the answer came.

const path = '/api/auth/login/email-code';

let service: Service;
let person: Person;
let world: World;
let device: Device;
let app: Process;

beforeEach(async () => {
  service = await startService({ EMAIL_CODES: 'true' });
  person = await signedIn(service);
  world = createWorld(service);
  device = createDevice(null);
  app = start();
});

const start = () => startProcess(world, device, { hasKey: true });
const restart = () => {
  app.kill();
  app = start();
};
const requests = (to: string) => world.sent.filter((sent) => sent.path === to);
const keysOf = (to: string) => new Set(requests(to).map(({ headers }) => headers.get('Idempotency-Key')));
const pending = async () => world.until(app.client.pendingMails());
const me = () => world.until(app.client.me());

/** Asks for a mail, and reads it. */
async function codeFor(email: string): Promise<string> {
  const before = (await world.working(mailsTo(email))).length;
  await world.until(app.client.requestEmailCode({ email }));
  return codeIn((await world.working(mailsTo(email, before + 1))).at(-1));
}

async function signIn(code: string, more: object = {}) {
  const [mail] = await pending();
  await world.until(app.client.signInWithEmailCode({ request: mail?.request ?? '', code, ...more }));
}

function losing(to: string, count: number): void {
  let left = count;
  world.fateOf = (sent) => ({
    out: 100,
    back: 100,
    ...(sent.path === to && left-- > 0 && { lost: 'answer' as const }),
  });
}

test('a code signs in an app that was killed while its mail was read', async () => {
  const code = await codeFor(person.email);
  restart();
  expect(await pending()).toMatchObject([
    { kind: 'sign-in', email: person.email, codeLength: 8, expiresAt: world.now + 10 * 60_000 },
  ]);
  await signIn(code);
  expect(await me()).toMatchObject({ id: person.id });
  expect(await pending()).toEqual([]);
  const [session] = (await world.until(app.client.sessions())).filter(({ current }) => current);
  expect(session).toMatchObject({ amr: [], acr: null, device_bound: true });
});

test('whoever has no account gets one, with the name that the app asks for', async () => {
  const email = newAddress();
  await signIn(await codeFor(email), { name: 'Grace' });
  expect(await me()).toMatchObject({ email, name: 'Grace', email_verified: true });
});

test('a lost answer costs no second mail, and no second session', async () => {
  losing('/api/auth/email-code', 1);
  const code = await codeFor(person.email);
  expect([requests('/api/auth/email-code').length, keysOf('/api/auth/email-code').size]).toEqual([2, 1]);
  losing(path, 1);
  await signIn(code);
  expect([requests(path).length, keysOf(path).size]).toEqual([2, 1]);
  // This one, and the one before the world began.
  expect(await world.until(app.client.sessions())).toHaveLength(2);
});

test('where no answer ever came, the same code finds the session in the restarted app', async () => {
  const code = await codeFor(person.email);
  losing(path, 4);
  await expect(signIn(code)).rejects.toMatchObject({ name: 'NetworkError' });
  restart();
  await signIn(code);
  expect(keysOf(path).size).toBe(1);
  expect(await world.until(app.client.sessions())).toHaveLength(2);
});

test('where nothing can be kept it is the same as long as the app runs', async () => {
  const fails = async () => {
    throw new Error('The keychain is locked');
  };
  app = startProcess(world, device, { store: { ...app.store, device: { load: fails, save: fails } } });
  const { request } = await world.until(app.client.requestEmailCode({ email: person.email }));
  const code = codeIn((await world.working(mailsTo(person.email, 1))).at(-1));
  losing(path, 4);
  const attempt = () => world.until(app.client.signInWithEmailCode({ request, code }));
  await expect(attempt()).rejects.toMatchObject({ name: 'NetworkError' });
  await attempt();
  expect(await me()).toMatchObject({ id: person.id });
});

test('a wrong code may be typed again, and each counts once', async () => {
  const code = await codeFor(person.email);
  const wrong = code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
  losing(path, 1);
  await expect(signIn(wrong)).rejects.toMatchObject({ kind: 'invalid-code', problem: { attempts_left: 4 } });
  expect(await pending()).toHaveLength(1);
  await signIn(code);
  expect(await me()).toMatchObject({ id: person.id });
});

test('who has a second factor is asked for it, and for no code any more', async () => {
  const { code: totp } = await world.working(withTotp(service, person));
  const code = await codeFor(person.email);
  await expect(signIn(code)).rejects.toBeInstanceOf(SecondFactorRequiredError);
  expect(await pending()).toEqual([]);
  restart();
  await world.until(app.client.completeSecondFactor({ totp: await world.working(totp()) }));
  expect(await me()).toMatchObject({ id: person.id });
});

test('where it is not switched on, the app hears so', async () => {
  const without = createWorld(await startService());
  const { client } = startProcess(without, createDevice(null));
  await expect(without.until(client.requestEmailCode({ email: person.email }))).rejects.toMatchObject({
    kind: 'way-not-enabled',
  });
});
