// The import itself: user by user, a batch in one statement, never more than a batch in memory.

import type pg from 'pg';
import type { ImportedUser } from './read-user.ts';
import { type ReadOptions, readUsers } from './read-users.ts';
import { writeUsers } from './write-users.ts';

const linesInABatch = 1_000;

/** `line` is the last one that is done with. */
export type Counts = {
  line: number;
  imported: number;
  updated: number;
  existing: number;
  refused: number;
  /** Of those read: a second factor is not imported, and an operator should know. */
  secondFactors: number;
};

/**
 * Counts in `counts`, so that they hold also where it throws. Users count as imported without a `client`, which is a dry run.
 *
 * @param afterBatch told how many bytes have been read.
 */
export async function importUsers(
  input: AsyncIterable<Uint8Array>,
  counts: Counts,
  options: ReadOptions & {
    readonly client: pg.Client | undefined;
    /** Whether a user who is there already is mended (write-users.ts). */
    readonly update: boolean;
    refuse(line: number, reason: string): Promise<void>;
    isInterrupted(): boolean;
    afterBatch(bytes: number): void;
  },
): Promise<void> {
  const { client, refuse } = options;
  let batch: ImportedUser[] = [];
  let addresses = new Set<string>();
  let read = 0;
  let bytes = 0;
  let latest = 0;

  for await (const { line, user, refused, hadSecondFactor } of readUsers(counted(), options)) {
    if (refused !== undefined) {
      counts.refused += 1;
      await refuse(line, refused);
    } else if (user) {
      // An update does not see what its own statement adds: whoever comes twice is to be there the second time.
      if (options.update && addresses.has(user.email)) await write();
      batch.push(user);
      addresses.add(user.email);
      if (hadSecondFactor) counts.secondFactors += 1;
    }
    latest = line;
    read += 1;
    if (options.isInterrupted()) break;
    if (read === linesInABatch) await write();
  }
  await write();

  async function write(): Promise<void> {
    const { added, mended } = client
      ? await writeUsers(client, batch, options)
      : { added: batch.length, mended: 0 };
    counts.imported += added;
    counts.updated += mended;
    counts.existing += batch.length - added - mended;
    counts.line = latest;
    batch = [];
    addresses = new Set();
    read = 0;
    options.afterBatch(bytes);
  }

  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of input) {
      bytes += chunk.length;
      yield chunk;
    }
  }
}
