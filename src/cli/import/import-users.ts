// Imports users in batches of one statement each. Bounded memory: holds one batch at a time.

import type pg from 'pg';
import type { ImportedUser } from './read-user.ts';
import { type ReadOptions, readUsers } from './read-users.ts';
import { writeUsers } from './write-users.ts';

const linesInABatch = 1_000;

/** `line` is the last one that has been processed. */
export type Counts = {
  line: number;
  imported: number;
  updated: number;
  existing: number;
  refused: number;
  /** Users who had a second factor. It is not imported, which the operator should know. */
  secondFactors: number;
};

/**
 * Updates `counts` in place, so that they are right even if it throws. Without a `client` it is a dry run: users
 * count as imported.
 *
 * @param afterBatch called with the number of bytes read so far.
 */
export async function importUsers(
  input: AsyncIterable<Uint8Array>,
  counts: Counts,
  options: ReadOptions & {
    readonly client: pg.Client | undefined;
    /** Whether existing users are updated (write-users.ts). */
    readonly update: boolean;
    refuse(line: number, reason: string): Promise<void>;
    isInterrupted(): boolean;
    afterBatch(bytes: number): void;
  },
): Promise<void> {
  const { client, refuse } = options;
  let batch: (ImportedUser & { line: number })[] = [];
  let names = new Set<string>();
  let read = 0;
  let bytes = 0;
  let latest = 0;

  for await (const { line, user, refused, hadSecondFactor } of readUsers(counted(), options)) {
    if (refused !== undefined) {
      counts.refused += 1;
      await refuse(line, refused);
    } else if (user) {
      // SQL: a statement does not see rows that it inserts itself. So a batch ends before an id occurs a second time, or where
      // users are updated an address.
      const own = [options.update ? user.email : null, user.own_id, user.external_id].filter(
        (name) => name !== null,
      );
      if (own.some((name) => names.has(name))) await write();
      batch.push({ ...user, line });
      for (const name of own) names.add(name);
      if (hadSecondFactor) counts.secondFactors += 1;
    }
    latest = line;
    read += 1;
    if (options.isInterrupted()) break;
    if (read === linesInABatch) await write();
  }
  await write();

  async function write(): Promise<void> {
    const { added, updated, clashing } = client
      ? await writeUsers(client, batch, options)
      : { added: batch.length, updated: 0, clashing: [] };
    for (const line of clashing)
      await refuse(
        line,
        '/external_id (or an /id that is no UUID, or is taken) is the external_id of another user',
      );
    counts.refused += clashing.length;
    counts.imported += added;
    counts.updated += updated;
    counts.existing += batch.length - added - updated - clashing.length;
    counts.line = latest;
    batch = [];
    names = new Set();
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
