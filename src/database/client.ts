// Runs one statement in one round trip over Neon's HTTP driver, with a deadline, and tells transient faults from
// errors.

import { NeonDbError, type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import { CasingCache } from 'drizzle-orm/casing';
import type { SQL } from 'drizzle-orm/sql/sql';
import { queryDeadlineMilliseconds, retryAfterSeconds } from '../bounds.ts';
import { Problem } from '../problems.ts';

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export type Database = {
  /**
   * Runs one statement.
   *
   * `repeatable` says that running it twice comes to the same: then a fault between here and Postgres, after which
   * nobody knows whether it ran, is met by running it once more.
   *
   * Times come back as RFC 3339 strings in UTC with milliseconds, 64-bit integers as strings, the rest as `pg` does
   * it.
   *
   * @throws Problem `service-unavailable` when Postgres cannot be reached, does not answer in time or cannot serve, and when the
   *   application's function for claims is wrong.
   * @throws DatabaseError when Postgres refuses the statement.
   */
  query<Row>(statement: SQL, options: { readonly repeatable: boolean }): Promise<Row[]>;
};

/**
 * Why Postgres refused a statement, without the statement's parameters: they may be secrets, and errors are logged.
 */
export class DatabaseError extends Error {
  readonly code: string;
  readonly constraint: string | undefined;

  constructor(code: string, message: string, constraint: string | undefined) {
    super(`${code} ${message}`);
    this.name = 'DatabaseError';
    this.code = code;
    this.constraint = constraint;
  }
}

/**
 * The application's own function for claims (`latchkey_claims`) is wrong, so that the statement which was to issue a token has
 * failed as a whole: for whoever asks no more than a fault that may pass.
 */
export class ClaimsFailed extends Problem {
  readonly failure: ClaimsFailure;

  constructor({ code = '', message }: NeonDbError) {
    super('service-unavailable', { retryAfterSeconds, cause: `latchkey_claims: ${code} ${message}` });
    this.failure = { sqlstate: code, message };
  }
}

type ClaimsFailure = { readonly sqlstate: string; readonly message: string };

/** @param endpoint the SQL-over-HTTP endpoint to use instead of the one that Neon's driver derives from `url`. */
export function connectDatabase(connection: {
  readonly url: string;
  readonly endpoint?: string | undefined;
  readonly fetch: Fetch;
  /** Is told why the application's claims could not be had. */
  readonly claimsFailed?: (failure: ClaimsFailure) => void;
}): Database {
  const { url, endpoint, fetch, claimsFailed } = connection;
  // The driver's own settings are global to an isolate; what differs between two connections travels with the
  // request.
  neonConfig.fetchFunction = (derived: string, { transport, ...init }: RequestInit & { transport: Fetch }) =>
    transport(derived, init);
  const transport: Fetch = (derived, init) => fetch(endpoint ?? derived, init);
  const client = neon(url);

  return {
    async query<Row>(statement: SQL, { repeatable }: { readonly repeatable: boolean }) {
      const { sql, params } = statement.toQuery(postgresDialect);
      const run = () => attempt<Row>(client, sql, params, transport);
      try {
        return await run();
      } catch (error) {
        // What is wrong with it is wrong the next moment, too.
        if (error instanceof ClaimsFailed) claimsFailed?.(error.failure);
        if (!repeatable || !(error instanceof Problem) || error instanceof ClaimsFailed) throw error;
        return await run();
      }
    },
  };
}

async function attempt<Row>(
  client: NeonQueryFunction<false, false>,
  sql: string,
  params: unknown[],
  transport: Fetch,
): Promise<Row[]> {
  try {
    const signal = AbortSignal.timeout(queryDeadlineMilliseconds);
    const rows = await client.query(sql, params, { fetchOptions: { transport, signal } });
    return rows.map(withTimesAsText) as Row[];
  } catch (error) {
    throw classified(error);
  }
}

/** Classes of SQLSTATE after which the same statement may succeed later. Source: PostgreSQL, appendix A. */
const transientClasses = new Set(['08', '25', '28', '3D', '40', '53', '55', '57', '58', 'XX']);

/**
 * Errors of class LK are those of `latchkey_issued_claims`. What PL/pgSQL catches from no function, a timeout of the statement
 * and a failed ASSERT, comes as it is and names where it was.
 */
function isOfClaims({ code = '', where = '' }: NeonDbError): boolean {
  return code.startsWith('LK') || where.includes('function latchkey_issued_claims(');
}

function classified(error: unknown): Problem | DatabaseError {
  if (error instanceof NeonDbError && isOfClaims(error)) return new ClaimsFailed(error);
  // A connection that was cut has no code.
  if (error instanceof NeonDbError && error.code && !transientClasses.has(error.code.slice(0, 2))) {
    return new DatabaseError(error.code, error.message, error.constraint);
  }
  return new Problem('service-unavailable', {
    retryAfterSeconds,
    cause: error instanceof Error ? error.message : String(error),
  });
}

// drizzle's `sql` alone: its session, query builder and relations would be 17 KB more to parse on a cold start.
const postgresDialect: Parameters<SQL['toQuery']>[0] = {
  casing: new CasingCache(),
  escapeName: (name) => `"${name.replaceAll('"', '""')}"`,
  escapeParam: (index) => `$${index + 1}`,
  escapeString: (text) => `'${text.replaceAll("'", "''")}'`,
};

/** As the API shows them, and as they go back into SQL. */
function withTimesAsText(row: Record<string, unknown>): Record<string, unknown> {
  for (const name in row) {
    const value = row[name];
    if (value instanceof Date) row[name] = value.toISOString();
  }
  return row;
}
