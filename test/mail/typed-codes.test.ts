// A code as people type it and as it is pasted; what can be no code costs nothing.

import { expect, test } from 'vitest';
import { startService } from '../service.ts';
import { forgetful, registered, reset, verify, wrongly } from './granted.ts';

const invalidCode = (attempts_left: number) => ({
  status: 400,
  body: { type: expect.stringMatching(/\/problems\/invalid-code$/), attempts_left },
});

test.for(['123 456', ' 123456 ', '123-456', '1 2 3 4 5 6'])(
  'a code typed as "%s" is taken',
  async (typed) => {
    const service = await startService();
    const { request, code } = await registered(service);
    let digit = 0;
    const spaced = typed.replace(/\d/g, () => code[digit++] ?? '');
    expect(await verify(service, { request, code: spaced })).toMatchObject({ status: 204 });
  },
);

test.for([
  ['Arabic-Indic', 0x0660],
  ['Devanagari', 0x0966],
  ['full-width', 0xff10],
  ['mathematical bold', 0x1d7ce],
] as const)(
  'a code in %s digits is taken, with invisible characters and any dash between them',
  async ([, zero]) => {
    const service = await startService();
    const { request, code } = await registered(service);
    const typed = [...code].map((digit) => String.fromCodePoint(zero + Number(digit)));
    const dressed = `\u200f${typed.slice(0, 3).join('')}\u2009\u2013\u200b${typed.slice(3).join('')}\u202c`;
    expect(await verify(service, { request, code: dressed })).toMatchObject({ status: 204 });
  },
);

test.for([
  ['registration', 6, registered, verify],
  ['reset', 8, forgetful, reset],
] as const)('what has not the number of digits of a %s is 422 and no try', async ([, digits, ask, use]) => {
  const service = await startService();
  const granted = await ask(service);
  const { request, code } = granted;
  expect(code).toHaveLength(digits);
  for (const typed of [
    '12345',
    '123456',
    '1234567',
    '12345678',
    '123456789',
    'abcdef',
    '-',
    '1'.repeat(64),
  ]) {
    if (typed.length === digits && typed !== 'abcdef') continue;
    expect(await use(service, { request, code: typed }), typed).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/code' }] },
    });
  }
  expect(await use(service, wrongly(granted))).toMatchObject(invalidCode(4));
});
