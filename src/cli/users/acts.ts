// The commands that change something about a user: each is one statement, the same as an admin's request is.

import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../../database/client.ts';
import { deleteUser } from '../../operators/delete.ts';
import { disableUser, enableUser } from '../../operators/disable.ts';
import type { Act } from '../../operators/operator.ts';
import { removeSecondFactors } from '../../operators/remove-factors.ts';
import { sendReset } from '../../operators/send-reset.ts';
import { type Call, type Command, textOf } from './command.ts';
import { confirm } from './confirm.ts';
import { CommandError, exitCodes, usageError } from './ending.ts';
import { asJson } from './printed.ts';
import { nobody, theUser, type Who } from './who-statements.ts';

/** What the security log keeps of a command: neither address nor program, and that it was the command line. */
export function actOf({ now }: Pick<Call, 'now'>): Act {
  return {
    operator: 'command-line',
    eventId: uuidv7(),
    origin: { userAgent: null, ip: null, requestId: null },
    now: now(),
  };
}

type Deed = Pick<Command, 'name' | 'does' | 'options'> & {
  readonly takes?: string;
  /** Of what is asked before: what will be so. */
  readonly asks?: (who: string) => string;
  readonly did: (who: string) => string;
  readonly perform: (
    database: Database,
    act: Act & { readonly userId: string },
    call: Call,
  ) => Promise<string>;
};

function actCommand({ asks, did, perform, takes = '', ...described }: Deed): Command {
  return {
    ...described,
    takes: `<user>${takes}`,
    least: 1,
    most: 1,
    async run(call) {
      const {
        database,
        positionals: [named = ''],
        wantsJson,
        out,
      } = call;
      const who = await theUser(database, named);
      const act = { ...actOf(call), userId: who.id };
      if (asks) await confirm(call, asks(nameOf(who)));
      const outcome = await perform(database, act, call);
      if (outcome === 'not-found') throw nobody(named);
      if (outcome !== 'done') throw new CommandError(refusals[outcome] ?? `It was refused: ${outcome}.`);
      out(wantsJson ? asJson({ outcome, id: who.id, email: who.email }) : did(nameOf(who)));
      return exitCodes.done;
    },
  };
}

const refusals: Readonly<Record<string, string>> = {
  'no-address': 'The account has no address that a mail could go to.',
};

/** Both: whoever is asked sees whom the name has found. */
export function nameOf({ email, id, role }: Who): string {
  return `${email ?? 'the user without an address'} (${role === 'admin' ? 'an admin, ' : ''}${id})`;
}

const disable = actCommand({
  name: 'disable',
  takes: ' --reason <text>',
  does: 'nobody signs in to the account, and every session of it ends, everywhere within 30 seconds. The reason is for operators',
  options: { reason: { type: 'string' } },
  asks: (who) => `Disables ${who}: every session ends, and devices are not known any more.`,
  did: (who) => `Disabled: ${who}.`,
  perform: (database, act, { values }) => disableUser(database, { ...act, reason: reasonIn(values) }),
});

const enable = actCommand({
  name: 'enable',
  does: 'people sign in to the account again',
  did: (who) => `Enabled: ${who}.`,
  perform: enableUser,
});

const removeFactors = actCommand({
  name: 'remove-second-factors',
  does: 'for whoever has lost the app and the recovery codes: the first factor alone signs in. The user is told by mail, with a link that undoes it',
  asks: (who) => `Removes the second factor of ${who}: who has the password or the mailbox alone gets in.`,
  did: (who) => `The second factor is removed: ${who}.`,
  perform: (database, act) => removeSecondFactors(database, { ...act, mailId: uuidv7() }),
});

const reset = actCommand({
  name: 'send-reset',
  does: 'mails a link by which the user chooses a password. The service sends it, as soon as its cron trigger runs',
  did: (who) => `A link by which a password is chosen is queued for ${who}.`,
  perform: (database, act) => sendReset(database, { ...act, newId: uuidv7(), callHash: null }),
});

const remove = actCommand({
  name: 'delete',
  does: 'deletes the account with all that hangs on it. Its owner is told by mail',
  asks: (who) => `Deletes ${who}, with all that hangs on it. Nothing brings it back.`,
  did: (who) => `Deleted: ${who}.`,
  perform: (database, act) => deleteUser(database, { ...act, mailId: uuidv7() }),
});

/** As a request takes it. */
function reasonIn(values: Call['values']): string {
  const reason = textOf(values, 'reason')?.trim() ?? '';
  if (reason === '' || reason.length > 200 || /\p{Cc}/u.test(reason))
    throw usageError('disable needs --reason <text>, one line of at most 200 characters.');
  return reason;
}

export const acts: readonly Command[] = [disable, enable, removeFactors, reset, remove];
