// `#/events`: the security log.

import type { OperatorsEvent, Page } from './answers.ts';
import { call } from './api.ts';
import { badge, type Child, code, element, link, nothing, small } from './elements.ts';
import { choice, input, labelled } from './fields.ts';
import { sayListed } from './outcome.ts';
import { addressOf, keep, kept, type Route } from './router.ts';
import { queryOf, searchForm } from './search.ts';
import { type Column, pages } from './tables.ts';
import { chosenTime, time } from './times.ts';
import { agentWord, counted, eventKinds, eventWord } from './words.ts';

export async function events(main: HTMLElement, { query }: Route): Promise<void> {
  const typed = kept();
  const fields = {
    user: input({ name: 'user', autocomplete: 'off' }),
    kind: choice({ '': 'All', ...eventKinds }, typed['kind'], { name: 'kind' }),
    ip: input({ name: 'ip', autocomplete: 'off' }),
    from: input({ type: 'datetime-local', name: 'from' }),
    to: input({ type: 'datetime-local', name: 'to' }),
  };
  for (const [name, field] of Object.entries(fields)) field.value = typed[name] ?? query.get(name) ?? '';
  const place = element('div', { class: 'list' });
  const list = async () => {
    const chosen = Object.fromEntries(
      Object.entries(fields).map(([name, { value }]) => [name, value.trim()]),
    );
    keep(chosen);
    const asked = { ...chosen, from: chosenTime(fields.from.value), to: chosenTime(fields.to.value) };
    const count = await pages(place, {
      caption: 'Events, newest first',
      columns: eventColumns,
      none: 'Nothing happened that is like this.',
      read: (cursor) => call<Page<OperatorsEvent>>(`GET /api/admin/events?${queryOf({ ...asked, cursor })}`),
    });
    if (count !== undefined) sayListed(`${counted(count, 'event')} shown.`);
  };
  main.replaceChildren(
    element('h1', { tabindex: -1 }, 'Events'),
    searchForm(
      list,
      labelled('Kind', fields.kind),
      labelled('User’s id', fields.user),
      labelled('Network (IP)', fields.ip),
      labelled('From', fields.from),
      labelled('To', fields.to),
    ),
    place,
  );
  await list();
}

export const eventColumns: readonly Column<OperatorsEvent>[] = [
  { name: 'Time', cell: ({ created_at }) => time(created_at) },
  {
    name: 'Event',
    cell: (event) => [
      eventWord(event.kind),
      event.count > 1 && element('span', {}, ' ', badge(`× ${event.count}`, 'warn')),
      ...detailsOf(event),
    ],
  },
  {
    name: 'User',
    cell: ({ user_id, email }) =>
      user_id === null ? nothing() : link(addressOf.user(user_id), email ?? user_id),
  },
  { name: 'From', cell: originOf },
  {
    name: 'Request',
    cell: ({ request_id }) => (request_id === null ? nothing() : cut(request_id)),
  },
];

/** Cut where there is no room; chosen and copied it is whole. */
function cut(id: string): HTMLElement {
  const shown = code(id);
  shown.className = 'cut';
  shown.title = id;
  return shown;
}

export function originOf({ ip, user_agent }: Pick<OperatorsEvent, 'ip' | 'user_agent'>): readonly Child[] {
  if (ip === null && user_agent === null) return [nothing()];
  const agent = user_agent === null ? null : small(agentWord(user_agent));
  if (agent && user_agent) agent.title = user_agent;
  return [ip === null ? null : element('span', { class: 'number' }, ip), agent];
}

function detailsOf({ actor_id, details }: OperatorsEvent): Child[] {
  const said = Object.entries(details ?? {}).map(
    ([name, value]) =>
      `${name.replaceAll('_', ' ')}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [
    actor_id === null ? null : small('By ', link(addressOf.user(actor_id), 'an operator')),
    said.length > 0 ? small(said.join(' · ')) : null,
  ];
}
