// Adding a passkey: what a device is asked, what of its answers is taken, and what taking one does.

import { sql } from 'drizzle-orm/sql/sql';
import { base64url } from 'jose';
import WebAuthnEmulator, { AuthenticatorEmulator } from 'nid-webauthn-emulator';
import { beforeAll, expect, test } from 'vitest';
import { bytesOfUuid } from '../../src/encoding.ts';
import { another, type Person, problem, signedIn } from '../accounts/people.ts';
import { queued } from '../mail/tables.ts';
import { newAddress, type Service, startService } from '../service.ts';
import { type Algorithm, authenticator } from './authenticator.ts';
import {
  added,
  challengeFor,
  created,
  eventsOf,
  keep,
  listOf,
  optionsFor,
  rpId,
  userRow,
} from './ceremonies.ts';

const fingerprint = Array(32).fill('14').join(':');
const android = `android:apk-key-hash:${base64url.encode(new Uint8Array(32).fill(0x14))}`;
const bindings = {
  ANDROID_APPS: `com.example.app=${fingerprint}`,
  WEB_ORIGINS: 'https://www.example.test,capacitor://localhost',
};
let service: Service;
let person: Person;

beforeAll(async () => {
  service = await startService(bindings);
  person = await signedIn(service);
});

test('the options are those of WebAuthn, unwrapped, and cost a single round trip', async () => {
  const ada = await signedIn(service);
  const { status, trips, headers, body } = await optionsFor(ada);
  expect([status, trips, headers.get('Cache-Control')]).toEqual([200, 1, 'private, no-store']);
  expect(body).toEqual({
    rp: { id: rpId, name: rpId },
    user: { id: base64url.encode(bytesOfUuid(ada.id)), name: ada.email, displayName: 'Ada' },
    challenge: expect.stringMatching(/^[\w-]{100,300}$/),
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
    timeout: 300_000,
    excludeCredentials: [],
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'preferred',
    },
    attestation: 'none',
    extensions: { credProps: true },
  });
  const { credential_id: id } = await added(ada);
  const again = (await optionsFor(ada)).body;
  expect(again.excludeCredentials).toEqual([{ type: 'public-key', id, transports: ['hybrid', 'internal'] }]);
  expect(again.user.id).toBe(body.user.id);
  expect(again.challenge).not.toBe(body.challenge);
});

test.for<Algorithm>(['ES256', 'EdDSA', 'RS256'])(
  '%s, by a stranger, is kept in one round trip',
  async (algorithm) => {
    const ada = await signedIn(service);
    const emulator = new WebAuthnEmulator(new AuthenticatorEmulator({ algorithmIdentifiers: [algorithm] }));
    const credential = emulator.createJSON(`https://${rpId}`, (await optionsFor(ada)).body);
    const answer = await keep(ada, credential, { name: 'Emulator' });
    expect(answer).toMatchObject({ status: 201, trips: 1 });
    expect(answer.body).toEqual({
      id: expect.any(String),
      credential_id: credential.id,
      name: 'Emulator',
      created_at: service.clock.now.toISOString(),
      last_used_at: null,
      backed_up: true,
      transports: ['usb'],
      aaguid: '4e49442d-4155-5448-2d33-313431353932',
    });
    const [row] = await service.dependencies.database.query(
      sql`select public_key ->> 'alg' as alg, rp_id, sign_count, backup_eligible from passkeys where id = ${answer.body.id}`,
      { repeatable: true },
    );
    expect(row).toEqual({
      alg: algorithm,
      rp_id: rpId,
      sign_count: expect.anything(),
      backup_eligible: true,
    });
    expect(await userRow(service, ada)).toEqual({ passkey_count: 1, factors_version: 1 });
  },
);

test.for<[what: string, origin: string]>([
  ['the service itself', 'https://auth.example.test'],
  ['the application', 'https://app.example.test'],
  ['a page that is trusted with cookies', 'https://www.example.test'],
  ['an app on Android', android],
])('an answer from %s is taken', async ([, origin]) => {
  const answer = await keep(person, await created(person, await authenticator(), { origin }));
  expect(answer.status, answer.text).toBe(201);
});

test('an id of 1,023 bytes is taken, and found again', async () => {
  const key = await authenticator({ id: new Uint8Array(1_023).fill(5) });
  expect(await keep(person, await created(person, key))).toMatchObject({
    status: 201,
    body: { credential_id: key.id },
  });
  expect((await listOf(person)).map(({ credential_id }) => credential_id)).toContain(key.id);
});

