// IDENTITY_PROVIDERS and APPLE_PRIVATE_KEY: what they say, and each mistake in them.

import { expect, test } from 'vitest';
import { readEnvironment } from '../../src/environment.ts';
import { complaints } from '../complaints.ts';
import { bindings } from '../service.ts';

const google = { audiences: ['web.apps.googleusercontent.com'] };
const acme = { audiences: ['app'], issuer: 'https://id.acme.test', jwks_uri: 'https://id.acme.test/keys' };
const ecKey = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
  'sign',
  'verify',
])) as CryptoKeyPair;
const pemOf = (bytes: ArrayBuffer) =>
  `-----BEGIN PRIVATE KEY-----\n${btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/.{64}/g, '$&\n')
    .trim()}\n-----END PRIVATE KEY-----`;
const applePem = pemOf((await crypto.subtle.exportKey('pkcs8', ecKey.privateKey)) as ArrayBuffer);
const appleKey = { team_id: '9JA89QQLNQ', key_id: 'ABC123DEFG' };
const withApple = (more: object = {}) =>
  JSON.stringify({ apple: { audiences: ['com.example.app'], ...more } });

test('identity providers are read, Apple and Google with what is known of them', () => {
  const { identityProviders } = readEnvironment({
    ...bindings(),
    IDENTITY_PROVIDERS: JSON.stringify({
      apple: { audiences: ['com.example.app', 'com.example.web'], ...appleKey },
      google: { ...google, nonce: 'optional' },
      acme,
      'acme-2': { ...acme, issuer: ['https://a.test', 'https://b.test'], nonce: 'required' },
    }),
    APPLE_PRIVATE_KEY: applePem,
  });
  expect(Object.fromEntries(identityProviders)).toEqual({
    apple: {
      name: 'apple',
      audiences: ['com.example.app', 'com.example.web'],
      issuers: ['https://appleid.apple.com', 'https://account.apple.com'],
      jwksUri: 'https://appleid.apple.com/auth/keys',
      isNonceOptional: false,
      apple: { teamId: '9JA89QQLNQ', keyId: 'ABC123DEFG', privateKey: applePem },
    },
    google: {
      name: 'google',
      ...google,
      issuers: ['https://accounts.google.com', 'accounts.google.com'],
      jwksUri: 'https://www.googleapis.com/oauth2/v3/certs',
      isNonceOptional: true,
    },
    acme: {
      name: 'acme',
      audiences: ['app'],
      issuers: ['https://id.acme.test'],
      jwksUri: 'https://id.acme.test/keys',
      isNonceOptional: false,
    },
    'acme-2': {
      name: 'acme-2',
      audiences: ['app'],
      issuers: ['https://a.test', 'https://b.test'],
      jwksUri: 'https://id.acme.test/keys',
      isNonceOptional: false,
    },
  });
});

test('a private key of Apple may have come through a shell', () => {
  const typed = {
    IDENTITY_PROVIDERS: withApple(appleKey),
    APPLE_PRIVATE_KEY: ` ${applePem.replaceAll('\n', '\\n')}\\n`,
  };
  const { identityProviders } = readEnvironment({ ...bindings(), ...typed });
  expect(identityProviders.get('apple')?.apple?.privateKey).toBe(applePem);
});

test.for<[unknown, RegExp]>([
  [5, /must be JSON/],
  ['apple', /must be JSON/],
  ['[]', /must be JSON/],
  ['null', /must be JSON/],
  [JSON.stringify({ Google: google }), /name that is not lower case/],
  [JSON.stringify({ 'email-code': acme }), /name that is not lower case.*or that is one of/],
  [JSON.stringify({ passkey: acme }), /or that is one of/],
  [JSON.stringify({ ['a'.repeat(33)]: acme }), /name that is not/],
  [JSON.stringify({ constructor: google }), /lacks "issuer" or "jwks_uri" \(at constructor\)/],
  [JSON.stringify({ google: {} }), /"audiences" must be a list.*google.audiences/],
  [JSON.stringify({ google: 'on' }), /must be an object with "audiences" \(at google\)/],
  [JSON.stringify({ google: { audiences: [] } }), /must not be empty/],
  [JSON.stringify({ google: { audiences: ['a b'] } }), /must be client ids/],
  [JSON.stringify({ google: { ...google, client_secret: 'hunter2' } }), /field that is not known/],
  [JSON.stringify({ google: { ...google, nonce: 'never' } }), /"nonce" must be/],
  [JSON.stringify({ google: { ...google, jwks_uri: 'https://a.test' } }), /needs no "issuer"/],
  [JSON.stringify({ google: { ...google, ...appleKey } }), /as apple alone/],
  [JSON.stringify({ acme: { ...acme, jwks_uri: undefined } }), /lacks "issuer" or "jwks_uri"/],
  [JSON.stringify({ acme: { ...acme, jwks_uri: 'http://id.acme.test/keys' } }), /must begin with https/],
  [JSON.stringify({ acme: { ...acme, issuer: 'id.acme.test' } }), /must be a URL/],
  [JSON.stringify({ acme: { ...acme, issuer: [] } }), /must not be an empty list/],
  [JSON.stringify({ acme, other: acme }), /an issuer twice/],
  [
    JSON.stringify({ other: { ...acme, issuer: 'https://account.apple.com' } }),
    /Apple or Google by another name/,
  ],
  [withApple({ nonce: 'optional' }), /cannot have an optional nonce/],
  [withApple({ team_id: 'short', key_id: 'ABC123DEFG' }), /ten characters/],
])('IDENTITY_PROVIDERS is refused as %o', ([IDENTITY_PROVIDERS, message]) => {
  expect(complaints({ IDENTITY_PROVIDERS })['IDENTITY_PROVIDERS']).toMatch(message);
});

test('Apple’s ids and key are all there, or none', async () => {
  const whole = { IDENTITY_PROVIDERS: withApple(appleKey), APPLE_PRIVATE_KEY: applePem };
  expect(complaints(whole)).toEqual({});
  const rsa = pemOf(await newPkcs8());
  for (const changed of [
    { APPLE_PRIVATE_KEY: undefined },
    { IDENTITY_PROVIDERS: undefined },
    { IDENTITY_PROVIDERS: withApple() },
    { IDENTITY_PROVIDERS: withApple({ team_id: appleKey.team_id }) },
    { APPLE_PRIVATE_KEY: 'hunter2-hunter2' },
    { APPLE_PRIVATE_KEY: rsa },
    { APPLE_PRIVATE_KEY: applePem.replaceAll('PRIVATE', 'PUBLIC') },
  ])
    expect(complaints({ ...whole, ...changed })['APPLE_PRIVATE_KEY']).toMatch(/all or none|must be the PEM/);

  async function newPkcs8(): Promise<ArrayBuffer> {
    const rsa = {
      name: 'RSA-PSS',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
    };
    const { privateKey } = (await crypto.subtle.generateKey(rsa, true, ['sign', 'verify'])) as CryptoKeyPair;
    return (await crypto.subtle.exportKey('pkcs8', privateKey)) as ArrayBuffer;
  }
});
