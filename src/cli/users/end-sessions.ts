// `npm run users -- end-sessions`: all of a user, or those that are named.

import { v7 as uuidv7 } from 'uuid';
import { isUuid } from '../../encoding.ts';
import { endChosenSessions, endUserSessions } from '../../operators/end-sessions.ts';
import { actOf, nameOf } from './acts.ts';
import { type Call, type Command, textOf } from './command.ts';
import { confirm } from './confirm.ts';
import { CommandError, exitCodes, usageError } from './ending.ts';
import { asJson } from './printed.ts';
import { nobody, theUser } from './who-statements.ts';

export const endSessions: Command = {
  name: 'end-sessions',
  takes: '<user> | --sessions <id,…>',
  does: 'ends every session of a user, whose devices are then not known any more; or those sessions alone, whoever’s they are, and those without asking',
  options: { sessions: { type: 'string' } },
  least: 0,
  most: 1,
  run(call) {
    const [named] = call.positionals;
    const chosen = textOf(call.values, 'sessions');
    if ((named === undefined) === (chosen === undefined))
      throw usageError('end-sessions takes a user, or --sessions with ids.');
    return named === undefined ? endChosen(call, chosen ?? '') : endAll(call, named);
  },
};

async function endAll(call: Call, named: string): Promise<number> {
  const { database, wantsJson, out } = call;
  const who = await theUser(database, named);
  await confirm(call, `Ends every session of ${nameOf(who)}.`);
  if ((await endUserSessions(database, { ...actOf(call), userId: who.id })) !== 'done') throw nobody(named);
  out(
    wantsJson
      ? asJson({ outcome: 'done', id: who.id, email: who.email })
      : `Every session has ended: ${nameOf(who)}.`,
  );
  return exitCodes.done;
}

async function endChosen(call: Call, list: string): Promise<number> {
  const ids = [
    ...new Set(
      list
        .toLowerCase()
        .split(',')
        .map((id) => id.trim()),
    ),
  ];
  if (!ids.every(isUuid)) throw usageError('--sessions takes ids of sessions, with commas between them.');
  const { eventId: _, ...act } = actOf(call);
  const ended = await endChosenSessions(call.database, {
    ...act,
    sessions: ids.map((id) => ({ id, eventId: uuidv7() })),
  });
  if (!ended) throw new CommandError('None of these sessions is going on.', exitCodes.notFound);
  call.out(call.wantsJson ? asJson({ ended }) : `Ended: ${ended} of ${ids.length}.`);
  return exitCodes.done;
}
