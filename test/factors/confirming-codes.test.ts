// Which codes turn TOTP on, and what is no code at all.

import { expect, test } from 'vitest';
import { problem } from '../accounts/people.ts';
import { dump } from '../mail/tables.ts';
import { begin, confirm, confirmPath, enrol, nothingWaits, wrongCode } from './authenticator.ts';

test('codes of the step before and the one after are taken, others are not', async () => {
  for (const [steps, expected] of [
    [-2, wrongCode],
    [-1, { status: 200 }],
    [1, { status: 200 }],
    [2, wrongCode],
  ] as const) {
    const { service, person } = await begin();
    const app = await enrol(service, person);
    expect(await confirm(person, app.code(steps)), `${steps}`).toMatchObject(expected);
  }
});

test('a wrong code changes nothing, however often, and the right one does still', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const before = (await dump(service)).sort();
  const good = [-1, 0, 1].map((steps) => app.code(steps));
  const otherCode = ['000000', '111111', '222222', '333333'].find((code) => !good.includes(code)) ?? '';
  for (let time = 0; time < 10; time += 1)
    expect(await confirm(person, otherCode)).toMatchObject({ ...wrongCode, trips: 1 });
  expect((await dump(service)).sort()).toEqual(before);
  expect(await confirm(person, app.code())).toMatchObject({ status: 200 });
});

test.for([
  {},
  { totp: null },
  { totp: '' },
  { totp: '12345' },
  { totp: '1234567' },
  { totp: 'ABCDEF' },
  { totp: 123456 },
  { totp: ['123456'] },
  { totp: '1'.repeat(10_000) },
  { totp: '123456\u0000\ud800'.repeat(10) },
])('%j is no code: a typing error, which is looked at before anything else', async (json) => {
  const { person } = await begin();
  const answer = await person.call('POST', confirmPath, { json });
  expect(answer).toMatchObject({
    ...problem(422, 'validation-failed', { errors: [{ pointer: '/totp' }] }),
    trips: 0,
  });
});

test.for(['١٢٣٤٥٦', ' 123 456 ', '123-456', '１２３４５６'])('%s is a code', async (totp) => {
  const { person } = await begin();
  expect(await confirm(person, totp)).toMatchObject(nothingWaits);
});

test('a code may be typed as the app shows it, in any digits', async () => {
  const { service, person } = await begin();
  const code = (await enrol(service, person)).code();
  const arabic = [...code].map((digit) => String.fromCodePoint(0x0660 + Number(digit))).join('');
  const typed = `${arabic.slice(0, 3)} ${arabic.slice(3)}`;
  expect(await confirm(person, typed)).toMatchObject({ status: 200 });
});
