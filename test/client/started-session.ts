// A session without a login: hashing a password for each of thousands of histories would be most of their time.

import { sql } from 'drizzle-orm/sql/sql';
import type { StoredSession } from '../../src/client/client.ts';
import { loginOf } from '../../src/client/store.ts';
import { endSession } from '../../src/sessions/end.ts';
import type { Service } from '../service.ts';
import { type Owner, start } from '../sessions/driver.ts';

export { newOwner, type Owner } from '../sessions/driver.ts';

/** What a client has stored right after a login at the service's time. */
export async function startedSession(service: Service, owner: Owner): Promise<StoredSession> {
  const { id, accessToken, refreshToken } = await start(service, owner);
  return {
    accessToken,
    refreshToken,
    sessionId: id,
    askedAt: service.clock.now.getTime(),
    expiresIn: service.dependencies.config.accessTokenSeconds,
    refreshKey: crypto.randomUUID(),
    login: loginOf(id),
    refreshes: 0,
  };
}

/** Whether the session is bound to a key of its device. */
export async function isBound({ dependencies }: Service, sessionId: string): Promise<boolean> {
  const [row] = await dependencies.database.query<{ is_bound: boolean }>(
    sql`select dpop_jkt is not null as is_bound from sessions where id = ${sessionId}`,
    { repeatable: true },
  );
  return row?.is_bound ?? false;
}

/** What a logout does whose answer never reached the client. */
export function revoke(service: Service, { userId }: Owner, sessionId: string): Promise<void> {
  const { database, now, newId } = service.dependencies;
  const origin = { userAgent: null, ip: null };
  return endSession(database, { sessionId, userId, eventId: newId(), origin, now: now() });
}
