// Implements Neon's SQL-over-HTTP for any PostgreSQL, on loopback only. Behaves like Neon's own proxy:
// https://github.com/neondatabase/neon/blob/main/proxy/src/serverless/sql_over_http.rs
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { errorBody, type Payload, parameterText, parsePayload, type Statement } from './neon-protocol.ts';

/** Counters: HTTP requests, and the SQL statements in them (each statement of a batch counts). */
export type Statistics = { requests: number; statements: number };
export type NeonHttp = { endpoint: string; statistics(database?: string): Statistics; stop(): Promise<void> };
type Database = Statistics & { pool: pg.Pool };
type Answer = { status: number; body: unknown };

/**
 * Starts the endpoint. `port` 0 means any free port. `postgresUrl` has the server and the credentials; a request's
 * `Neon-Connection-String` only selects the database. `delayMilliseconds` simulates network latency.
 */
export async function startNeonHttp(options: {
  postgresUrl: string;
  port: number;
  host?: string;
  maxConnections?: number;
  delayMilliseconds?: number;
}): Promise<NeonHttp> {
  const { postgresUrl, port, host = '127.0.0.1', maxConnections = 32, delayMilliseconds = 0 } = options;
  const databases = new Map<string, Database>();
  const namesByConnectionString = new Map<string, string>();

  function databaseOf(connectionString: string): Database {
    let name = namesByConnectionString.get(connectionString);
    if (name === undefined) {
      name = decodeURIComponent(new URL(connectionString).pathname.slice(1));
      namesByConnectionString.set(connectionString, name);
    }
    let database = databases.get(name);
    if (database === undefined) {
      database = { pool: openPool(postgresUrl, name, maxConnections), requests: 0, statements: 0 };
      databases.set(name, database);
    }
    return database;
  }

  function statistics(name?: string): Statistics {
    const counted = [...databases].filter(([key]) => name === undefined || key === name);
    return {
      requests: counted.reduce((sum, [, database]) => sum + database.requests, 0),
      statements: counted.reduce((sum, [, database]) => sum + database.statements, 0),
    };
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'GET' && url.pathname === '/statistics') {
      return { status: 200, body: statistics(url.searchParams.get('database') ?? undefined) };
    }
    if (request.method !== 'POST' || url.pathname !== '/sql')
      return refuse(404, 'only POST /sql and GET /statistics');
    const { headers } = request;
    const connectionString = headers['neon-connection-string'];
    if (typeof connectionString !== 'string' || !URL.canParse(connectionString)) {
      return refuse(400, 'Neon-Connection-String is missing or not a URL');
    }
    if (headers['neon-raw-text-output'] !== 'true')
      return refuse(400, 'only Neon-Raw-Text-Output: true is spoken here');
    const level = headers['neon-batch-isolation-level'];
    if (level !== undefined && !isolationLevels.has(String(level)))
      return refuse(400, 'invalid isolation level');
    const payload = parsePayload(await readBody(request));
    if (payload === undefined) return refuse(400, 'the body is neither {query, params} nor {queries: [...]}');
    if (delayMilliseconds > 0) await delay(delayMilliseconds);
    const database = databaseOf(connectionString);
    const arrayMode = headers['neon-array-mode'] === 'true';
    database.requests++;
    database.statements += 'queries' in payload ? payload.queries.length : 1;
    return execute(database.pool, payload, arrayMode, headers);
  }

  const server = createServer((request, response) => {
    void answer(request)
      .catch((error: unknown) => refuse(500, String(error)))
      .then((result) => send(response, result));
  });
  // Race: if the server closes an idle connection while the client reuses it, the request fails. Only the client
  // closes.
  server.keepAliveTimeout = 0;
  server.listen(port, host);
  await once(server, 'listening');

  return {
    endpoint: `http://${host}:${(server.address() as AddressInfo).port}/sql`,
    statistics,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await Promise.all([...databases.values()].map(({ pool }) => pool.end()));
    },
  };
}

const isolationLevels = new Map([
  ['ReadUncommitted', 'READ UNCOMMITTED'],
  ['ReadCommitted', 'READ COMMITTED'],
  ['RepeatableRead', 'REPEATABLE READ'],
  ['Serializable', 'SERIALIZABLE'],
]);

// Values are passed on as the text that Postgres sent: the driver in the Worker parses types.
const asText = { getTypeParser: () => (value: string) => value };

function openPool(postgresUrl: string, database: string, max: number): pg.Pool {
  const url = new URL(postgresUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  const pool = new pg.Pool({
    connectionString: url.href,
    max,
    // Each test file has a database, and so a pool, of its own: those of one that is through must not use up PostgreSQL's connections.
    idleTimeoutMillis: 5_000,
    types: asText as never,
  });
  // The next query replaces a broken connection. Without a listener, its 'error' event would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

async function execute(
  pool: pg.Pool,
  payload: Payload,
  arrayMode: boolean,
  headers: IncomingMessage['headers'],
): Promise<Answer> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    // Neon answers 500 if it cannot connect, whatever the reason (backend.rs, HttpConnError).
    return { status: 500, body: errorBody(error) };
  }
  let broken = false;
  try {
    if (!('queries' in payload)) return { status: 200, body: await run(client, payload, arrayMode) };
    const level = isolationLevels.get(String(headers['neon-batch-isolation-level']));
    const readOnly = headers['neon-batch-read-only'] === 'true';
    const deferrable = headers['neon-batch-deferrable'] === 'true';
    const modes = [level && `ISOLATION LEVEL ${level}`, readOnly && 'READ ONLY', deferrable && 'DEFERRABLE'];
    await client.query(`START TRANSACTION ${modes.filter(Boolean).join(', ')}`);
    const results = [];
    for (const statement of payload.queries) results.push(await run(client, statement, arrayMode));
    await client.query('COMMIT');
    return { status: 200, body: { results } };
  } catch (error) {
    if ('queries' in payload) await client.query('ROLLBACK').catch(() => {});
    broken = !(error instanceof pg.DatabaseError) || error.severity === 'FATAL';
    return { status: 400, body: errorBody(error) };
  } finally {
    // Like Neon, discard a connection that is still inside a transaction.
    client.release(broken || client.getTransactionStatus() !== 'I');
  }
}

async function run(client: pg.PoolClient, statement: Statement, defaultArrayMode: boolean) {
  const rowAsArray = statement.arrayMode ?? defaultArrayMode;
  // Extended protocol with an unnamed statement, even without parameters. Like Neon, it refuses two statements in one
  // string, and plans each query for its actual parameters.
  const query = {
    text: statement.query,
    values: (statement.params ?? []).map(parameterText),
    queryMode: 'extended',
    ...(rowAsArray && { rowMode: 'array' as const }),
  };
  const { command, rowCount, rows, fields } = await client.query(query);
  return { command, rowCount, rows, fields, rowAsArray };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const refuse = (status: number, message: string): Answer => ({ status, body: { message } });

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
}
