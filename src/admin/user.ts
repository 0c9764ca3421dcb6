// `#/users/<id>`: one user on one screen.

import type { UserInFull } from './answers.ts';
import { call } from './api.ts';
import { badge, button, type Child, code, element, link, small } from './elements.ts';
import { eventColumns } from './events.ts';
import { mailColumns } from './mails.ts';
import { addressOf, type Route } from './router.ts';
import { table } from './tables.ts';
import { time } from './times.ts';
import { actionsOf, editAppMetadata } from './user-actions.ts';
import { sessionsOf } from './user-sessions.ts';
import { badgesOf, nameOf } from './users.ts';
import { counted, pauseWord } from './words.ts';

export async function user(main: HTMLElement, { id }: Route): Promise<void> {
  const show = async () => {
    const shown = await call<UserInFull>(`GET /api/admin/users/${encodeURIComponent(id)}`);
    const focused = document.activeElement;
    const isHere = focused !== null && main.contains(focused);
    main.replaceChildren(...screenOf(shown, show));
    // What was pressed is there again; or its opposite, where it was.
    if (isHere) (document.getElementById(focused.id) ?? main.querySelector('h1'))?.focus();
  };
  await show();
}

function screenOf(user: UserInFull, show: () => Promise<void>): Node[] {
  const isAdmin = user.role === 'admin';
  return [
    element(
      'header',
      { class: 'person' },
      element('p', { class: 'back' }, link(addressOf.users(), '← Users')),
      element('h1', { tabindex: -1 }, nameOf(user)),
      element('p', { class: 'badges' }, ...badgesOf(user)),
      isAdmin
        ? element('p', { class: 'soft' }, 'Operators are changed by ', code('npm run users'), ' alone.')
        : actionsOf(user, show),
    ),
    element(
      'div',
      { class: 'screen' },
      part('Account', facts(accountOf(user))),
      part('Ways in', facts(waysOf(user))),
      part(
        'Sessions',
        user.sessions.length === 0 ? empty('Signed in nowhere.') : sessionsOf(user, isAdmin, show),
        'wide',
      ),
      part(
        'Mails',
        user.mails.length === 0
          ? empty('None lately.')
          : table('The last mails', mailColumns({ retried: show }), user.mails),
        'wide',
      ),
      part(
        'Events',
        element(
          'div',
          {},
          user.events.length === 0
            ? empty('None in the last 90 days.')
            : table(
                'The last events',
                eventColumns.filter(({ name }) => name !== 'User'),
                user.events,
              ),
          link(addressOf.events(user.id), 'All events of this user'),
        ),
        'wide',
      ),
      part('metadata', json('metadata', user.metadata)),
      part(
        'app_metadata',
        element(
          'div',
          {},
          json('app_metadata', user.app_metadata),
          isAdmin
            ? null
            : button('Edit app_metadata', {
                id: 'edit-app-metadata',
                click: () => editAppMetadata(user, show),
              }),
        ),
      ),
    ),
  ];
}

const part = (heading: string, content: Node, kind = ''): HTMLElement =>
  element('section', { class: `card ${kind}`, 'aria-label': heading }, element('h2', {}, heading), content);

const empty = (text: string): HTMLElement => element('p', { class: 'empty' }, text);

/** It may be wider or longer than its place: then it scrolls, by keyboard too. */
const json = (name: string, value: object): HTMLElement =>
  element(
    'pre',
    { tabindex: 0, role: 'region', 'aria-label': `${name} as JSON` },
    JSON.stringify(value, null, 2),
  );

type Fact = readonly [name: string, ...values: Child[]];

const facts = (list: readonly (Fact | false)[]): HTMLElement =>
  element(
    'dl',
    {},
    ...list.flatMap((fact) => {
      if (!fact) return [];
      const [name, ...values] = fact;
      return [element('div', {}, element('dt', {}, name), element('dd', {}, ...values))];
    }),
  );

function accountOf(user: UserInFull): (Fact | false)[] {
  return [
    user.disabled_at !== null && ['Disabled', time(user.disabled_at), small(user.disabled_reason ?? '')],
    ['Email', user.email ?? 'None', user.email && !user.email_verified ? small('not proven') : null],
    ['Id', code(user.id)],
    user.external_id !== null && ['External id', code(user.external_id)],
    user.locale !== null && ['Language', user.locale],
    ['Role', user.role],
    ['Registered', time(user.created_at), user.provider === 'local' ? null : small(`with ${user.provider}`)],
    ['Changed', time(user.updated_at), small(`version ${user.version}`)],
    ['Last used', user.last_used_at === null ? 'Not lately' : time(user.last_used_at)],
  ];
}

function waysOf(user: UserInFull): (Fact | false)[] {
  const { password, passkeys, identities, email_code } = user.ways_in;
  return [
    ['Password', password ? 'Yes' : 'None'],
    ['Second factor', user.second_factors.length > 0 ? user.second_factors.join(', ') : 'None'],
    [
      'Passkeys',
      ...(passkeys.length === 0 ? ['None'] : []),
      ...passkeys.map(({ name, created_at, last_used_at, backed_up }) =>
        element(
          'p',
          {},
          name ?? 'Without a name',
          small(
            'since ',
            time(created_at),
            ...(last_used_at ? [', used ', time(last_used_at)] : []),
            backed_up ? ', backed up' : ', on one device',
          ),
        ),
      ),
    ],
    [
      'Providers',
      ...(identities.length === 0 ? ['None'] : []),
      ...identities.map(({ provider, created_at, last_used_at }) =>
        element(
          'p',
          {},
          provider,
          small('since ', time(created_at), ...(last_used_at ? [', used ', time(last_used_at)] : [])),
        ),
      ),
    ],
    email_code && ['Mailed codes', 'Yes'],
    ['Known devices', user.known_devices],
    [
      'Failed sign-ins',
      user.failed_sign_ins,
      user.failed_sign_ins > 0 ? small('in a row, from unknown devices') : null,
    ],
    [
      'Pauses',
      ...(user.pauses.length === 0 ? ['None'] : []),
      ...user.pauses.map(({ of, attempts, locked_until }) =>
        element(
          'p',
          {},
          locked_until !== null && badge('Paused', 'warn'),
          ' ',
          pauseWord(of),
          small(counted(attempts, 'try', 'tries'), ...(locked_until ? [', until ', time(locked_until)] : [])),
        ),
      ),
    ],
  ];
}
