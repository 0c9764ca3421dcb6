// Language tags, as apps, browsers and platforms write them.

import { expect, test } from 'vitest';
import { canonicalLocale, preferredLocale } from '../../src/locale.ts';

test.for([
  ['de', 'de'],
  ['DE-ch', 'de-CH'],
  ['zh-hant-tw', 'zh-Hant-TW'],
  ['es-419', 'es-419'],
  // RFC 5646, section 4.5: what a language was called before.
  ['iw', 'he'],
  // iOS.
  ['de_DE', 'de-DE'],
  ['zh_Hans_CN@calendar=chinese;rg=dezzzz', 'zh-Hans-CN'],
  // Android and Java, which put the script last.
  ['zh_TW_#Hant', 'zh-Hant-TW'],
  ['zh__#Hans', 'zh-Hans'],
  ['sr_RS_#Latn_x-java', 'sr-Latn-RS'],
  // POSIX.
  ['pt_BR.UTF-8', 'pt-BR'],
  ['de_AT@euro', 'de-AT'],
  ['en_US_POSIX', 'en-US'],
  // What apps add is kept while it fits, and the tag in any case.
  ['de-DE-u-ca-gregory', 'de-DE-u-ca-gregory'],
  ['zh-Hans-CN-u-ca-chinese-fw-mon-hc-h23-mu-celsius', 'zh-Hans-CN'],
] as const)('%s is %s', ([written, tag]) => {
  expect(canonicalLocale(written)).toBe(tag);
});

test.for([
  '',
  'C',
  'POSIX',
  'German',
  'x-klingon',
  '*',
  'de--DE',
  '-de',
  '_#Hant',
  'de\u0000',
  'de DE',
  'dé',
  '🇩🇪',
  `en-${'abcde-'.repeat(20)}`,
  'sl-rozaj-biske-solba-njiva-lipaw-1994-nedis',
])('%j is none', (written) => {
  expect(canonicalLocale(written)).toBeUndefined();
});

test.for([
  [undefined, undefined],
  ['', undefined],
  ['fr', 'fr'],
  ['de-CH, de;q=0.9, en;q=0.8', 'de-CH'],
  ['en;q=0.5,pt-br;q=0.7,*;q=0.9', 'pt-BR'],
  ['en;q=0.8, ja;q=0.8', 'en'],
  ['en; q=0, ar;Q=0.1', 'ar'],
  ['en;q=0.0', undefined],
  // What is malformed is left out.
  ['nonsense, it;q=0.1', 'it'],
  ['en;q=2, es;q=x, fr;q=0.2', 'fr'],
  ['en;level=1, fr;q=0.2', 'fr'],
  // In what is read of a long one, no half of a tag and no half of a weight.
  [`${'en;q=0.1,'.repeat(21)}sl-IT-nedis;q=0.01`, 'en'],
  [`${'x;q=1,'.repeat(33)}pt-BR`, undefined],
] as const)('of "%s" %s is preferred', ([header, tag]) => {
  expect(preferredLocale(header)).toBe(tag);
});
