// Each check of a passkey's registration and sign-in, by an answer that is good but for the one thing.

import { base64url } from 'jose';
import { expect, test } from 'vitest';
import { challengeOf } from '../../../src/factors/client-data.ts';
import { userHandleOf, verifyAssertion, verifyRegistration } from '../../../src/factors/passkey.ts';
import {
  type Algorithm,
  authenticator,
  type Ceremony,
  cborBytes,
  cborText,
  coseOf,
  flags,
  joined,
} from '../../passkeys/authenticator.ts';

const origin = 'https://app.example.com';
const rpId = 'example.com';
const challenge = base64url.encode('a challenge of 32 bytes or more, sealed');
const android = 'android:apk-key-hash:FG3pAQ';
const expected = { challenge, origins: [origin, android, 'http://localhost:*'], rpId };
const userId = '0197a1b2-0000-7000-8000-000000000001';
const usual: Ceremony = { challenge, origin, rpId };

const shared: readonly (readonly [what: string, ceremony: Partial<Ceremony>, reason: string])[] = [
  ['another challenge', { challenge: base64url.encode('another') }, 'another challenge'],
  [
    'another origin',
    { origin: 'https://app.example.com.evil.test' },
    'origin "https://app.example.com.evil.test"',
  ],
  ['the same host without TLS', { origin: 'http://app.example.com' }, 'origin'],
  ['another app', { origin: 'android:apk-key-hash:other' }, 'origin "android:apk-key-hash:other"'],
  ['no origin', { clientData: { origin: undefined } }, 'origin null'],
  ['a list as the origin', { clientData: { origin: [origin] } }, 'origin'],
  ['another type', { clientData: { type: 'payment.get' } }, 'another type'],
  ['a frame of another site', { clientData: { crossOrigin: true } }, 'cross-origin'],
  ['a frame, in other words', { clientData: { crossOrigin: 'true' } }, 'cross-origin'],
  ['a top origin', { clientData: { topOrigin: origin } }, 'top origin'],
  ['another RP ID', { rpId: 'app.example.com' }, 'RP ID'],
  ['nobody present', { flags: flags.verified | flags.eligible }, 'not present'],
  ['backed up, and not eligible', { flags: flags.present | flags.backedUp }, 'without being eligible'],
  ['bytes at the end', { tail: Uint8Array.of(0xa0) }, 'behind the authenticator data'],
  ['extensions that are no map', { extensions: Uint8Array.of(0x80) }, 'no map'],
  ['extensions that never end', { extensions: Uint8Array.of(0xbf) }, 'indefinite'],
];

/** A registration and a sign-in, each with the same thing wrong. */
async function outcomes(ceremony: Partial<Ceremony>, algorithm: Algorithm = 'ES256') {
  const key = await authenticator({ algorithm });
  const good = await verifyRegistration(await key.create(usual), expected);
  if (good.outcome === 'refused') throw new Error(good.reason);
  const changed = { ...usual, origin, ...ceremony };
  const stored = { ...good, userId };
  return [
    await verifyRegistration(await key.create(changed), expected),
    await verifyAssertion(await key.get(changed), stored, expected),
  ];
}

test.for(shared)('%s', async ([, ceremony, reason]) => {
  const refused = { outcome: 'refused', reason: expect.stringContaining(reason) };
  expect(await outcomes(ceremony)).toEqual([refused, refused]);
});

test.for<readonly [what: string, ceremony: Partial<Ceremony>]>([
  ['an Android app', { origin: android }],
  ['a port that is left open', { origin: 'http://localhost:5173' }],
  ['no word of frames', { clientData: { crossOrigin: undefined } }],
  [
    'members of the future',
    { clientData: { other: { nested: true }, tokenBinding: { status: 'supported' } } },
  ],
  ['a challenge with padding', { clientData: { challenge: `${challenge}=` } }],
  ['no user verification', { flags: flags.present | flags.eligible | flags.backedUp }],
  ['a counter at its end', { signCount: 2 ** 32 - 1 }],
  ['an extension', { extensions: joined([0xa1], cborText('credProtect'), [2]) }],
])('%s is taken', async ([, ceremony]) => {
  expect((await outcomes(ceremony)).map(({ outcome }) => outcome)).toEqual(['verified', 'verified']);
});

