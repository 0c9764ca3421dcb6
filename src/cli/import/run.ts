// Runs `npm run import`, in a process or in a test. Idempotent, and in bounded memory.

import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { readFirebaseHashConfig } from './formats/firebase.ts';
import { formats, mappingOf } from './formats.ts';
import { type Counts, importUsers } from './import-users.ts';
import type { ReadOptions } from './read-users.ts';
import { showProgress } from './show-progress.ts';
import { tryPassword } from './try-password.ts';
import { usage } from './usage.ts';

const options = {
  'dry-run': { type: 'boolean', default: false },
  'without-password': { type: 'boolean', default: false },
  update: { type: 'boolean', default: false },
  format: { type: 'string' },
  'hash-config': { type: 'string' },
  try: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Where the command runs: the process, or a test. */
export type Surroundings = {
  readonly databaseUrl: string | undefined;
  readonly input: AsyncIterable<Uint8Array>;
  readonly output: Writable;
  readonly errors: Writable;
  askForPassword(): Promise<string>;
  /** Calls it after Ctrl-C. */
  onInterrupt(stop: () => void): void;
};

/** @returns the exit code. */
export async function runImport(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    return await run(args, around);
  } catch (error) {
    return print(around.errors, `${messageOf(error)}\n`, 1);
  }
}

async function run(args: readonly string[], around: Surroundings): Promise<number> {
  const { values, positionals } = readArguments(args);
  const [path, ...more] = positionals;
  if (values.help) return print(around.output, usage, 0);
  if (path === undefined || more.length > 0)
    return print(
      around.errors,
      'npm run -s import -- needs one file, or - for standard input; --help says the rest.\n',
      2,
    );

  const reading = await readOptions(values);
  if (values.try !== undefined) {
    if (path === '-') throw new Error('--try needs a file: standard input is for the password.');
    const input = await fileStream(path);
    const password = await around.askForPassword();
    const { opens, sentence } = await tryPassword(input, { ...reading, address: values.try, password });
    return print(around.output, `${sentence}\n`, opens ? 0 : 1);
  }
  const size = path === '-' ? undefined : (await stat(path)).size;
  const input = path === '-' ? around.input : await fileStream(path);
  const client = values['dry-run'] ? undefined : await connect(around.databaseUrl);
  try {
    return await importFrom(around, input, size, { ...reading, client, update: values.update });
  } finally {
    await client?.end();
  }
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // Node's message goes on with advice about arguments that begin with a hyphen; the first sentence is enough.
    throw new Error(`${messageOf(error).replace(/\. .*$/s, '')}. --help says which options there are.`);
  }
}

async function readOptions(values: ReturnType<typeof readArguments>['values']): Promise<ReadOptions> {
  const { 'without-password': withoutPassword, 'hash-config': configFile, format: name } = values;
  const format = formats.find((known) => known === name);
  if (name !== undefined && !format) throw new Error(`--format is one of ${formats.join(', ')}.`);
  if (configFile !== undefined && format !== 'firebase')
    throw new Error('--hash-config goes with --format firebase.');
  const hashConfig =
    configFile === undefined ? undefined : readFirebaseHashConfig(await readFile(configFile, 'utf8'));
  if (format === 'firebase' && !hashConfig && !withoutPassword)
    throw new Error('--format firebase needs --hash-config <file>, the parameters that the console shows.');
  return { withoutPassword, mapping: format && mappingOf(format, hashConfig) };
}

/** Waits until the file is open: an error that a stream emits before anybody reads it would be unhandled. */
async function fileStream(path: string): Promise<AsyncIterable<Buffer>> {
  const stream = createReadStream(path);
  await once(stream, 'open');
  return stream;
}

async function importFrom(
  { output, errors, onInterrupt }: Surroundings,
  input: AsyncIterable<Uint8Array>,
  size: number | undefined,
  writing: ReadOptions & { readonly client: pg.Client | undefined; readonly update: boolean },
): Promise<number> {
  const counts: Counts = { line: 0, imported: 0, updated: 0, existing: 0, refused: 0, secondFactors: 0 };
  const start = Date.now();
  let isInterrupted = false;
  onInterrupt(() => {
    isInterrupted = true;
  });
  const progress = showProgress(errors, size, counts);
  try {
    await importUsers(input, counts, {
      ...writing,
      refuse: (line, reason) => refuse(output, line, reason),
      isInterrupted: () => isInterrupted,
      afterBatch: (bytes) => progress.update(bytes, counts),
    });
  } catch (error) {
    progress.stop();
    return print(
      errors,
      `${messageOf(error)}\nStopped: all is done up to line ${counts.line}, and ${resumeHint}`,
      1,
    );
  }
  progress.stop();

  const { line, imported, updated, existing, refused, secondFactors } = counts;
  const there = `${writing.update ? `${updated} updated, ` : ''}${existing} already there`;
  const did = writing.client ? `${imported} imported, ${there}` : `${imported} fit to be imported`;
  const seconds = Math.max((Date.now() - start) / 1000, 0.001);
  const pace = `in ${seconds.toFixed(1)} s (${Math.round(line / seconds)} a second)`;
  if (secondFactors > 0)
    print(
      errors,
      `${secondFactors} had a second factor there, which is not imported: their password is enough here.\n`,
      0,
    );
  print(errors, `${line} lines: ${did}, ${refused} refused, ${pace}.\n`, 0);
  if (isInterrupted)
    return print(errors, `Interrupted: all is done up to line ${line}, and ${resumeHint}`, 130);
  return refused > 0 ? 1 : 0;
}

const resumeHint = 'the same command does the rest.\n';

async function refuse(output: Writable, line: number, reason: string): Promise<void> {
  const text = `${JSON.stringify({ line, reason })}\n`;
  // Backpressure: the reader of standard output may be slower.
  if (!output.write(text)) await once(output, 'drain');
}

async function connect(url: string | undefined): Promise<pg.Client> {
  if (!url) throw new Error('DATABASE_URL is missing: the connection string of the service’s database.');
  const client = new pg.Client(url);
  client.on('error', () => {}); // the pending statement rejects with the same error
  await client.connect();
  return client;
}

function messageOf(error: unknown): string {
  // A host with several IP addresses: Node wraps the error of each attempt in an AggregateError without a message.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}

function print(stream: Writable, text: string, code: number): number {
  stream.write(text);
  return code;
}
