// The users of a file, whatever its format: each read and checked, or refused in words.

import type { Mapped, Source } from './formats/source-user.ts';
import { readLines } from './read-lines.ts';
import { readRecords } from './read-records.ts';
import { type ImportedUser, readUser } from './read-user.ts';

const mostBytes = 64 * 1024;

export type ReadOptions = {
  readonly withoutPassword: boolean;
  /** Of another system's export. Without one, each line of the file is a user of ours. */
  readonly mapping: ((user: Source) => Mapped) | undefined;
};

export type ReadUser = {
  /** The line of the file, or the one that the user begins on. */
  readonly line: number;
  /** Nothing for a line that is empty. */
  readonly user?: ImportedUser;
  readonly hadSecondFactor?: boolean;
  readonly refused?: string;
};

/** @throws Error where the file is of another format. */
export async function* readUsers(
  input: AsyncIterable<Uint8Array>,
  { mapping, ...options }: ReadOptions,
): AsyncGenerator<ReadUser> {
  const records = mapping ? readRecords(input, { mostBytes }) : readLines(input, { mostBytes });
  for await (const { number: line, ...record } of records) {
    if ('refused' in record) yield { line, refused: record.refused };
    else if (record.text.trim() === '') yield { line };
    else {
      if (!mapping && line === 1 && isDocument(record.text))
        throw new Error(
          'The file is one JSON document and not an object a line: --format says of which system it is.',
        );
      const given = parse(record.text);
      const source =
        mapping && typeof given === 'object' && given !== null ? mapping(given as Source) : undefined;
      if (source && 'refused' in source) {
        yield { line, refused: source.refused };
        continue;
      }
      const read = readUser(source ? source.line : given, options);
      if ('refused' in read) yield { line, refused: read.refused };
      else yield { line, user: read, hadSecondFactor: source?.hadSecondFactor ?? false };
    }
  }
}

/** A list of its own line, an object that goes on, or one that has a list of users. */
function isDocument(firstLine: string): boolean {
  return /^\s*[[{]\s*$|^\s*\{\s*"users"\s*:\s*\[/.test(firstLine);
}

/** What JSON.parse has to say quotes the line, and so perhaps a hash. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