type Creation = Parameters<Awaited<ReturnType<typeof authenticator>>['create']>[0];

const point = {
  x: base64url.encode(new Uint8Array(32).fill(1)),
  y: base64url.encode(new Uint8Array(32).fill(2)),
};
const rsa = (bytes: number, first = 0xc0, e = 'AQAB') =>
  coseOf('RS256', { n: base64url.encode(new Uint8Array(bytes).fill(0xff).fill(first, 0, 1)), e });
const unwanted = 'public key of a kind that was not asked for';

test.for<readonly [what: string, creation: Partial<Creation>, reason: string]>([
  ['another id inside', { attestedId: Uint8Array.of(1, 2, 3) }, 'another credential id'],
  ['an id of 1,024 bytes', { attestedId: new Uint8Array(1_024) }, 'credential id too long'],
  ['no id', { attestedId: new Uint8Array() }, 'credential id is empty'],
  [
    'a statement for none',
    { statement: joined([0xa1], cborText('sig'), cborBytes(Uint8Array.of(1))) },
    'has a statement',
  ],
  ['a statement that is no map', { statement: Uint8Array.of(0xf6) }, 'three members'],
  ['a point that is not on the curve', { cose: coseOf('ES256', point) }, 'cannot be used'],
  [
    'another curve',
    {
      cose: joined(
        [0xa5, 1, 2, 3, 0x26, 0x20, 2, 0x21],
        cborBytes(new Uint8Array(32)),
        [0x22],
        cborBytes(new Uint8Array(32)),
      ),
    },
    unwanted,
  ],
  [
    'a compressed point',
    { cose: joined([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21], cborBytes(new Uint8Array(32)), [0x22, 0xf5]) },
    unwanted,
  ],
  [
    'a coordinate of 31 bytes',
    { cose: coseOf('ES256', { ...point, y: base64url.encode(new Uint8Array(31)) }) },
    unwanted,
  ],
  [
    'ES256 that says RS256',
    {
      cose: joined(
        [0xa5, 1, 2, 3, 0x39, 1, 0, 0x20, 1, 0x21],
        cborBytes(new Uint8Array(32)),
        [0x22],
        cborBytes(new Uint8Array(32)),
      ),
    },
    unwanted,
  ],
  ['a secret key', { cose: joined([0xa3, 1, 4, 3, 5, 0x20], cborBytes(new Uint8Array(32))) }, unwanted],
  ['a key that is no map', { cose: Uint8Array.of(0x80) }, unwanted],
  ['RSA of 2,040 bits', { cose: rsa(255) }, unwanted],
  ['RSA of 8,200 bits', { cose: rsa(1_025) }, unwanted],
  ['RSA with a zero in front', { cose: rsa(257, 0) }, unwanted],
  ['RSA with another exponent', { cose: rsa(256, 0xc0, 'AQ') }, unwanted],
])('a registration: %s', async ([, creation, reason]) => {
  const key = await authenticator({ id: creation.attestedId?.length ? Uint8Array.of(9) : new Uint8Array() });
  const made = await key.create({
    ...usual,
    ...creation,
    attestedId: creation.attestedId ?? Uint8Array.of(9),
  });
  const id = creation.attestedId === undefined ? 'CQ' : made.id;
  expect(await verifyRegistration({ ...made, id, rawId: id }, expected)).toEqual({
    outcome: 'refused',
    reason: expect.stringContaining(reason),
  });
});

test('a registration without a credential, and a sign-in with one', async () => {
  const key = await authenticator();
  const made = await key.create(usual);
  const { authenticatorData } = (await key.get(usual)).response;
  const attestationObject = base64url.encode(
    joined(
      [0xa3],
      cborText('fmt'),
      cborText('none'),
      cborText('attStmt'),
      [0xa0],
      cborText('authData'),
      cborBytes(base64url.decode(authenticatorData)),
    ),
  );
  expect(
    await verifyRegistration({ ...made, response: { ...made.response, attestationObject } }, expected),
  ).toEqual({
    outcome: 'refused',
    reason: 'attested credential data missing',
  });
  const signed = await key.get(usual);
  const registered = await verifyRegistration(made, expected);
  if (registered.outcome === 'refused') throw new Error(registered.reason);
  const swapped = { ...made.response, authenticatorData, signature: signed.response.signature };
  expect(
    await verifyAssertion({ ...signed, response: swapped }, { ...registered, userId }, expected),
  ).toMatchObject({
    reason: 'client data: another type',
  });
});

