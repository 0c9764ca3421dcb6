// The bits of a status list, by the vectors of the draft and by a stranger's library.

import { StatusList } from '@sd-jwt/jwt-status-list';
import { expect, test } from 'vitest';
import {
  bitsOf,
  compress,
  decompress,
  isSet,
  placeOf,
  statusListSize,
  statusListUri,
} from '../../../src/tokens/status-list.ts';
import vectors from './status-list-vectors.json';

const set = (bytes: Uint8Array) =>
  Array.from({ length: bytes.length * 8 }, (_, place) => place).filter((place) => isSet(bytes, place));

test.for(vectors.lists)('reads $name', async ({ lst, size, set: expected }) => {
  const bytes = await decompress(lst);
  expect(bytes.length * 8).toBe(size);
  expect(set(bytes)).toEqual(expected);
  for (const outside of [size, size + 7, 2 ** 31, 2 ** 32, 2 ** 40])
    expect(isSet(bytes, outside)).toBe(undefined);
});

test('writes the vector of its own size, as another level of compression has it', async () => {
  const [, long] = vectors.lists;
  const bytes = bitsOf(long?.set ?? []);
  expect(bytes).toEqual(await decompress(long?.lst ?? ''));
  expect(await decompress(await compress(bytes))).toEqual(bytes);
});

const places = [0, 7, 8, 1023, 524_287, 524_288, statusListSize - 1];

test('a stranger reads what is written here', async () => {
  const read = StatusList.decompressStatusList(await compress(bitsOf(places)), 1);
  expect(read.statusList.flatMap((status, place) => (status === 0 ? [] : place))).toEqual(places);
});

test('what a stranger writes is read here', async () => {
  const statuses = Array<number>(statusListSize).fill(0);
  for (const place of places) statuses[place] = 1;
  expect(set(await decompress(new StatusList(statuses, 1).compressStatusList()))).toEqual(places);
});

test.for(['', 'AAAA', 'eNrbuRgAAhcBXA', '!'])('what is no compressed list is an error: %j', async (lst) => {
  await expect(decompress(lst)).rejects.toThrow();
});

test('an index is a list and a place in it, also beyond 32 bits', () => {
  expect(placeOf(0)).toEqual({ list: 0, place: 0 });
  expect(placeOf(2 ** 20 - 1)).toEqual({ list: 0, place: 2 ** 20 - 1 });
  expect(placeOf(2 ** 20)).toEqual({ list: 1, place: 0 });
  expect(placeOf(5_000 * 2 ** 20 + 3)).toEqual({ list: 5_000, place: 3 });
  expect(statusListUri('https://auth.example.test', 12)).toBe('https://auth.example.test/status/12');
});

test('a list of a million sessions is 0.7 KB where 1.6 % end in a day, and 16 KB where 1 % have just ended', async () => {
  // Spread as a permutation spreads them.
  const spread = (count: number) =>
    Array.from({ length: count }, (_, n) => (n * 654_321 + 77) % statusListSize);
  const bytes = async (count: number) => ((await compress(bitsOf(spread(count)))).length * 3) / 4;
  expect(await bytes(174)).toBeLessThan(760);
  expect(await bytes(10_486)).toBeLessThan(17_000);
});
