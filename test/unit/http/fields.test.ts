// One person is one row whatever they type, and nothing gets in that the database or a mail server could not take.

import fc from 'fast-check';
import { describe, expect, it, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { isUuid } from '../../../src/encoding.ts';
import {
  deviceName,
  emailAddress,
  line,
  optional,
  password,
  photoAddress,
  signedToken,
  text,
} from '../../../src/http/fields.ts';

const read = (field: z.ZodMiniType, value: unknown) => field.safeParse(value).data;
const accepts = (field: z.ZodMiniType, value: unknown) => field.safeParse(value).success;

const anyCharacter = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });

describe('an e-mail address', () => {
  it.for([
    ['person@example.test', 'person@example.test'],
    ['  Person@Example.TEST\n', 'person@example.test'],
    ['\ufeffperson@example.test', 'person@example.test'],
    ['\u200bperson@example.test\u200b', 'person@example.test'],
    ['\u200e person@example.test\u200f', 'person@example.test'],
    ['\u202aperson@example.test\u202c', 'person@example.test'],
    ['\u2068person@example.test\u2069\n', 'person@example.test'],
    ['person@example.test\u00ad', 'person@example.test'],
    ['\u2060person@example.test\ufe0f', 'person@example.test'],
    ['\u061cperson@example.test\u3164', 'person@example.test'],
    ['\u00a0person@example.test\u2028', 'person@example.test'],
    ['first.last+tag@sub.example.co.uk', 'first.last+tag@sub.example.co.uk'],
    ["o'neil_#!$%&*-/=?^`{|}~@example.test", "o'neil_#!$%&*-/=?^`{|}~@example.test"],
    ['Jose\u0301@example.test', 'jos\u00e9@example.test'],
    ['JOSÉ@example.test', 'jos\u00e9@example.test'],
    ['J\u030c@example.test', '\u01f0@example.test'],
    ['用户@例え.jp', '用户@xn--r8jz45g.jp'],
    ['a@bücher.example', 'a@xn--bcher-kva.example'],
    ['a@BU\u0308CHER.example', 'a@xn--bcher-kva.example'],
    ['a@XN--BCHER-KVA.example', 'a@xn--bcher-kva.example'],
    ['a@faß.example', 'a@xn--fa-hia.example'],
    ['a@ｅｘａｍｐｌｅ．ｃｏｍ', 'a@example.com'],
    ['a@пример.рф', 'a@xn--e1afmkfd.xn--p1ai'],
    ['a@1and1.de', 'a@1and1.de'],
    [`${'a'.repeat(64)}@example.test`, `${'a'.repeat(64)}@example.test`],
  ])('%j is kept as %j', ([typed, kept]) => {
    expect(read(emailAddress(), typed)).toBe(kept);
    expect(read(emailAddress(), kept)).toBe(kept);
  });

  it.for([
    '',
    ' ',
    'a',
    '@',
    'a@',
    '@b.com',
    'a@@b.com',
    'a@b@c.com',
    'a b@c.com',
    'a@b .com',
    'a@b.com c',
    '.a@b.com',
    'a.@b.com',
    'a..b@c.com',
    '"a"@b.com',
    '"a b"@c.com',
    'a(comment)@b.com',
    'Name <a@b.com>',
    '<a@b.com>',
    'a@b.com,c@d.com',
    'a@b.com;c@d.com',
    'a@[127.0.0.1]',
    'a@[IPv6:::1]',
    'a@[::1]',
    'a@127.0.0.1',
    'a@1.2.3.4',
    'a@0x7f.1',
    'a@0x7f000001',
    'a@2130706433',
    'a@１２７.0.0.1',
    'a@localhost',
    'a@com',
    'a@b.com.',
    'a@.b.com',
    'a@b..com',
    'a@-b.com',
    'a@b-.com',
    'a@b_c.com',
    'a@b.c',
    'a@b.1',
    'a@b.1com',
    'a@b.com:25',
    'a@b.com:443',
    'a@b.com/../x',
    'a@b.com/',
    'a@b.com?x',
    'a@b.com#x',
    'a@b.com\\x',
    'a@b%2ecom',
    'a@b.com%00',
    'a@b.com%0d%0aRCPT',
    'a@b.com\r\nRCPT TO:<c@d.com>',
    'a\r\n@b.com',
    'a\0@b.com',
    'a@b\0.com',
    'a@b.com\0',
    'a\u200b@b.com',
    'a@b\u200b.com',
    'a@b\u00ad.com',
    'a\u202e@b.com',
    'a\ud800@b.com',
    'a@\udfff.com',
    'a@b\u2028.com',
    'a@xn--.com',
    'mailto:a@b.com',
    'a@http://b.com',
    'a@user:pass@b.com',
    `${'a'.repeat(65)}@example.test`,
    `${'é'.repeat(33)}@example.test`,
    `a@${'b'.repeat(64)}.com`,
    `${'a'.repeat(64)}@${`${'b'.repeat(60)}.`.repeat(4)}com`,
    'a@'.repeat(30_000),
    `${'a.'.repeat(30_000)}@b.com`,
  ])('is not %j', (typed) => {
    expect(accepts(emailAddress(), typed)).toBe(false);
  });

  it.for<unknown>([undefined, null, 5, true, [], ['a@b.com'], {}, { toString: 'a@b.com' }])(
    'is not %j',
    (value) => {
      expect(accepts(emailAddress(), value)).toBe(false);
    },
  );

  it('is of 254 octets at most, counted as it is kept', () => {
    const domain = (labels: number, last: number) =>
      `${`${'b'.repeat(60)}.`.repeat(labels)}${'c'.repeat(last)}.com`;
    // 64 + "@" + 3 × 61 + 2 + ".com" = 254
    expect(accepts(emailAddress(), `${'a'.repeat(64)}@${domain(3, 2)}`)).toBe(true);
    expect(accepts(emailAddress(), `${'a'.repeat(64)}@${domain(3, 3)}`)).toBe(false);
    // bücher is 6 characters as typed and xn--bcher-kva, 13, as kept.
    const international = (last: number) =>
      `${'b'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(last)}.bücher.example`;
    expect(read(emailAddress(), `${'a'.repeat(64)}@${international(45)}`)).toHaveLength(254);
    expect(accepts(emailAddress(), `${'a'.repeat(64)}@${international(46)}`)).toBe(false);
  });

  it('is the same however often it is read, whatever is typed', () => {
    // Letters whose lower case is another number of letters, depends on what follows, or comes apart.
    const letters = fc.array(fc.oneof(fc.constantFrom(...'aA.İẞΣςǰJ\u030c\u0307ﬀǅ'), anyCharacter), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(letters, fc.constantFrom('b.com', 'B.COM', 'bücher.example'), (local, domain) => {
        const once = read(emailAddress(), `${local.join('')}@${domain}`);
        fc.pre(once !== undefined);
        expect(read(emailAddress(), once)).toBe(once);
        expect(once).toBe(String(once).normalize('NFC'));
        expect(once).toBe(String(once).toLowerCase());
      }),
      { numRuns: 2_000 },
    );
  });

  it('has a domain of ASCII letters, digits and hyphens, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (domain) => {
        const kept = read(emailAddress(), `a@${domain}.example`);
        if (kept !== undefined) expect(kept).toMatch(/^a@[a-z0-9.-]+\.example$/);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a line', () => {
  it.for([
    ['  Ada  ', 'Ada'],
    ['\tAda\n', 'Ada'],
    ['Ada Lovelace', 'Ada Lovelace'],
    ['艾达', '艾达'],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
    ['a'.repeat(100), 'a'.repeat(100)],
    [` ${'a'.repeat(100)} `, 'a'.repeat(100)],
  ])('%j is kept as %j', ([typed, kept]) => {
    expect(read(line(100), typed)).toBe(kept);
  });

  it.for([
    '',
    ' ',
    '\n',
    'a\nb',
    'a\rb',
    'a\tb',
    'a\0b',
    'a\u001bb',
    'a\u0085b',
    'a\ud800',
    '\udc00',
    'a'.repeat(101),
  ])('is not %j', (typed) => {
    expect(accepts(line(100), typed)).toBe(false);
  });

  it.for<unknown>([undefined, null, 5, [], {}])('is not %j', (value) => {
    expect(accepts(line(100), value)).toBe(false);
  });
});

describe('text', () => {
  it('is kept as it is, of the length that was asked for', () => {
    expect(read(text({ minimum: 2, maximum: 3 }), ' \n')).toBe(' \n');
    for (const wrong of ['a', 'abcd']) expect(accepts(text({ minimum: 2, maximum: 3 }), wrong)).toBe(false);
    expect(accepts(text({ maximum: 3 }), '')).toBe(true);
  });

  it.for(['\0', 'a\0', '\ud800', 'a\udc00b', '\udc00\ud800'])(
    'is not %j, which Postgres cannot keep',
    (value) => {
      for (const field of [text({ maximum: 100 }), password(), signedToken()])
        expect(accepts(field, value)).toBe(false);
    },
  );

  it('is what Postgres can keep, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom('\0', '\ud800', '\udc00'), fc.string())), (parts) => {
        const any = parts.join('');
        expect(accepts(text({ maximum: 10_000 }), any)).toBe(any.isWellFormed() && !any.includes('\0'));
      }),
    );
  });

  it('of a password() or a token has a bound', () => {
    expect(accepts(password(), 'a'.repeat(4_096))).toBe(true);
    expect(accepts(password(), 'a'.repeat(4_097))).toBe(false);
    expect(accepts(password(), '')).toBe(false);
    expect(accepts(signedToken(), 'a'.repeat(8_192))).toBe(true);
    expect(accepts(signedToken(), 'a'.repeat(8_193))).toBe(false);
    expect(accepts(signedToken(), '')).toBe(false);
  });
});

