// Which language somebody is spoken to in.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { languageAccepted, languageOf, languages } from '../../src/words/languages.ts';

test.for([
  ['de', 'de'],
  ['de-CH-1996', 'de'],
  ['PT', 'pt-BR'],
  ['pt-PT', 'pt-BR'],
  ['pt_BR', 'pt-BR'],
  ['zh', 'zh-Hans'],
  ['zh-CN', 'zh-Hans'],
  ['zh-Hans-SG', 'zh-Hans'],
  ['zh-Hant', 'en'],
  ['zh-TW', 'en'],
  ['ar-EG', 'ar'],
  ['den', 'en'],
  ['nl', 'en'],
  ['', 'en'],
  [null, 'en'],
] as const)('%s is served with %s', ([tag, language]) => {
  expect(languageOf(tag)).toBe(language);
});

test.for([
  ['fr, de', 'fr'],
  ['fr;q=0.5, de', 'de'],
  ['nl, zh-TW, it;q=0.1', 'it'],
  ['de;q=0, ja;q=0.2', 'ja'],
  ['en-US,en;q=0.9,es;q=0.8', 'en'],
  ['*', 'en'],
  ['', 'en'],
  [undefined, 'en'],
] as const)('Accept-Language: %s asks for %s', ([header, language]) => {
  expect(languageAccepted(header)).toBe(language);
});

test('every header is answered', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (header) => languages.includes(languageAccepted(header))),
  );
});
