// Splits a JSON document of any size into its users, in bounded memory. Accepts a list, an object with the list
// `users`, and concatenated objects. Each record has the number of the line that it begins on.

import type { Line } from './read-lines.ts';

const [quote, backslash, newline, comma] = [...Buffer.from('"\\\n,')];
const [opening, closing] = [new Set(Buffer.from('{[')), new Set(Buffer.from('}]'))];
const space = new Set(Buffer.from(' \t\r\n\ufeff'));
const object = '{'.charCodeAt(0);

/** @throws Error if the document is truncated or has another structure. */
export async function* readRecords(
  input: AsyncIterable<Uint8Array>,
  { maximumBytes }: { maximumBytes: number },
): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let line = 1;
  let depth = 0;
  /**
   * The nesting depth at which users begin: 0, 1 in a list, 2 in the list `users` of an object, infinite after that
   * list.
   */
  let depthOfUsers = 0;
  let isString = false;
  let isEscaped = false;
  /** The last string in the outermost object, which may be a key. */
  let key: number[] = [];
  let record: { readonly number: number; pieces: Uint8Array[]; bytes: number } | undefined;
  let isFirst = true;

  for await (const chunk of input) {
    if (isFirst && chunk[0] === 0x1f && chunk[1] === 0x8b)
      throw new Error('The file is gzipped: unpack it first, as with gunzip -c.');
    isFirst = false;
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === newline) line += 1;
      if (isString) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) isString = false;
        if (isString && depth === 1 && key.length < 10) key.push(byte);
        continue;
      }
      if (byte === quote) {
        isString = true;
        if (depth === 1) key = [];
      } else if (opening.has(byte)) {
        const isList = byte !== object;
        if (isList && depth === 0) depthOfUsers = 1;
        else if (isList && depth === 1 && depthOfUsers === 0 && Buffer.from(key).toString() === 'users') {
          depthOfUsers = 2;
          record = undefined;
        } else if (depth === depthOfUsers) {
          if (isList) throw notUsers();
          record = { number: line, pieces: [], bytes: 0 };
          start = at;
        }
        depth += 1;
      } else if (closing.has(byte)) {
        depth -= 1;
        if (record && depth === depthOfUsers) {
          keep(chunk.subarray(start, at + 1));
          yield finished(record);
          record = undefined;
        } else if (depth === 0) depthOfUsers = 0;
        else if (depth === 1 && depthOfUsers === 2) depthOfUsers = Number.POSITIVE_INFINITY;
        if (depth < 0) throw notUsers();
      } else if (!record && depth === depthOfUsers && !space.has(byte) && byte !== comma) throw notUsers();
    }
    keep(chunk.subarray(start));
  }
  if (depth > 0 || isString) throw new Error('The file ends in the middle of a user or a list: is it whole?');

  function keep(piece: Uint8Array): void {
    if (!record) return;
    record.bytes += piece.length;
    if (record.bytes > maximumBytes) record.pieces = [];
    else record.pieces.push(piece.slice());
  }

  function finished({ number, pieces, bytes }: NonNullable<typeof record>): Line {
    if (bytes > maximumBytes) return { number, refused: `is longer than ${maximumBytes / 1024} KiB` };
    try {
      return { number, text: decoder.decode(Buffer.concat(pieces)) };
    } catch {
      return { number, refused: 'is not UTF-8' };
    }
  }

  function notUsers(): Error {
    return new Error(`Line ${line} is not what an export of users has.`);
  }
}
