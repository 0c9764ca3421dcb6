// `npm run users -- role`: lists the admins, makes and unmakes them.

import { actOf, nameOf } from './acts.ts';
import type { Command } from './command.ts';
import { CommandError, exitCodes, usageError } from './ending.ts';
import { asJson, table } from './printed.ts';
import { listAdmins, setRole } from './role-statements.ts';
import { nobody, theUser } from './who-statements.ts';

const roles = ['user', 'admin'];

export const role: Command = {
  name: 'role',
  takes: `[<user> <${roles.join('|')}>]`,
  does: 'lists the admins; makes one, of a verified address alone, or unmakes one. Access tokens that are out say the old role for up to their lifetime',
  least: 0,
  most: 2,
  async run(call) {
    const {
      database,
      positionals: [named, wanted],
      wantsJson,
      out,
    } = call;
    if (named === undefined) {
      const admins = await listAdmins(database);
      const rows = admins.map(({ email, id }) => [email ?? 'no address', id]);
      if (wantsJson || rows.length > 0)
        out(wantsJson ? asJson({ data: admins }) : table(['address', 'id'], rows));
      return exitCodes.done;
    }
    if (wanted === undefined || !roles.includes(wanted))
      throw usageError(`A role is one of ${roles.join(', ')}.`);
    const who = await theUser(database, named);
    const outcome = await setRole(database, { ...actOf(call), userId: who.id, role: wanted });
    if (outcome === 'not-verified')
      throw new CommandError(
        `${nameOf(who)} is not verified: whoever registered it may be anybody, and the role would be theirs. Let its owner verify first.`,
      );
    if (outcome !== 'done') throw nobody(named);
    out(
      wantsJson
        ? asJson({ outcome, id: who.id, email: who.email, role: wanted })
        : `${who.email ?? who.id} is ${wanted === 'admin' ? 'an admin' : 'a user'}.`,
    );
    return exitCodes.done;
  },
};
