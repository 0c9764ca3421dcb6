// Whatever JSON comes as `metadata` is kept as it is, or refused before PostgreSQL sees it.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, expect, test } from 'vitest';
import { jsonbBytes } from '../../src/http/metadata-field.ts';
import { newAddress, type Service, startService } from '../service.ts';
import { type Person, problem, signedIn } from './people.ts';

let service: Service;
/** Who keeps nothing. */
let sender: Person;

beforeAll(async () => {
  service = await startService();
  sender = await signedIn(service);
});

const path = '/api/users/me';
const invalid = problem(422, 'validation-failed', { errors: [{ pointer: '/metadata' }] });

/** As JSON text: what `JSON.stringify` would not write. */
const patchText = ({ access_token: bearer }: Pick<Person, 'access_token'>, text: string) =>
  service.call('PATCH', path, {
    bearer,
    body: `{"metadata":${text}}`,
    headers: { 'Content-Type': 'application/json' },
  });

test('what is counted is what PostgreSQL writes', async () => {
  const numbers = [
    0, -0, 1, -17, 0.1, 1e21, -1.5e21, 1e-7, -1.25e-7, 1.7976931348623157e308, 5e-324, 123456789.123, 1e20,
    1e-6,
  ];
  const texts = ['', 'a', '\n\t\b\f\r', '\u0001\u001f\u007f', '"\\/', 'é😀', '\u2028'];
  const values = [
    ...numbers,
    ...texts,
    true,
    null,
    [],
    {},
    [[]],
    [1, 'a', null],
    { 'k"': { é: [numbers, texts] }, b: {} },
    { numbers, texts },
  ];
  const rows = await service.dependencies.database.query<{ bytes: number }>(
    sql`select octet_length(value::text) as bytes from unnest(${sql.param(values.map((value) => JSON.stringify(value)))}::jsonb[]) with ordinality as v(value, n) order by n`,
    { repeatable: true },
  );
  expect(values.map(jsonbBytes)).toEqual(rows.map(({ bytes }) => bytes));
});

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

test.for([
  ['a NUL', String.raw`{"a": "\u0000"}`],
  ['a NUL in a key', String.raw`{"\u0000": 1}`],
  ['a NUL in a key that goes', String.raw`{"\u0000": null}`],
  ['a lone surrogate', String.raw`{"a": ["\ud800"]}`],
  ['a lone surrogate in a key', String.raw`{"a": {"\udc00": 1}}`],
  ['a number that is too large', '{"a": 1e400}'],
  ['33 levels', `{"a": ${nested(32)}}`],
  ['30,000 levels', `{"a": ${nested(30_000)}}`],
  ['a key of 5,000 bytes', `{"${'k'.repeat(5_000)}": 1}`],
  [
    'a thousand keys',
    JSON.stringify(Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [index, 1]))),
  ],
  ['a number of 4,000 digits in two', `{"a": [${Array.from({ length: 14 }, () => '1e308').join(',')}]}`],
  ['a list', '[]'],
  ['a text', '"a"'],
  ['a number', '7'],
])('%s is refused', async ([, text]) => {
  expect(await patchText(sender, text ?? '')).toMatchObject(invalid);
  const body = `{"email": "${newAddress()}", "name": "Ada", "metadata": ${text}}`;
  const headers = { 'Content-Type': 'application/json' };
  expect(await service.call('POST', '/api/auth/register', { body, headers })).toMatchObject(invalid);
  expect((await sender.call('GET', path)).body.metadata).toEqual({});
});

test.for([
  ['one key twice: the last', '{"a": 1, "a": 2}', '{"a":2}'],
  ['32 levels', `{"a": ${nested(31)}}`, `{"a":${nested(31)}}`],
  [
    'names of JavaScript’s own',
    '{"constructor": {"prototype": 1}, "toString": "x"}',
    '{"toString":"x","constructor":{"prototype":1}}',
  ],
  ['a prototype, deeper', '{"a": {"__proto__": {"admin": true}}}', '{"a":{"__proto__":{"admin":true}}}'],
  ['a key of 4,000 bytes', `{"${'k'.repeat(4_000)}": 1}`, `{"${'k'.repeat(4_000)}":1}`],
  [
    'the largest number',
    '{"a": [1.7976931348623157e308, -0, 5e-324]}',
    '{"a":[1.7976931348623157e+308,0,5e-324]}',
  ],
  ['an empty key', '{"": 1}', '{"":1}'],
])('%s is kept', async ([, text, kept]) => {
  expect(await patchText(sender, text ?? '')).toMatchObject({ status: 200 });
  const { text: shown } = await sender.call('GET', path);
  expect(shown).toContain(`"metadata":${kept}`);
  await service.dependencies.database.query(sql`update users set metadata = '{}' where id = ${sender.id}`, {
    repeatable: true,
  });
});

test('a prototype on the first level changes no prototype', async () => {
  const answer = await patchText(sender, '{"__proto__": {"admin": true}, "a": 1}');
  expect(answer.body.metadata).toMatchObject({ a: 1 });
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
});
