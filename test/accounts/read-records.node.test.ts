import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRecords } from '../../src/cli/import/read-records.ts';

// The users of a JSON document, whatever is in them and wherever its bytes are cut.

async function read(bytes: Uint8Array, cuts: readonly number[], maximumBytes = 64 * 1024) {
  async function* pieces() {
    let start = 0;
    for (const end of [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)) {
      yield bytes.subarray(start, end);
      start = end;
    }
  }
  const records = [];
  for await (const record of readRecords(pieces(), { maximumBytes })) records.push(record);
  return records;
}

const objects = fc.array(
  fc
    .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ depthSize: 'small' }))
    .filter((each) => !('users' in each)),
  { maxLength: 6 },
);
const members = fc.dictionary(
  fc.string().filter((name) => name !== 'users' && name !== '__proto__'),
  fc.jsonValue({ depthSize: 'small' }),
  { maxKeys: 3 },
);
const cuts = fc.array(fc.nat(), { maxLength: 8 });
const texts = (records: Awaited<ReturnType<typeof read>>) =>
  records.map((record) => JSON.parse('text' in record ? record.text : 'null'));

test('a list, a list in an object and one object after the other are read alike', async () => {
  await fc.assert(
    fc.asyncProperty(
      objects,
      members,
      members,
      cuts,
      fc.constantFrom(0, 2),
      async (users, before, after, at, indent) => {
        const plain = JSON.parse(JSON.stringify(users));
        for (const document of [
          JSON.stringify(users, null, indent),
          JSON.stringify({ ...before, users, ...after }, null, indent),
          users.map((user) => JSON.stringify(user, null, indent)).join('\n'),
        ]) {
          const isWrapped = document.startsWith('{') && document.includes('"users"');
          if (isWrapped && Object.keys(after).some((name) => /^\d+$/.test(name))) continue; // such keys come first
          expect(texts(await read(Buffer.from(document), at))).toEqual(plain);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('each goes by the line that it begins on', async () => {
  const document =
    '\ufeff{"realm": "\\"users\\": [",\n "users":\n [ {"a":\n 1},\n {"b": "}"} , \n\n{"c": []}]}\n';
  expect((await read(Buffer.from(document), [3, 20, 41])).map(({ number }) => number)).toEqual([3, 5, 7]);
});

test('one that is too long is refused, and the next one is read', async () => {
  const document = JSON.stringify([{ a: 'x'.repeat(100) }, { b: 1 }, { c: 'x'.repeat(30) }]);
  expect(await read(Buffer.from(document), [7, 50, 90], 60)).toEqual([
    { number: 1, refused: expect.stringContaining('is longer') },
    { number: 1, text: '{"b":1}' },
    { number: 1, text: expect.stringContaining('xxx') },
  ]);
});

test('what is not UTF-8 is refused, and the next one is read', async () => {
  const bytes = Buffer.concat([Buffer.from('[{"a": "'), Buffer.from([0xff]), Buffer.from('"}, {"b": 1}]')]);
  expect(await read(bytes, [])).toEqual([
    { number: 1, refused: 'is not UTF-8' },
    { number: 1, text: '{"b": 1}' },
  ]);
});
