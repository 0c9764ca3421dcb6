// `npm run users`: operator commands on accounts. So far only what is needed after a restore from a backup.

import { parseArgs } from 'node:util';
import pg from 'pg';
import { afterRestore } from './users/after-restore.ts';

const usage = `DATABASE_URL=postgresql://… npm run -s users -- after-restore [--before <time>] [--yes]

A restored database has forgotten what came after its backup: logouts, changed passwords, deletions. So this ends every session that
began before a moment (now, or --before 2026-11-28T09:00:00Z), makes their devices unknown, and voids every mailed link and code.
Without --yes it only says how many there are. It may be run again. A guest has no way in but the session: whoever is one is lost with it.
`;

const options = {
  before: { type: 'string' },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) return void process.stdout.write(usage);
  if (positionals.join(' ') !== 'after-restore') throw new Error(usage);
  const before = momentOf(values.before);
  const url = process.env['DATABASE_URL'];
  if (!url) throw new Error('DATABASE_URL is not set.');

  const client = new pg.Client(url);
  await client.connect();
  try {
    const { sessions, devices, guests } = await afterRestore(client, { before, isDryRun: !values.yes });
    const ofGuests = guests > 0 ? ` (${guests} of guests, who have no other way in)` : '';
    const found = `${sessions} sessions${ofGuests} and ${devices} known devices from before ${before.toISOString()}`;
    process.stdout.write(
      values.yes
        ? `Ended: ${found}; mailed links and codes are void. Whoever deleted their account since the backup has a mail that says so: delete it once more.\n`
        : `There are ${found}. --yes ends them.\n`,
    );
  } finally {
    await client.end();
  }
}

/** RFC 3339 with an offset: without one, the meaning of a time depends on the machine's time zone. */
function momentOf(text: string | undefined): Date {
  if (text === undefined) return new Date();
  const isWhole = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const moment = new Date(isWhole ? text : Number.NaN);
  if (Number.isNaN(moment.getTime()))
    throw new Error(`--before is a time such as 2026-11-28T09:00:00Z, not ${text}.`);
  if (moment.getTime() > Date.now()) throw new Error(`--before is in the future: ${text}.`);
  return moment;
}

try {
  await run();
} catch (error) {
  process.stderr.write(`${(error instanceof Error ? error.message : String(error)).trimEnd()}\n`);
  process.exitCode = 1;
}
