// `npm run users -- events`: the security log.

import { listEvents, type OperatorsEvent } from '../../operators/list-events.ts';
import { momentIn } from './after-restore.ts';
import { type Command, textOf } from './command.ts';
import { pageOptions, showPage, takesPages } from './pages.ts';
import { moment, table } from './printed.ts';
import { theUser } from './who-statements.ts';

export const events: Command = {
  name: 'events',
  takes: `[<user>] [--kind <kind>] [--ip <address>] [--from <time>] [--to <time>] ${takesPages}`,
  does: 'the security log, newest first: of a user, or of everybody, as who signed in from an address (--kind signed-in --ip …)',
  options: {
    kind: { type: 'string' },
    ip: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    ...pageOptions,
  },
  least: 0,
  most: 1,
  async run(call) {
    const {
      database,
      values,
      positionals: [named],
    } = call;
    const [from, to] = [momentIn(textOf(values, 'from'), '--from'), momentIn(textOf(values, 'to'), '--to')];
    const user = named === undefined ? undefined : (await theUser(database, named)).id;
    return showPage(
      call,
      (page) =>
        listEvents(database, {
          operator: 'command-line',
          user,
          kind: textOf(values, 'kind'),
          ip: textOf(values, 'ip'),
          from,
          to,
          ...page,
        }),
      (rows) => eventTable(rows, { withUser: user === undefined }),
    );
  },
};

export function eventTable(rows: readonly OperatorsEvent[], { withUser }: { withUser: boolean }): string {
  const headings = ['time', 'event', 'times', 'from', 'by', 'details', 'request'];
  const cells = rows.map((event) => [
    moment(event.created_at),
    event.kind,
    event.count,
    event.ip,
    event.actor_id,
    detailsOf(event.details),
    event.request_id,
  ]);
  if (!withUser) return table(headings, cells);
  return table(
    ['user', ...headings],
    rows.map(({ email, user_id }, index) => [email ?? user_id ?? 'nobody', ...(cells[index] ?? [])]),
  );
}

function detailsOf(details: OperatorsEvent['details']): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
