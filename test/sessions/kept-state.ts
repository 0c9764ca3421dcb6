// What is kept of the sessions of one user, in the database and in the model, in one form that can be compared.

import { sql } from 'drizzle-orm/sql/sql';
import type { Service } from '../service.ts';
import type { Owner } from './driver.ts';
import type { Model } from './session-model.ts';

export async function databaseState({
  service,
  owner,
  sessions,
}: {
  readonly service: Service;
  readonly owner: Owner;
  readonly sessions: readonly { readonly id: string }[];
}): Promise<object | undefined> {
  const ids = sessions.map(({ id }) => id);
  const { database } = service.dependencies;
  const [state] = await database.query<{ state: object }>(
    sql`select json_build_object(
      'sessions', (select coalesce(json_agg(json_build_array(id, generation, (extract(epoch from rotated_at) * 1000)::bigint,
        (extract(epoch from expires_at) * 1000)::bigint, end_reason) order by id), '[]') from sessions where user_id = ${owner.userId}),
      'list', (select coalesce(json_agg(json_build_array(jti, reason) order by jti), '[]') from revoked_tokens
        where session_id = any(${sql.param(ids)}::uuid[])),
      'thefts', (select count(*) from mails where user_id = ${owner.userId} and kind = 'session-stopped')) as state`,
    { repeatable: true },
  );
  return state?.state;
}

/** The same of the model: its living rows, the list, and a mail for each theft. */
export function modelState(model: Model) {
  const sessions = Object.entries(model).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    sessions: sessions
      .filter(([, { purged }]) => !purged)
      .map(([id, { generation, rotatedAt, expiresAt, endReason = null }]) => [
        id,
        generation,
        rotatedAt,
        expiresAt,
        endReason,
      ]),
    list: sessions.flatMap(([id, { listed }]) =>
      listed ? [[`${id}.${listed.generation}`, listed.reason]] : [],
    ),
    thefts: sessions.filter(([, { endReason }]) => endReason === 'reuse').length,
  };
}
