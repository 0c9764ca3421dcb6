// Status lists as another service reads them: by a stranger's library, with the keys that the service publishes.

import { StatusList } from '@sd-jwt/jwt-status-list';
import { sql } from 'drizzle-orm/sql/sql';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { issuer, type Service } from '../service.ts';

export type ReadList = {
  readonly trips: number;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header: Readonly<Record<string, unknown>>;
  /** The places that are set. */
  readonly places: readonly number[];
};

export async function readList(service: Service, list = 0): Promise<ReadList> {
  const answer = await service.call('GET', `/status/${list}`);
  if (answer.status !== 200) throw new Error(`status list: ${answer.status} ${answer.text}`);
  const keys = (await service.call('GET', '/.well-known/jwks.json')).body as JSONWebKeySet;
  const { payload, protectedHeader } = await jwtVerify(answer.text, createLocalJWKSet(keys), {
    typ: 'statuslist+jwt',
    subject: `${issuer}/status/${list}`,
    currentDate: service.clock.now,
  });
  const { bits, lst } = payload['status_list'] as { bits: 1; lst: string };
  const { statusList } = StatusList.decompressStatusList(lst, bits);
  return {
    trips: answer.trips,
    claims: payload,
    header: protectedHeader as unknown as Record<string, unknown>,
    places: statusList.flatMap((status, place) => (status === 0 ? [] : place)),
  };
}

/** The index of a session, or nothing where it has none. */
export async function indexOf({ dependencies }: Service, sessionId: string): Promise<number | null> {
  const [row] = await dependencies.database.query<{ status_index: string | null }>(
    sql`select status_index from sessions where id = ${sessionId}`,
    { repeatable: true },
  );
  if (!row) throw new Error('The session is not there');
  return row.status_index === null ? null : Number(row.status_index);
}

/** What triggers have listed, whenever. */
export async function listedIndexes({ dependencies }: Service): Promise<number[]> {
  const rows = await dependencies.database.query<{ status_index: string }>(
    sql`select status_index from ended_statuses order by status_index`,
    { repeatable: true },
  );
  return rows.map((row) => Number(row.status_index));
}