test.for<[what: string, change: Parameters<typeof created>[2], why: string]>([
  [
    'another page',
    { origin: 'https://app.example.test.evil.test' },
    'origin "https://app.example.test.evil.test"',
  ],
  ['another app', { origin: 'android:apk-key-hash:AAAA' }, 'origin "android:apk-key-hash:AAAA"'],
  ['another RP ID', { rpId: 'evil.test', origin: `https://${rpId}` }, 'RP ID'],
  ['a frame of another site', { clientData: { crossOrigin: true } }, 'cross-origin'],
  ['a page below another', { clientData: { topOrigin: 'https://evil.test' } }, 'top origin'],
  ['nobody present', { flags: 4 }, 'not present'],
  ['a sign-in', { clientData: { type: 'webauthn.get' } }, 'another type'],
  ['another id inside', { attestedId: Uint8Array.of(1) }, 'another credential id'],
  ['an id of 1,024 bytes inside', { attestedId: new Uint8Array(1_024) }, 'too long'],
  [
    'a challenge of nobody',
    { challenge: base64url.encode(new Uint8Array(100)) },
    'challenge of another session',
  ],
  ['no challenge', { clientData: { challenge: 5 } }, 'another challenge'],
  ['CBOR that is cut short', { cose: Uint8Array.of(0xa5, 1, 2) }, 'CBOR'],
])('%s is refused with the reason, and nothing is kept', async ([, change, why]) => {
  const before = [await userRow(service, person), await listOf(person)];
  const answer = await keep(person, await created(person, await authenticator(), change));
  expect(service.logged.at(-1)?.fields).toMatchObject({ refusal: expect.stringContaining(why) });
  expect(answer).toMatchObject(
    problem(400, 'passkey-not-accepted', { detail: expect.stringContaining(why) }),
  );
  expect(answer.trips).toBe(1);
  expect([await userRow(service, person), await listOf(person)]).toEqual(before);
});

test('an id of 1,024 bytes, and what is no base64url, is refused as a field', async () => {
  const key = await authenticator({ id: new Uint8Array(1_024) });
  const credential = await created(person, key);
  expect(await keep(person, credential)).toMatchObject(
    problem(422, 'validation-failed', {
      errors: ['/credential/id', '/credential/rawId'].map((pointer) => ({
        pointer,
        detail: expect.any(String),
      })),
    }),
  );
  expect(await keep(person, { ...credential, id: '+/+/', rawId: '+/+/' })).toMatchObject({ status: 422 });
});

test('a challenge is good for one passkey', async () => {
  const challenge = await challengeFor(person);
  const [one, other] = await Promise.all([authenticator(), authenticator()]);
  expect(await keep(person, await one.create({ challenge, rpId }))).toMatchObject({ status: 201 });
  expect(await keep(person, await other.create({ challenge, rpId }))).toMatchObject(
    problem(400, 'passkey-not-accepted', { detail: 'challenge was used before' }),
  );
  expect((await listOf(person)).map(({ credential_id }) => credential_id)).not.toContain(other.id);
});

test('of thirty calls at once with one challenge, one has its passkey', async () => {
  const ada = await signedIn(service);
  const challenge = await challengeFor(ada);
  const answers = await Promise.all(
    Array.from({ length: 30 }, async () =>
      keep(ada, await (await authenticator()).create({ challenge, rpId })),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(29).fill(400)]);
  expect(await userRow(service, ada)).toEqual({ passkey_count: 1, factors_version: 1 });
});

test("a challenge of another session is refused, of the same user and of another's", async () => {
  const elsewhere = await another(service, person.email);
  const stranger = await signedIn(service);
  for (const caller of [elsewhere, stranger])
    expect(await keep(caller, await created(person, await authenticator()))).toMatchObject(
      problem(400, 'passkey-not-accepted', { detail: 'challenge of another session, or too old' }),
    );
});

test('a challenge is good for five minutes', async () => {
  const later = await startService(bindings);
  const ada = await signedIn(later);
  const [one, other] = [await created(ada, await authenticator()), await created(ada, await authenticator())];
  later.clock.advance(299);
  expect(await keep(ada, one)).toMatchObject({ status: 201 });
  later.clock.advance(1);
  expect(await keep(ada, other)).toMatchObject(problem(400, 'passkey-not-accepted'));
});

