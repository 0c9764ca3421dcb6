// Runs one command of `npm run users`, in a process or in a test.

import { parseArgs } from 'node:util';
import { acts } from './acts.ts';
import { afterRestore } from './after-restore.ts';
import type { Command, Surroundings } from './command.ts';
import { connect } from './connect.ts';
import { endSessions } from './end-sessions.ts';
import { CommandError, exitCodes, usageError } from './ending.ts';
import { events } from './events.ts';
import { find } from './find.ts';
import { mails } from './mails.ts';
import { metadata } from './metadata.ts';
import { safeLines } from './printed.ts';
import { role } from './role.ts';
import { show } from './show.ts';
import { usageOf } from './usage.ts';
import { why } from './why.ts';

const commands: readonly Command[] = [
  why,
  find,
  show,
  events,
  mails,
  ...acts,
  endSessions,
  metadata,
  role,
  afterRestore,
];

/** @returns the exit code. */
export async function runUsers(args: readonly string[], surroundings: Surroundings): Promise<number> {
  // Whatever is written ends here, so that no command can forget what strangers put into the database.
  const around: Surroundings = {
    ...surroundings,
    out: (text) => surroundings.out(`${safeLines(text)}\n`),
    error: (text) => surroundings.error(`${safeLines(text)}\n`),
    ask: (question) => surroundings.ask(safeLines(question)),
  };
  try {
    return await run(args, around);
  } catch (error) {
    around.error(messageOf(error));
    return error instanceof CommandError ? error.code : exitCodes.refused;
  }
}

async function run(args: readonly string[], around: Surroundings): Promise<number> {
  const [name = '', ...rest] = args;
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    around.out(usageOf(commands.filter((command) => command.name === name)[0] ?? commands));
    return exitCodes.done;
  }
  const command = commands.find((known) => known.name === name);
  if (!command)
    throw usageError(
      `npm run -s users -- <command>, which is one of ${commands.map((known) => known.name).join(', ')}.`,
    );
  const { values, positionals } = readArguments(command, rest);
  if (positionals.length < command.least || positionals.length > command.most)
    throw usageError(`npm run -s users -- ${command.name} ${command.takes}`);
  if (!around.databaseUrl) throw new CommandError('DATABASE_URL is not set.');

  const { client, database, close } = await connect(around.databaseUrl);
  try {
    return await command.run({
      ...around,
      client,
      database,
      values,
      positionals,
      wantsJson: values['json'] === true,
    });
  } finally {
    await close();
  }
}

function readArguments(command: Command, args: readonly string[]) {
  const options = { ...command.options, json: { type: 'boolean' }, yes: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // Node's message goes on with advice about arguments that begin with a hyphen; the first sentence is enough.
    throw usageError(`${messageOf(error).replace(/\. .*$/s, '')}.`);
  }
}

/** Of a host with several IP addresses Node wraps the error of each attempt in an AggregateError without a message. */
function messageOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return (first instanceof Error ? first.message : String(first)).trimEnd();
}
