// `#/mails`: what failed, waits and was sent, and why.

import type { ListedMail, Page, QueuedMail } from './answers.ts';
import { call } from './api.ts';
import { badge, button, type Child, element, link, nothing, small } from './elements.ts';
import { say, sayListed } from './outcome.ts';
import { addressOf, type Route } from './router.ts';
import { queryOf } from './search.ts';
import { type Column, pages } from './tables.ts';
import { time } from './times.ts';
import { counted, mailWord } from './words.ts';

const states = { failed: 'Failed', waiting: 'Waiting', sent: 'Sent' };

export async function mails(main: HTMLElement, { query }: Route): Promise<void> {
  const state = query.get('state') ?? 'failed';
  const place = element('div', { class: 'list' });
  main.replaceChildren(
    element('h1', { tabindex: -1 }, 'Mails'),
    element(
      'nav',
      { class: 'tabs', 'aria-label': 'State of the mails' },
      ...Object.entries(states).map(([name, label]) => {
        const tab = link(addressOf.mails(name), label);
        if (name === state) tab.setAttribute('aria-current', 'page');
        return tab;
      }),
    ),
    place,
  );
  const list = async () => {
    const count = await pages(place, {
      caption: 'Mails, newest first',
      columns: mailColumns<ListedMail>({ retried: list }).toSpliced(1, 0, to),
      none: 'There is none.',
      read: (cursor) => call<Page<ListedMail>>(`GET /api/admin/mails?${queryOf({ state, cursor })}`),
    });
    if (count !== undefined) sayListed(`${counted(count, 'mail')} shown.`);
  };
  await list();
}

const to: Column<ListedMail> = {
  name: 'To',
  cell: ({ user_id, email }) =>
    user_id ? link(addressOf.user(user_id), email ?? user_id) : (email ?? nothing()),
};

export function mailColumns<Mail extends QueuedMail>({
  retried,
}: {
  readonly retried: () => Promise<void>;
}): readonly Column<Mail>[] {
  return [
    { name: 'Mail', cell: ({ kind, created_at }) => [mailWord(kind), small(time(created_at))] },
    { name: 'Outcome', cell: fateOf },
    {
      name: 'Action',
      cell: ({ id, kind, failed_at }) =>
        failed_at === null
          ? nothing()
          : button('Send again', {
              'aria-label': `Send again: ${mailWord(kind)}`,
              click: async () => {
                await call(`POST /api/admin/mails/${id}/retry`);
                say('A new mail is on its way.');
                await retried();
              },
            }),
    },
  ];
}

function fateOf({ attempts, due_at, sent_at, failed_at, last_error }: QueuedMail): readonly Child[] {
  const error = last_error === null ? null : small(last_error);
  if (sent_at !== null) return [badge('Sent', 'good'), small(time(sent_at))];
  if (failed_at !== null)
    return [badge('Failed', 'bad'), small(counted(attempts, 'try', 'tries'), ', ', time(failed_at)), error];
  return [
    badge('Waiting', 'warn'),
    attempts > 0 && small(counted(attempts, 'try', 'tries')),
    small('next at ', time(due_at)),
    error,
  ];
}
