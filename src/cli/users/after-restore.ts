// `npm run users -- after-restore`: makes a restored database safe.

import { type Command, textOf } from './command.ts';
import { exitCodes, usageError } from './ending.ts';
import { asJson } from './printed.ts';
import { endRestoredSessions } from './restored-database.ts';

export const afterRestore: Command = {
  name: 'after-restore',
  takes: '[--before <time>]',
  does: `makes a restored database safe, which has forgotten what came after its backup: logouts, changed passwords, deletions. Ends every session that began before a
moment (now, or --before 2026-11-28T09:00:00Z), makes their devices unknown, and voids every mailed link and code. Without --yes it only says how many
there are. It may be run again. A guest has no way in but the session: whoever is one is lost with it`,
  options: { before: { type: 'string' } },
  least: 0,
  most: 0,
  async run({ client, values, wantsJson, out, now }) {
    const before = momentIn(textOf(values, 'before'), '--before') ?? now();
    if (before > now()) throw usageError(`--before is in the future: ${before.toISOString()}.`);
    const isDryRun = values['yes'] !== true;
    const { sessions, devices, guests } = await endRestoredSessions(client, { before, isDryRun });
    if (wantsJson) {
      out(asJson({ before: before.toISOString(), sessions, devices, guests, ended: !isDryRun }));
      return exitCodes.done;
    }
    const ofGuests = guests > 0 ? ` (${guests} of guests, who have no other way in)` : '';
    const found = `${sessions} sessions${ofGuests} and ${devices} known devices from before ${before.toISOString()}`;
    out(
      isDryRun
        ? `There are ${found}. --yes ends them.`
        : `Ended: ${found}; mailed links and codes are void. Whoever deleted their account since the backup has a mail that says so: delete it once more.`,
    );
    return exitCodes.done;
  },
};

/** RFC 3339 with an offset: without one, the meaning of a time depends on the machine's time zone. */
export function momentIn(text: string | undefined, option: string): Date | undefined {
  if (text === undefined) return undefined;
  const isWhole = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const moment = new Date(isWhole ? text : Number.NaN);
  if (Number.isNaN(moment.getTime()))
    throw usageError(`${option} is a time such as 2026-11-28T09:00:00Z, not ${text}.`);
  return moment;
}
