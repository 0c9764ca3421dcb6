// What is kept of the sessions of one user, in the database and in the model, in one form that can be compared.

import { sql } from 'drizzle-orm/sql/sql';
import type { Service } from '../service.ts';
import { successorOf } from './change-model.ts';
import type { Owner } from './driver.ts';
import type { Model } from './session-model.ts';

type State = { readonly events: string[] } & Record<string, unknown>;

export async function databaseState({
  service,
  owner,
  model,
}: {
  readonly service: Service;
  readonly owner: Owner;
  readonly model: Model;
}): Promise<State | undefined> {
  // Of a session that has been purged the list may know still.
  const ids = Object.keys(model.sessions).filter((id) => !id.startsWith(successorOf('')));
  const { database } = service.dependencies;
  const [row] = await database.query<{ state: State }>(
    sql`select json_build_object(
      'sessions', (select coalesce(json_agg(json_build_array(id, generation, (extract(epoch from rotated_at) * 1000)::bigint,
        (extract(epoch from expires_at) * 1000)::bigint, end_reason, keyed, successor_id, dpop_jkt, dpop_mode,
        (extract(epoch from key_refused_at) * 1000)::bigint) order by id), '[]')
        from sessions where user_id = ${owner.userId}),
      'list', (select coalesce(json_agg(json_build_array(jti, reason) order by jti), '[]') from revoked_tokens
        where session_id = any(${sql.param(ids)}::uuid[])),
      'mails', (select json_object_agg(kind, (select count(*) from mails where user_id = ${owner.userId} and mails.kind = k.kind))
        from unnest(array['session-stopped', 'password-changed', 'device-key-refused']) k (kind)),
      'events', (select coalesce(json_agg(session_id || ' ' || kind), '[]') from security_events where user_id = ${owner.userId}
        and kind in ('refresh-token-reused', 'refresh-superseded', 'refreshed-from-another-network', 'password-changed',
          'device-key-bound', 'device-key-refused'))
      ) as state`,
    { repeatable: true },
  );
  return row && { ...row.state, events: row.state.events.sort() };
}

/** The same of the model: its living rows, the list, the mails and the log. */
export function modelState(model: Model): State {
  const sessions = Object.entries(model.sessions).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    sessions: sessions
      .filter(([, { purged }]) => !purged)
      .map(([id, session]) => [
        id,
        session.generation,
        session.rotatedAt,
        session.expiresAt,
        session.endReason ?? null,
        session.keyed,
        session.successor?.id ?? null,
        session.jkt ?? null,
        session.mode ?? null,
        session.refusedAt ?? null,
      ]),
    list: sessions.flatMap(([id, { listed }]) =>
      listed ? [[`${id}.${listed.generation}`, listed.reason]] : [],
    ),
    mails: model.mails,
    events: Object.keys(model.events)
      .map((event) => event.split(' ').slice(0, 2).join(' '))
      .sort(),
  };
}

/** The model, with their true names for the sessions that changes of the password have begun. */
export async function named({ service, owner, model }: Parameters<typeof databaseState>[0]) {
  const rows = await service.dependencies.database.query<{ id: string; successor_id: string }>(
    sql`select id, successor_id from sessions where user_id = ${owner.userId} and successor_id is not null`,
    { repeatable: true },
  );
  const rename = (text: string) =>
    rows.reduce((named, { id, successor_id }) => named.replaceAll(successorOf(id), successor_id), text);
  return { rename, renamed: (other: Model) => JSON.parse(rename(JSON.stringify(other))) as Model, model };
}
