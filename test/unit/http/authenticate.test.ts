// What counts as a bearer token in an Authorization header (RFC 6750, section 2.1).

import { expect, test } from 'vitest';
import { bearerToken } from '../../../src/http/authenticate.ts';

test.for([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['BEARER abc', 'abc'],
  ['Bearer   abc', 'abc'],
  ['Bearer abc  ', 'abc'],
  ['Bearer a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
])('%j holds %j', ([header, token]) => {
  expect(bearerToken(header)).toBe(token);
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
  'DPoP abc',
  ' Bearer abc',
  'x Bearer abc',
  'Bearer abc\n',
])('%j holds none', (header) => {
  expect(bearerToken(header)).toBeUndefined();
});

test('a long header is read in a moment', () => {
  expect(bearerToken(`Bearer ${' '.repeat(50_000)}\n`)).toBeUndefined();
  expect(bearerToken(`Bearer ${'a='.repeat(50_000)}`)).toBeUndefined();
  expect(bearerToken(`Bearer ${'a'.repeat(50_000)}`)).toHaveLength(50_000);
});
