// The import itself: line by line, a batch in one statement, never more than a batch in memory.

import type pg from 'pg';
import { insertUsers } from './insert-users.ts';
import { readLines } from './read-lines.ts';
import { type ImportedUser, readUser } from './read-user.ts';

const linesInABatch = 1_000;
const mostBytes = 64 * 1024;

/** `line` is the last one that is done with. */
export type Counts = { line: number; imported: number; existing: number; refused: number };

/**
 * Counts in `counts`, so that they hold also where it throws. Users count as imported without a `client`, which is a dry run.
 *
 * @param afterBatch told how many bytes have been read.
 */
export async function importUsers(
  input: AsyncIterable<Uint8Array>,
  counts: Counts,
  options: {
    readonly client: pg.Client | undefined;
    readonly withoutPassword: boolean;
    refuse(line: number, reason: string): Promise<void>;
    isInterrupted(): boolean;
    afterBatch(bytes: number): void;
  },
): Promise<void> {
  const { client, refuse } = options;
  let batch: ImportedUser[] = [];
  let bytes = 0;
  let latest = 0;

  for await (const { number, ...line } of readLines(counted(), { mostBytes })) {
    const read =
      'refused' in line ? line : line.text.trim() === '' ? undefined : readUser(line.text, options);
    if (read && 'refused' in read) {
      counts.refused += 1;
      await refuse(number, read.refused);
    } else if (read) batch.push(read);
    latest = number;
    if (options.isInterrupted()) break;
    if (number % linesInABatch === 0) await write();
  }
  await write();

  async function write(): Promise<void> {
    const added = client ? await insertUsers(client, batch) : batch.length;
    counts.imported += added;
    counts.existing += batch.length - added;
    counts.line = latest;
    batch = [];
    options.afterBatch(bytes);
  }

  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of input) {
      bytes += chunk.length;
      yield chunk;
    }
  }
}
