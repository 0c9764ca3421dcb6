// The JSON of a passkey's answer: what its members may be, before anything is decoded.

import { expect, test } from 'vitest';
import { assertionCredential, registrationCredential } from '../../../src/http/passkey-fields.ts';

const common = { id: 'AQIDBA', rawId: 'AQIDBA==', type: 'public-key' };
const registration = { ...common, response: { clientDataJSON: 'e30', attestationObject: 'oA' } };
const assertion = {
  ...common,
  response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' },
};
const wrong = (result: { error?: { issues: readonly { path: readonly PropertyKey[] }[] } | undefined }) =>
  result.error?.issues.map(({ path }) => path.join('/')) ?? [];

test('what a platform answers with is taken, and what is not read is left out', () => {
  const more = { clientExtensionResults: { credProps: { rk: true } }, authenticatorAttachment: 'platform' };
  expect(registrationCredential().parse({ ...registration, ...more })).toEqual({
    ...registration,
    response: { ...registration.response, transports: [] },
  });
  expect(
    assertionCredential().parse({
      ...assertion,
      ...more,
      response: { ...assertion.response, userHandle: null },
    }),
  ).toMatchObject(assertion);
});

test.for<[given: unknown, kept: string[]]>([
  [undefined, []],
  [null, []],
  ['usb', []],
  [{}, []],
  [
    ['usb', 'nfc', 'usb'],
    ['nfc', 'usb'],
  ],
  [
    ['internal', 5, null, '', 'UPPER', 'x'.repeat(33), 'a b', 'smart-card'],
    ['internal', 'smart-card'],
  ],
  [Array.from('abcdefghijklmnop'), Array.from('abcdefgh')],
])('transports %j are %j', ([transports, kept]) => {
  const given = { ...registration, response: { ...registration.response, transports } };
  expect(registrationCredential().parse(given).response.transports).toEqual(kept);
});

test.for<[member: string, longest: number]>([
  ['id', 1_364],
  ['rawId', 1_364],
  ['response/clientDataJSON', 5_464],
  ['response/attestationObject', 32_768],
])('%s has at most %i characters of base64url', ([member, longest]) => {
  const [name = '', inner] = member.split('/');
  const given = (value: unknown) =>
    registrationCredential().safeParse(
      inner
        ? { ...registration, response: { ...registration.response, [inner]: value } }
        : { ...registration, [name]: value },
    );
  expect(wrong(given('A'.repeat(longest)))).toEqual([]);
  for (const value of [
    'A'.repeat(longest + 1),
    '',
    'A B',
    '+/',
    'AA===',
    '=',
    'ä',
    5,
    null,
    undefined,
    ['AA'],
    {},
  ])
    expect(wrong(given(value)), String(value)).toContain(member);
});

test('a sign-in has its own members', () => {
  for (const [name, longest] of [
    ['authenticatorData', 5_464],
    ['signature', 1_368],
    ['userHandle', 88],
  ] as const) {
    const given = (value: unknown) =>
      assertionCredential().safeParse({ ...assertion, response: { ...assertion.response, [name]: value } });
    expect(wrong(given('A'.repeat(longest)))).toEqual([]);
    expect(wrong(given('A'.repeat(longest + 1)))).toEqual([`response/${name}`]);
  }
  expect(wrong(assertionCredential().safeParse({ ...assertion, type: 'password' }))).toEqual(['type']);
  expect(wrong(assertionCredential().safeParse({ ...assertion, response: null }))).toEqual(['response']);
});
