// Parses request bodies and formats errors as Neon's proxy does (sql_over_http.rs, json.rs). Pure functions.
import pg from 'pg';

export type Statement = { query: string; params?: unknown[]; arrayMode?: boolean };
export type Payload = Statement | { queries: Statement[] };

/** Converts a JSON value to the text of a parameter (Neon's json.rs): objects to JSON, arrays to Postgres arrays. */
export function parameterText(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  return Array.isArray(value) ? arrayText(value) : JSON.stringify(value);
}

function arrayText(values: unknown[]): string {
  const elements = values.map((value) => {
    if (value === null) return 'NULL';
    if (Array.isArray(value)) return arrayText(value);
    return JSON.stringify(typeof value === 'object' ? JSON.stringify(value) : value);
  });
  return `{${elements.join(',')}}`;
}

// The fields that the driver copies into its error, in the order in which Neon writes them.
const errorFields =
  'message code detail hint position internalPosition internalQuery severity where table column schema dataType constraint file line routine';

export function errorBody(error: unknown): Record<string, unknown> {
  const fields = error as Record<string, unknown>;
  const isFromPostgres = error instanceof pg.DatabaseError;
  const read = (name: string) => (isFromPostgres || name === 'message' ? (fields[name] ?? null) : null);
  return Object.fromEntries(errorFields.split(' ').map((name) => [name, read(name)]));
}

export function parsePayload(body: string): Payload | undefined {
  try {
    const payload = JSON.parse(body);
    const statements = Array.isArray(payload.queries) ? payload.queries : [payload];
    return statements.every((statement: Statement) => typeof statement.query === 'string')
      ? payload
      : undefined;
  } catch {
    return undefined;
  }
}