test.for([
  'https://example.com/a.png',
  'http://example.com',
  'HTTPS://EXAMPLE.COM/a?b#c',
  'https://bücher.example/ü',
])('a photo may be at %j', (address) => {
  expect(read(photoAddress(), address)).toBe(address);
});

test.for([
  '',
  'a.png',
  '/a.png',
  '//example.com/a.png',
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  'data:image/png;base64,AAAA',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'ftp://example.com/a.png',
  'blob:https://example.com/1',
  'https://',
  'https:// x',
  'http',
  `https://example.com/${'a'.repeat(2_048)}`,
  'https://example.com/\0',
  'https://example.com/\ud800',
])('a photo may not be at %j', (address) => {
  expect(accepts(photoAddress(), address)).toBe(false);
});

test('a UUID is canonical and lower case', () => {
  expect(isUuid('0197a1b2-0000-7000-8000-00000000000a')).toBe(true);
  for (const wrong of [
    '',
    '0197A1B2-0000-7000-8000-00000000000A',
    '{0197a1b2-0000-7000-8000-00000000000a}',
    '0197a1b20000700080000000000000a0',
    '0197a1b2-0000-7000-8000-00000000000a\n',
    ' 0197a1b2-0000-7000-8000-00000000000a',
    '0197a1b2-0000-7000-8000-00000000000g',
    '0197a1b2-0000-7000-8000-0000000000000',
  ]) {
    expect(isUuid(wrong), wrong).toBe(false);
  }
});

