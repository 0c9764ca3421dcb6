// `npm run users`: what an operator does to users, straight on the database.

import { createInterface } from 'node:readline/promises';
import { runUsers } from './users/run.ts';

/** On standard error, so that standard output has nothing but the answer. Undefined after Ctrl-C or Ctrl-D. */
async function ask(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  const answer = await Promise.race([lines.question(question).catch(() => undefined), closed]);
  lines.close();
  if (answer === undefined) process.stderr.write('\n');
  return answer;
}

// EPIPE: the reader of standard output has exited, as `head` does.
process.stdout.on('error', () => process.exit(1));
process.exitCode = await runUsers(process.argv.slice(2), {
  databaseUrl: process.env['DATABASE_URL'],
  isTerminal: process.stdin.isTTY === true && process.stderr.isTTY === true,
  ask,
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  now: () => new Date(),
});