test('a repeat with its key has the same passkey, one mail and one event, also when the challenge is over', async () => {
  const later = await startService(bindings);
  const ada = await signedIn(later);
  const credential = await created(ada, await authenticator());
  later.clock.advance(280);
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const repeated = await Promise.all([1, 2, 3].map(() => keep(ada, credential, {}, headers)));
  later.clock.advance(590);
  const last = await keep(ada, credential, {}, headers);
  for (const answer of [...repeated, last])
    expect(answer).toMatchObject({ status: 201, body: { id: last.body.id } });
  expect(await userRow(later, ada)).toEqual({ passkey_count: 1, factors_version: 1 });
  expect((await queued(later, ada.email)).map(({ kind }) => kind)).toEqual(['passkey-added']);
  expect(await eventsOf(ada)).toEqual(['passkey-added']);
  // Without the key, with another one, and with another body it is another call.
  expect(await keep(ada, credential)).toMatchObject({ status: 400 });
  expect(await keep(ada, credential, {}, { 'Idempotency-Key': crypto.randomUUID() })).toMatchObject({
    status: 400,
  });
  expect(await keep(ada, credential, { name: 'Other' }, headers)).toMatchObject({ status: 400 });
  later.clock.advance(11);
  expect(await keep(ada, credential, {}, headers)).toMatchObject({ status: 400 });
});

test('a credential id belongs to one user, also once it was removed', async () => {
  const key = await authenticator();
  const [ada, grace] = [await signedIn(service), await signedIn(service)];
  const { body } = await keep(ada, await created(ada, key));
  const thief = await authenticator({ id: base64url.decode(key.id) });
  const taken = problem(400, 'passkey-not-accepted', { detail: 'credential is registered already' });
  expect(await keep(grace, await created(grace, thief))).toMatchObject(taken);
  expect(await keep(ada, await created(ada, thief))).toMatchObject(taken);
  await ada.call('DELETE', `/api/users/me/passkeys/${body.id}`);
  expect(await keep(grace, await created(grace, thief))).toMatchObject(taken);
  expect(await userRow(service, grace)).toEqual({ passkey_count: 0, factors_version: 0 });
});

test('at once in two accounts, one has it', async () => {
  const id = crypto.getRandomValues(new Uint8Array(16));
  const answers = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const caller = await signedIn(service);
      return keep(caller, await created(caller, await authenticator({ id })));
    }),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(400)]);
});

test('without a name it is called after the device, or what it is', async () => {
  const email = newAddress();
  await signedIn(service, email);
  const phone = await another(service, email, { device_name: 'Ada’s phone' });
  const browser = await another(service, email);
  const nameOf = async (caller: Person, transports?: unknown, name?: string | null) => {
    const credential = await created(caller, await authenticator());
    const { response } = credential;
    return (await keep(caller, { ...credential, response: { ...response, transports } }, { name })).body.name;
  };
  expect(await nameOf(phone, ['internal'])).toBe('Ada’s phone');
  expect(await nameOf(phone, undefined, null)).toBe('Ada’s phone');
  expect(await nameOf(browser, ['hybrid', 'internal'])).toBe('Passkey');
  expect(await nameOf(browser, ['nfc', 'usb'])).toBe('Security key');
  expect(await nameOf(phone, ['usb'], ' On my key ring ')).toBe('On my key ring');
});

test('the owner is told by a mail with its name and a link that undoes it', async () => {
  const ada = await signedIn(service);
  await added(ada, { name: 'Blue key' });
  const [mail] = await queued(service, ada.email);
  expect(mail).toMatchObject({ kind: 'passkey-added', details: { name: 'Blue key' } });
  expect(await eventsOf(ada)).toEqual(['passkey-added']);
});

test('who has a second factor has to show it first', async () => {
  const ada = await signedIn(service);
  const credential = await created(ada, await authenticator());
  await service.dependencies.database.query(
    sql`update users set totp_id = ${service.dependencies.newId()} where id = ${ada.id}`,
    { repeatable: true },
  );
  const required = problem(401, 'recent-sign-in-required', { acr_values: 'aal2' });
  expect(await optionsFor(ada)).toMatchObject(required);
  expect(await keep(ada, credential)).toMatchObject(required);
});

test('a session that ended meanwhile adds none, whatever it sends', async () => {
  const ada = await another(service, person.email);
  const credential = await created(ada, await authenticator());
  await ada.call('POST', '/api/auth/logout');
  const ended = problem(401, 'session-ended');
  expect(await keep(ada, credential)).toMatchObject(ended);
  expect(await keep(ada, { ...credential, rawId: 'AAAA' })).toMatchObject(ended);
});
