// The service's `Database` over `pg`: what a request and a command share is one statement, and the service may be down.

import pg from 'pg';
import { type Database, DatabaseError, postgresDialect, withTimesAsText } from '../../database/client.ts';

export type Connection = { readonly client: pg.Client; readonly database: Database; close(): Promise<void> };

export async function connect(url: string): Promise<Connection> {
  const client = new pg.Client(url);
  client.on('error', () => {}); // the pending statement rejects with the same error
  await client.connect();
  return { client, database: databaseOver(client), close: () => client.end() };
}

function databaseOver(client: pg.Client): Database {
  return {
    async query<Row>(...[statement]: Parameters<Database['query']>) {
      const { sql, params } = statement.toQuery(postgresDialect);
      try {
        const { rows } = await client.query<Record<string, unknown>>(sql, params);
        return rows.map(withTimesAsText) as Row[];
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) throw error;
        throw new DatabaseError(error.code ?? '', error.message, error.constraint);
      }
    },
  };
}
