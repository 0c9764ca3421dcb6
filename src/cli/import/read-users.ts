// Reads the users of a file in any supported format. Yields each as a validated user or with the reason why it is
// refused.

import type { Mapped, Source } from './formats/source-user.ts';
import { readLines } from './read-lines.ts';
import { readRecords } from './read-records.ts';
import { type ImportedUser, readUser } from './read-user.ts';

const maximumBytes = 64 * 1024;

export type ReadOptions = {
  readonly withoutPassword: boolean;
  /** Maps users of another system's export. Without one, each line is a user in our own format. */
  readonly mapping: ((user: Source) => Mapped) | undefined;
};

export type ReadUser = {
  /** The line that the user begins on. */
  readonly line: number;
  /** Undefined for an empty line. */
  readonly user?: ImportedUser;
  readonly hadSecondFactor?: boolean;
  readonly refused?: string;
};

/** @throws Error if the file has another format. */
export async function* readUsers(
  input: AsyncIterable<Uint8Array>,
  { mapping, ...options }: ReadOptions,
): AsyncGenerator<ReadUser> {
  const records = mapping ? readRecords(input, { maximumBytes }) : readLines(input, { maximumBytes });
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

/**
 * The first line begins a list, an object of several lines, or an object with a list `users`: not one object per
 * line.
 */
function isDocument(firstLine: string): boolean {
  return /^\s*[[{]\s*$|^\s*\{\s*"users"\s*:\s*\[/.test(firstLine);
}

/** Drops the message of JSON.parse, which may quote a hash. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
