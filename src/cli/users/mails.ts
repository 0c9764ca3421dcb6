// `npm run users -- mails`: what became of the mails, and one of them once more.

import { v7 as uuidv7 } from 'uuid';
import { isUuid } from '../../encoding.ts';
import { listMails, mailStates, type QueuedMail, retryMail } from '../../operators/mails.ts';
import { actOf } from './acts.ts';
import type { Call, Command } from './command.ts';
import { CommandError, exitCodes, usageError } from './ending.ts';
import { oneOf, pageOptions, showPage, takesPages } from './pages.ts';
import { asJson, type Cell, moment, table } from './printed.ts';

export const mails: Command = {
  name: 'mails',
  takes: `[--state <${mailStates.join('|')}>] ${takesPages} | retry <mail>`,
  does: 'the mail queue, newest first, with what the mail server said; or queues a mail once more, with a new link and a new code',
  options: { state: { type: 'string' }, ...pageOptions },
  least: 0,
  most: 2,
  run(call) {
    const {
      database,
      positionals: [verb, mailId],
    } = call;
    if (verb === 'retry' && mailId !== undefined && isUuid(mailId)) return retry(call, mailId);
    if (verb !== undefined) throw usageError('mails takes nothing, or retry with the id of a mail.');
    const state = oneOf(call.values, 'state', mailStates);
    return showPage(
      call,
      (page) => listMails(database, { operator: 'command-line', state, ...page }),
      (rows) =>
        mailTable(
          rows,
          rows.map(({ email }) => email ?? '–'),
        ),
    );
  },
};

async function retry(call: Call, mailId: string): Promise<number> {
  const act = { ...actOf(call), mailId, newId: uuidv7(), callHash: null };
  const { outcome, id } = await retryMail(call.database, act);
  if (outcome !== 'done')
    throw new CommandError(
      'There is no such mail, or nothing to mail any more: its link was used, or the account is gone.',
      exitCodes.notFound,
    );
  call.out(call.wantsJson ? asJson({ outcome, id }) : `Queued once more, as ${id}.`);
  return exitCodes.done;
}

/** @param to where each goes; left out where it is the same for all. */
export function mailTable(rows: readonly QueuedMail[], to?: readonly Cell[]): string {
  return table(
    [...(to ? ['to'] : []), 'mail', 'asked for', 'what became of it', 'tries', 'last error', 'id'],
    rows.map((mail, index) => [
      ...(to ? [to[index]] : []),
      mail.kind,
      moment(mail.created_at),
      became(mail),
      mail.attempts,
      mail.last_error,
      mail.id,
    ]),
  );
}

function became({ sent_at, failed_at, due_at }: QueuedMail): string {
  if (sent_at) return `sent ${moment(sent_at)}`;
  return failed_at ? `given up ${moment(failed_at)}` : `waits until ${moment(due_at)}`;
}
