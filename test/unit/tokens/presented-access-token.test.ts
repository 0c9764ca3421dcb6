// What counts as an access token in an Authorization header (RFC 6750, section 2.1; RFC 9449, section 7.1).

import { expect, test } from 'vitest';
import { presentedAccessToken } from '../../../src/tokens/presented-access-token.ts';

test.for([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['BEARER abc', 'abc'],
  ['Bearer   abc', 'abc'],
  ['Bearer abc  ', 'abc'],
  ['Bearer a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
])('%j holds %j', ([header, token]) => {
  expect(presentedAccessToken(header)).toEqual({ scheme: 'Bearer', token });
});

test.for(['DPoP abc', 'dpop abc', 'DPOP  abc '])('%j holds a token that is bound to a key', (header) => {
  expect(presentedAccessToken(header)).toEqual({ scheme: 'DPoP', token: 'abc' });
});

test.for([
  undefined,
  '',
  'Bearer',
  'Bearer ',
  'Bearerabc',
  'Bearer\tabc',
  'Bearer:abc',
  'Bearer abc def',
  'Bearer abc, Bearer def',
  'Bearer "abc"',
  'Bearer a=b',
  'Bearer =',
  'Bearer é',
  'Basic abc',
  'DPoPabc',
  'DPoP abc def',
  ' Bearer abc',
  'x Bearer abc',
  'Bearer abc\n',
])('%j holds none', (header) => {
  expect(presentedAccessToken(header)).toBeUndefined();
});

test('a long header is read in a moment', () => {
  expect(presentedAccessToken(`Bearer ${' '.repeat(50_000)}\n`)).toBeUndefined();
  expect(presentedAccessToken(`Bearer ${'a='.repeat(50_000)}`)).toBeUndefined();
  expect(presentedAccessToken(`Bearer ${'a'.repeat(50_000)}`)?.token).toHaveLength(50_000);
});
