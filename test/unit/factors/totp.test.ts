// TOTP against the vectors of RFC 4226 and RFC 6238, and against `otpauth` as a stranger, in both directions.

import fc from 'fast-check';
import { HOTP, Secret, TOTP, URI } from 'otpauth';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  base32,
  matchingStep,
  newTotpSecret,
  oneTimePassword,
  otpauthUri,
  readTotp,
} from '../../../src/factors/totp.ts';

/** The secret of both RFCs. */
const secret = new TextEncoder().encode('12345678901234567890');

const at = (seconds: number) => new Date(seconds * 1000);
const secretOf = (bytes: Uint8Array) => new Secret({ buffer: new Uint8Array(bytes).buffer });
const anySecret = fc.uint8Array({ minLength: 20, maxLength: 20 });
/** Until 2100. */
const anyTime = fc.integer({ min: 60, max: 4_102_444_800 });

afterEach(() => {
  vi.restoreAllMocks();
});

// RFC 4226, appendix D: the counters 0 to 9.
it.for(
  Object.entries([
    '755224',
    '287082',
    '359152',
    '969429',
    '338314',
    '254676',
    '287922',
    '162583',
    '399871',
    '520489',
  ]),
)('the HOTP of %s is %s', async ([counter, code]) => {
  expect(await oneTimePassword(secret, Number(counter))).toBe(code);
});

// RFC 6238, appendix B: the rows of SHA-1, with 8 digits.
it.for([
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
] as const)('the TOTP at %i is %s', async ([seconds, code]) => {
  const step = Math.floor(seconds / 30);
  expect(await oneTimePassword(secret, step, 8)).toBe(code);
  expect(await matchingStep(secret, code.slice(2), at(seconds))).toBe(step);
});

// RFC 4226, section 5.4: the worked example of the truncation is the counter 1 above; a counter past 32 bits is here.
it('takes counters of more than 32 bits', async () => {
  const counter = 2 ** 40 + 12_345;
  expect(await oneTimePassword(secret, counter)).toBe(
    HOTP.generate({ secret: secretOf(secret), counter, digits: 6 }),
  );
});

describe('with `otpauth` as a stranger', () => {
  it('its codes are accepted, at any time and with any secret', async () => {
    await fc.assert(
      fc.asyncProperty(anySecret, anyTime, async (bytes, seconds) => {
        const code = TOTP.generate({ secret: secretOf(bytes), timestamp: seconds * 1000 });
        expect(await matchingStep(bytes, code, at(seconds))).toBe(Math.floor(seconds / 30));
      }),
    );
  });

  it('it accepts ours', async () => {
    await fc.assert(
      fc.asyncProperty(anySecret, anyTime, async (bytes, seconds) => {
        const token = await oneTimePassword(bytes, Math.floor(seconds / 30));
        const theirs = { secret: secretOf(bytes), token, timestamp: seconds * 1000, window: 0 };
        expect(TOTP.validate(theirs)).toBe(0);
      }),
    );
  });

  it('it reads our URI: secret, issuer, account, and the values that are left out', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 30 })
      .filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(anySecret, name, name, (bytes, before, after) => {
        const issuer = `${before.replaceAll(':', ' ')}!`;
        const account = `${after.replace(/[:\s]/g, '')}@example.com`;
        const read = URI.parse(otpauthUri({ secret: bytes, issuer, account }));
        expect(read).toBeInstanceOf(TOTP);
        expect(read).toMatchObject({ issuer, label: account, algorithm: 'SHA1', digits: 6, period: 30 });
        expect(read.secret.bytes).toEqual(bytes);
      }),
    );
  });

  it('our base32 is its base32, whatever the length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(base32(bytes)).toBe(secretOf(bytes).base32);
      }),
    );
  });
});

// RFC 4648, section 10, without the padding.
it.for([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('the base32 of "%s" is "%s"', ([text, encoded]) => {
  expect(base32(new TextEncoder().encode(text))).toBe(encoded);
});

it('an issuer with a colon, such as a host with a port, is one issuer', () => {
  const uri = otpauthUri({ secret, issuer: 'localhost:8787', account: 'ada@example.com' });
  expect(URI.parse(uri)).toMatchObject({ issuer: 'localhost 8787', label: 'ada@example.com' });
});

it('a space is no plus, which some apps show', () => {
  const uri = otpauthUri({ secret, issuer: 'Ada & Sons', account: 'ada+x@example.com' });
  expect(uri).toBe(
    `otpauth://totp/Ada%20%26%20Sons:ada%2Bx%40example.com?secret=${base32(secret)}&issuer=Ada%20%26%20Sons`,
  );
});

describe('the window', () => {
  const now = 1_800_000_000;
  const present = now / 30;

  it('takes the step before and the one after, and no other', async () => {
    const accepted = await Promise.all(
      [-3, -2, -1, 0, 1, 2, 3].map(async (offset) =>
        matchingStep(secret, await oneTimePassword(secret, present + offset), at(now)),
      ),
    );
    expect(accepted).toEqual([undefined, undefined, present - 1, present, present + 1, undefined, undefined]);
  });

  it('begins and ends with its second', async () => {
    const code = await oneTimePassword(secret, present);
    const steps = [now - 30.001, now - 30, now + 59.999, now + 60].map((seconds) =>
      matchingStep(secret, code, at(seconds)),
    );
    expect(await Promise.all(steps)).toEqual([undefined, present, present, undefined]);
  });

  // Once in a million steps two neighbours have one code. The older one may have been used, so the newest counts.
  it('of two steps with one code it is the newest', async () => {
    vi.spyOn(crypto.subtle, 'sign').mockResolvedValue(new ArrayBuffer(20));
    expect(await matchingStep(secret, '000000', at(now))).toBe(present + 1);
  });

  it('costs the same whatever the code is', async () => {
    const sign = vi.spyOn(crypto.subtle, 'sign');
    const codes = [
      ...(await Promise.all([-1, 0, 1].map((offset) => oneTimePassword(secret, present + offset)))),
      'no',
    ];
    for (const code of codes) {
      sign.mockClear();
      await matchingStep(secret, code, at(now));
      expect(sign).toHaveBeenCalledTimes(3);
    }
  });
});

it('a new secret is 160 bits of the randomness that is handed in', () => {
  expect(newTotpSecret((length) => new Uint8Array(length).fill(7))).toEqual(new Uint8Array(20).fill(7));
});

it.for([
  ['123456', '123456'],
  [' 123 456\r\n', '123456'],
  ['123-456', '123456'],
  ['123\u00a0456', '123456'],
  ['١٢٣٤٥٦', '123456'],
  ['１２３４５６', '123456'],
  ['12345', undefined],
  ['1234567', undefined],
  ['12345678', undefined],
  ['12345a', undefined],
  ['', undefined],
  [' '.repeat(60_000), undefined],
] as const)('%#: what is typed is six digits or none', ([typed, read]) => {
  expect(readTotp(typed)).toBe(read);
});
