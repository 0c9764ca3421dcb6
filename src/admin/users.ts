// `#/users`: who is there.

import type { AdminUser, Page } from './answers.ts';
import { call } from './api.ts';
import { badge, element, link, nothing, small } from './elements.ts';
import { choice, input, labelled } from './fields.ts';
import { sayListed } from './outcome.ts';
import { addressOf, keep, kept } from './router.ts';
import { queryOf, searchForm } from './search.ts';
import { type Column, pages } from './tables.ts';
import { day, time } from './times.ts';
import { counted } from './words.ts';

const states = {
  '': 'All',
  disabled: 'Disabled',
  admin: 'Admins',
  unverified: 'Address not proven',
  guest: 'Guests',
};

export async function users(main: HTMLElement): Promise<void> {
  const typed = kept();
  const query = input({
    type: 'search',
    name: 'query',
    maxlength: '254',
    autocomplete: 'off',
    autocapitalize: 'off',
  });
  query.value = typed['query'] ?? '';
  const state = choice(states, typed['state'], { name: 'state' });
  const place = element('div', { class: 'list' });
  const list = async () => {
    const asked = { query: query.value.trim(), state: state.value };
    keep(asked);
    const count = await pages(place, {
      caption: 'Users, newest first',
      columns,
      none: asked.query === '' ? 'There is nobody here yet.' : 'Nobody is found by this.',
      read: (cursor) => call<Page<AdminUser>>(`GET /api/admin/users?${queryOf({ ...asked, cursor })}`),
    });
    if (count !== undefined) sayListed(`${counted(count, 'user')} shown.`);
  };
  main.replaceChildren(
    element('h1', { tabindex: -1 }, 'Users'),
    searchForm(
      list,
      labelled('Search', query, 'Beginning of an address or a name, an id, or @domain'),
      labelled('State', state),
    ),
    place,
  );
  await list();
}

const columns: readonly Column<AdminUser>[] = [
  {
    name: 'User',
    cell: (user) => [
      link(addressOf.user(user.id), nameOf(user)),
      user.email && user.name ? small(user.email) : null,
    ],
  },
  { name: 'State', cell: (user) => badgesOf(user) },
  { name: 'Ways in', cell: waysOf },
  { name: 'Registered', cell: ({ created_at }) => day(created_at) },
  { name: 'Last used', cell: ({ last_used_at }) => (last_used_at ? time(last_used_at) : nothing()) },
];

export const nameOf = ({ name, email, is_guest }: Pick<AdminUser, 'name' | 'email' | 'is_guest'>): string =>
  name || email || (is_guest ? 'Guest' : 'Without a name');

export function badgesOf(user: AdminUser): HTMLElement[] {
  const badges = [
    ...(user.disabled_at ? [badge('Disabled', 'bad')] : []),
    ...(user.role === 'admin' ? [badge('Admin', 'good')] : []),
    ...(user.is_guest ? [badge('Guest')] : []),
    ...(user.email !== null && !user.email_verified ? [badge('Not proven', 'warn')] : []),
  ];
  return badges.length > 0 ? badges : [badge('Active')];
}

function waysOf(user: AdminUser): string {
  const ways = [
    ...(user.has_password ? ['password'] : []),
    ...(user.second_factors.length > 0 ? ['second factor'] : []),
    ...(user.passkeys > 0 ? [counted(user.passkeys, 'passkey')] : []),
    ...(user.identities > 0 ? [counted(user.identities, 'identity', 'identities')] : []),
  ].join(', ');
  return ways === '' ? '–' : ways[0]?.toUpperCase() + ways.slice(1);
}
