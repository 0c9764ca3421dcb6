// `npm run users -- find`.

import { findUsers, userStates } from '../../operators/find-users.ts';
import type { AdminUser } from '../../operators/shown-user.ts';
import type { Command } from './command.ts';
import { oneOf, pageOptions, showPage, takesPages } from './pages.ts';
import { moment, table } from './printed.ts';

export const find: Command = {
  name: 'find',
  takes: `[<query>] [--state <${userStates.join('|')}>] ${takesPages}`,
  does: 'users, newest first: by an id, the beginning of an address or of a name, or everybody at an @domain',
  options: { state: { type: 'string' }, ...pageOptions },
  least: 0,
  most: 1,
  run(call) {
    const {
      database,
      positionals: [query],
    } = call;
    const state = oneOf(call.values, 'state', userStates);
    return showPage(
      call,
      (page) => findUsers(database, { operator: 'command-line', query, state, ...page }),
      (users) =>
        table(
          ['address', 'name', 'state', 'second factor', 'last used', 'id'],
          users.map((user) => [
            user.email ?? '–',
            user.name,
            stateOf(user) || 'active',
            user.second_factors.join(', '),
            moment(user.last_used_at),
            user.id,
          ]),
        ),
    );
  },
};

export function stateOf(user: AdminUser): string {
  return [
    user.disabled_at && 'disabled',
    user.role === 'admin' && 'admin',
    user.is_guest && 'guest',
    user.email !== null && !user.email_verified && 'unverified',
  ]
    .filter(Boolean)
    .join(', ');
}
