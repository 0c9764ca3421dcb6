// The sessions of a user, of which an operator may end the chosen ones.

import type { ListedSession, UserInFull } from './answers.ts';
import { call } from './api.ts';
import { badge, button, element, nothing, small } from './elements.ts';
import { originOf } from './events.ts';
import { say } from './outcome.ts';
import { type Column, table } from './tables.ts';
import { time } from './times.ts';
import { agentWord, counted, methodWords } from './words.ts';

export function sessionsOf(
  { sessions }: UserInFull,
  isFixed: boolean,
  show: () => Promise<void>,
): HTMLElement {
  const chosen = new Set<string>();
  const end = button('End chosen sessions', {
    id: 'end-chosen',
    disabled: true,
    click: async () => {
      const { ended } = await call<{ ended: number }>('POST /api/admin/sessions/end', { ids: [...chosen] });
      await show();
      say(`${counted(ended, 'session')} ended.`);
    },
  });
  const choose: Column<ListedSession> = {
    name: 'Choose',
    cell: (session) =>
      element('input', {
        type: 'checkbox',
        'aria-label': `Choose ${nameOf(session)}`,
        change: ({ target }) => {
          if ((target as HTMLInputElement).checked) chosen.add(session.id);
          else chosen.delete(session.id);
          end.disabled = chosen.size === 0;
        },
      }),
  };
  return element(
    'div',
    {},
    table('Where this user is signed in', isFixed ? columns : [choose, ...columns], sessions),
    isFixed ? null : end,
  );
}

const nameOf = ({ device_name, user_agent }: ListedSession): string =>
  device_name ?? (user_agent === null ? 'a session' : agentWord(user_agent));

const columns: readonly Column<ListedSession>[] = [
  {
    name: 'Device',
    cell: (session) => [
      nameOf(session),
      session.device_bound && element('span', {}, ' ', badge('Bound to its key', 'good')),
    ],
  },
  { name: 'From', cell: originOf },
  {
    name: 'Signed in by',
    cell: ({ amr, acr }) => [methodWords(amr) || nothing(), acr === 'aal2' && small('two factors')],
  },
  { name: 'Begun', cell: ({ created_at }) => time(created_at) },
  { name: 'Last used', cell: ({ last_used_at }) => time(last_used_at) },
];
