// `npm run import`: imports users of another system with their password hashes.

import { runImport } from './import/run.ts';
import { askForPassword } from './import/try-password.ts';

// EPIPE: the reader of standard output has exited, as `head` does.
process.stdout.on('error', () => process.exit(1));
process.exitCode = await runImport(process.argv.slice(2), {
  databaseUrl: process.env['DATABASE_URL'],
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  askForPassword,
  // A second one ends the process.
  onInterrupt: (stop) => void process.once('SIGINT', stop),
});
