// What the log has of a request, and of whom it names.

import { sql } from 'drizzle-orm/sql/sql';
import type { Service } from '../service.ts';

/** Of the newest request. */
export function lastLine({ logged }: Service): Record<string, unknown> | undefined {
  return logged.filter(({ event }) => event === 'request').at(-1)?.fields;
}

export async function idOf({ dependencies }: Service, email: string): Promise<string | undefined> {
  const [user] = await dependencies.database.query<{ id: string }>(
    sql`select id from users where email = ${email}`,
    { repeatable: true },
  );
  return user?.id;
}
