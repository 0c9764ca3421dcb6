// `npm run import`: users of another system, with the hashes of their passwords, in bounded memory and as often as it takes.

import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type Counts, importUsers } from './import/import-users.ts';
import { showProgress } from './import/show-progress.ts';

const usage = `DATABASE_URL=postgresql://… npm run -s import -- <users.ndjson | -> [options]

Reads one JSON object a line and adds a user for each:

  {"email": "ada@example.com", "password_hash": "$2b$12$…", "name": "Ada", "email_verified": true,
   "photo": "https://…", "created_at": "2021-05-04T03:02:01Z"}

  email, password_hash   required
  name                   what is before the "@" of the address, if left out
  email_verified         false, if left out: they verify before they can sign in
  role                   is never imported

A password_hash is bcrypt, or Argon2, scrypt or PBKDF2 as a PHC string or as Django, Werkzeug or passlib writes it. Its owner
signs in with the password that they have, and the hash is then replaced: for as long as wrangler.toml says IMPORTED_HASHES = "true".

Who is there already stays as they are: a file can be imported again after an interruption, and only the rest is added.
What is refused goes to standard output, one {"line": …, "reason": …} a line, and the exit code is 1.

  --dry-run              checks every line and writes nothing; needs no database
  --without-password     lets users in who have no password_hash: they choose a password with "forgot password"
`;

const options = {
  'dry-run': { type: 'boolean', default: false },
  'without-password': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [path, ...more] = positionals;
  if (values.help) return print(usage, 0);
  if (path === undefined || more.length > 0) return tell(usage, 2);

  const input: AsyncIterable<Buffer> = path === '-' ? process.stdin : createReadStream(path);
  const size = path === '-' ? undefined : (await stat(path)).size;
  const client = values['dry-run'] ? undefined : await connect();
  try {
    return await importFrom(input, size, client, values['without-password']);
  } finally {
    await client?.end();
  }
}

async function importFrom(
  input: AsyncIterable<Uint8Array>,
  size: number | undefined,
  client: pg.Client | undefined,
  withoutPassword: boolean,
): Promise<number> {
  const counts: Counts = { line: 0, imported: 0, existing: 0, refused: 0 };
  const start = Date.now();
  let isInterrupted = false;
  process.once('SIGINT', () => {
    isInterrupted = true; // a second one ends the process
  });
  const progress = showProgress(size, counts);
  try {
    await importUsers(input, counts, {
      client,
      withoutPassword,
      refuse,
      isInterrupted: () => isInterrupted,
      afterBatch: (bytes) => progress.update(bytes, counts),
    });
  } catch (error) {
    progress.stop();
    return tell(`${messageOf(error)}\nStopped: all is done up to line ${counts.line}, and ${goesOn}`, 1);
  }
  progress.stop();

  const { line, imported, existing, refused } = counts;
  const did = client ? `${imported} imported, ${existing} already there` : `${imported} fit to be imported`;
  const seconds = Math.max((Date.now() - start) / 1000, 0.001);
  const pace = `in ${seconds.toFixed(1)} s (${Math.round(line / seconds)} a second)`;
  tell(`${line} lines: ${did}, ${refused} refused, ${pace}.\n`, 0);
  if (isInterrupted) return tell(`Interrupted: all is done up to line ${line}, and ${goesOn}`, 130);
  return refused > 0 ? 1 : 0;
}

const goesOn = 'the same command does the rest.\n';

async function refuse(line: number, reason: string): Promise<void> {
  const text = `${JSON.stringify({ line, reason })}\n`;
  // Whoever reads it may be slower than we are.
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

async function connect(): Promise<pg.Client> {
  const url = process.env['DATABASE_URL'];
  if (!url) throw new Error('DATABASE_URL is missing: the connection string of the service’s database.');
  const client = new pg.Client(url);
  client.on('error', () => {}); // the statement that meets it says so
  await client.connect();
  return client;
}

function messageOf(error: unknown): string {
  // The address was tried at several addresses: Node puts one error for each into a common one without words.
  const told = error instanceof AggregateError ? error.errors[0] : error;
  return told instanceof Error ? told.message : String(told);
}

function print(text: string, code: number): number {
  process.stdout.write(text);
  return code;
}

function tell(text: string, code: number): number {
  process.stderr.write(text);
  return code;
}

try {
  process.exitCode = await run();
} catch (error) {
  process.exitCode = tell(`${messageOf(error)}\n`, 1);
}