test('a statement that was not asked for is not read, whatever it says', async () => {
  const key = await authenticator();
  const statement = joined([0xa2], cborText('alg'), [0x26], cborText('sig'), cborBytes(new Uint8Array(70)));
  for (const format of ['packed', 'apple', 'android-safetynet', 'a format of the future'])
    expect(
      await verifyRegistration(await key.create({ ...usual, format, statement }), expected),
    ).toMatchObject({ outcome: 'verified' });
});

test('a sign-in: of another key, another user, another id, or a credential whose eligibility changed', async () => {
  const key = await authenticator({ userHandle: userHandleOf(userId) });
  const other = await authenticator();
  const [registered, others] = await Promise.all(
    [key, other].map(async (one) => verifyRegistration(await one.create(usual), expected)),
  );
  if (registered?.outcome !== 'verified' || others?.outcome !== 'verified') throw new Error('refused');
  const stored = { ...registered, userId };
  const signed = await key.get(usual);
  const refused = (reason: string) => ({ outcome: 'refused', reason });
  expect(await verifyAssertion(signed, stored, expected)).toMatchObject({
    outcome: 'verified',
    credentialId: key.id,
  });
  expect(await verifyAssertion(signed, { ...others, userId }, expected)).toEqual(refused('signature'));
  const anotherUser = { ...stored, userId: '0197a1b2-0000-7000-8000-000000000002' };
  expect(await verifyAssertion(signed, anotherUser, expected)).toEqual(
    refused('user handle of another user'),
  );
  expect(await verifyAssertion({ ...signed, rawId: other.id }, stored, expected)).toEqual(
    refused('another credential id'),
  );
  expect(await verifyAssertion(signed, { ...stored, backupEligible: false }, expected)).toEqual(
    refused('backup eligibility has changed'),
  );
});

test('padding is taken everywhere, and nothing else that is not base64url', async () => {
  const key = await authenticator({ id: Uint8Array.of(1, 2, 3, 4) });
  const padded = (text: string) => text.padEnd(Math.ceil(text.length / 4) * 4, '=');
  const created = await key.create(usual);
  const paddedAll = (made: { response: object; id: string; rawId: string }) => ({
    id: padded(made.id),
    rawId: padded(made.rawId),
    response: Object.fromEntries(
      Object.entries(made.response).map(([name, text]) => [name, padded(String(text))]),
    ),
  });
  const registered = await verifyRegistration(paddedAll(created) as never, expected);
  expect(registered).toMatchObject({ outcome: 'verified', credentialId: key.id });
  if (registered.outcome === 'refused') return;
  const stored = { ...registered, userId };
  expect(await verifyAssertion(paddedAll(await key.get(usual)) as never, stored, expected)).toMatchObject({
    outcome: 'verified',
  });
  for (const id of ['', 'AQIDB', 'AQIDBA===', 'AQ IDBA', 'AQIDBA\n', '+/+/', 'ä'])
    expect(await verifyRegistration({ ...created, id }, expected), id).toMatchObject({ outcome: 'refused' });
});

test('the challenge of any client data', async () => {
  const read = (value: unknown) => challengeOf({ clientDataJSON: base64url.encode(JSON.stringify(value)) });
  expect(read({ challenge: 'AAAA' })).toBe('AAAA');
  expect(read({ challenge: 'AAA=' })).toBe('AAA');
  for (const value of [null, 1, 'text', [], {}, { challenge: 1 }, { challenge: ['AAAA'] }])
    expect(read(value)).toBeUndefined();
  for (const clientDataJSON of [
    '',
    '%',
    'AAAA',
    base64url.encode('{'),
    base64url.encode(Uint8Array.of(0xff)),
  ])
    expect(challengeOf({ clientDataJSON })).toBeUndefined();
});
