// `npm run users -- metadata`: what operators alone write about a user.

import { changeAppMetadata } from '../../operators/app-metadata.ts';
import { showUser } from '../../operators/show-user.ts';
import { whyNotKept } from '../import/json-object.ts';
import { actOf, nameOf } from './acts.ts';
import type { Command } from './command.ts';
import { CommandError, exitCodes, usageError } from './ending.ts';
import { asJson } from './printed.ts';
import { nobody, theUser } from './who-statements.ts';

export const metadata: Command = {
  name: 'metadata',
  takes: '<user> [\'{"key": value, …}\']',
  does: 'prints app_metadata; or changes it: keys that are given replace, and a key that is null goes. At most 4 KiB',
  least: 1,
  most: 2,
  async run(call) {
    const {
      database,
      positionals: [named = '', given],
      wantsJson,
      out,
      now,
    } = call;
    const changes = given === undefined ? undefined : objectIn(given);
    const who = await theUser(database, named);
    if (changes === undefined) {
      const user = await showUser(database, {
        operator: 'command-line',
        userId: who.id,
        byEmailCode: false,
        now: now(),
      });
      if (typeof user === 'string') throw nobody(named);
      out(asJson(user.app_metadata));
      return exitCodes.done;
    }
    const changed = await changeAppMetadata(database, { ...actOf(call), userId: who.id, metadata: changes });
    if (changed.outcome === 'too-large') throw new CommandError('app_metadata would have more than 4 KiB.');
    if (changed.outcome !== 'done') throw nobody(named);
    out(wantsJson ? asJson({ outcome: 'done', id: who.id, email: who.email }) : `Changed: ${nameOf(who)}.`);
    return exitCodes.done;
  },
};

function objectIn(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw usageError('What is to be changed is a JSON object, in quotes of the shell.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usageError('What is to be changed is a JSON object.');
  const reason = whyNotKept(value, 64 * 1024);
  if (reason) throw new CommandError(`What is to be changed ${reason}.`);
  return value as Readonly<Record<string, unknown>>;
}
