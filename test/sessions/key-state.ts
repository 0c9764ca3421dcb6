// What the database holds of a session's key.

import { sql } from 'drizzle-orm/sql/sql';
import type { Service } from '../service.ts';
import type { Owner } from './driver.ts';

export type KeyRow = {
  readonly generation: number;
  readonly dpop_jkt: string | null;
  readonly dpop_mode: string | null;
};

export async function rowOfKey({ dependencies }: Service, sessionId: string): Promise<KeyRow | undefined> {
  const [row] = await dependencies.database.query<KeyRow>(
    sql`select generation, dpop_jkt, dpop_mode from sessions where id = ${sessionId}`,
    { repeatable: true },
  );
  return row;
}

/** How many mails of a kind a user was ever sent or is to be sent. */
export async function mailsOf({ dependencies }: Service, { userId }: Owner, kind: string): Promise<number> {
  const [row] = await dependencies.database.query<{ count: number }>(
    sql`select count(*)::int as count from mails where user_id = ${userId} and kind = ${kind}`,
    { repeatable: true },
  );
  return row?.count ?? 0;
}