describe('a field that may be left out', () => {
  const body = z.object({ name: optional(line(100)), token: optional(signedToken()) });

  it.for([{}, { name: null }, { name: undefined, token: null }])('is absent in %j', (given) => {
    const { name, token } = body.parse(given);
    expect([name, token]).toEqual([undefined, undefined]);
  });

  it('is what it is where it is there', () => {
    expect(body.parse({ name: ' Ada ', token: null }).name).toBe('Ada');
    for (const wrong of ['', 5, {}, [], false, 'a\nb']) expect(accepts(body, { name: wrong })).toBe(false);
  });
});

describe('the name of a device', () => {
  it.for<[unknown, string | undefined]>([
    ['Phone', 'Phone'],
    ['  Ada’s phone\n', 'Ada’s phone'],
    ['👩‍👩‍👧 📱', '👩‍👩‍👧 📱'],
    ['a\tb\0c\u001bd\u0085e', 'a b c d e'],
    ['a\r\nBcc: b', 'a Bcc: b'],
    ['a\u2028b\u2029', 'a b'],
    ['phone \u202egnp.exe', 'phone  gnp.exe'],
    ['\ud800', undefined],
    ['a\udc00', 'a'],
    ['a'.repeat(101), 'a'.repeat(100)],
    ['📱'.repeat(101), '📱'.repeat(100)],
    [`${'a'.repeat(99)} b`, 'a'.repeat(99)],
    [`${'a'.repeat(399)}📱`, 'a'.repeat(100)],
    ['x'.repeat(60_000), 'x'.repeat(100)],
    [`${' '.repeat(60_000)}x`, undefined],
    ['', undefined],
    [' \n', undefined],
    [null, undefined],
    [undefined, undefined],
    [5, undefined],
    [true, undefined],
    [['Phone'], undefined],
    [{ name: 'Phone' }, undefined],
  ])('%j is %j, and refuses nobody', ([given, kept]) => {
    expect(deviceName().safeParse(given)).toEqual({ success: true, data: kept });
    expect(z.object({ deviceName: deviceName() }).parse({ deviceName: given }).deviceName).toBe(kept);
  });

  it('is what Postgres can keep and a mail can hold, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (given) => {
        const kept = deviceName().parse(given);
        if (kept !== undefined) expect(accepts(line(100), kept), kept).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** A run of accents is put in order in a time that grows with its square: half a second for 60 KB. */
const accents = (count: number) => `a${'\u0301'.repeat(count / 2)}${'\u0316'.repeat(count / 2)}`;

describe('what is too long', () => {
  it.for<[string, z.ZodMiniType, string]>([
    ['an address', emailAddress(), `${accents(30_000)}@example.test`],
    ['an address with space around it', emailAddress(), `${' '.repeat(30_000)}a@example.test`],
    ['a line', line(100), accents(30_000)],
    ['a password', password(), accents(30_000)],
    ['a photo', photoAddress(), `https://example.test/${accents(30_000)}`],
    ['a token', signedToken(), accents(30_000)],
  ])('is refused for its length alone, and before anything is made of it: %s', ([, field, value]) => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const parse = vi.spyOn(URL, 'parse');
    const trim = vi.spyOn(String.prototype, 'trim');
    const { error } = field.safeParse(value);
    expect(error?.issues).toHaveLength(1);
    expect(error?.issues[0]).toMatchObject({ message: expect.stringMatching(/^must have at most|^Invalid/) });
    for (const work of [normalize, parse, trim]) expect(work).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});
