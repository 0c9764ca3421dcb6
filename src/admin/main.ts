// The operators' page: who is there, which view the address says, and what is shown where there is none.

import type { Me } from './answers.ts';
import { asks, Cancelled, call, mayBeSignedIn, Refused, send } from './api.ts';
import { button, type Child, code, element, link } from './elements.ts';
import { events } from './events.ts';
import { mails } from './mails.ts';
import { say } from './outcome.ts';
import { addressOf, currentRoute, type Route } from './router.ts';
import { signIn } from './sign-in.ts';
import { NothingToShow, signInAgain } from './sign-in-again.ts';
import { statistics } from './statistics.ts';
import { user } from './user.ts';
import { users } from './users.ts';

type View = (main: HTMLElement, route: Route) => Promise<void>;

const views: Readonly<Record<string, View>> = { users, events, mails, statistics };
const sections = [
  ['users', 'Users', addressOf.users()],
  ['events', 'Events', addressOf.events()],
  ['mails', 'Mails', addressOf.mails()],
  ['statistics', 'Statistics', addressOf.statistics()],
] as const;

const header = the('header');
const main = the('main');
let me: Me | undefined;
/** Of the newest view: what an older one brings is not shown. */
let turn = 0;

asks.signInAgain = (problem) => signInAgain(problem, { withFactor: true });
asks.signedOut = () => {
  if (me === undefined) return;
  me = undefined;
  door('Your session has ended. Please sign in again.');
};

// Its address would be a view's.
the('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', () => void show({ focus: true }));
// What a button began and nobody caught.
addEventListener('unhandledrejection', (event) => {
  const { reason } = event;
  if (reason instanceof Cancelled) event.preventDefault();
  else if (reason instanceof Refused || reason instanceof NothingToShow) {
    event.preventDefault();
    say(reason instanceof Refused ? String(reason) : reason.message);
  }
});

await begin();

async function begin(): Promise<void> {
  if (!mayBeSignedIn()) return door();
  try {
    me = await call<Me>('GET /api/users/me');
  } catch (error) {
    return error instanceof Refused && error.status === 401 ? door() : refused(error);
  }
  await show({ focus: false });
}

function door(why = ''): void {
  turn += 1;
  closeDialogs();
  header.hidden = true;
  document.title = 'Sign in · Latchkey';
  const lead = why || 'For admins of this service, with their second factor.';
  const shown = { title: 'Operators’ sign-in', lead, device: 'Operators’ page' };
  void signIn(main, shown).then(async () => {
    me = await call<Me>('GET /api/users/me');
    await show({ focus: true });
  });
}

async function show({ focus }: { readonly focus: boolean }): Promise<void> {
  if (me === undefined) return;
  turn += 1;
  const mine = turn;
  closeDialogs();
  const route = currentRoute();
  const view = route.view === 'users' && route.id !== '' ? user : views[route.view];
  heading(me, route.view);
  if (!view) return tell('There is nothing here', 'The address leads nowhere on this page.');
  // A place of its own, so that what comes late is put nowhere.
  const place = element('div', { class: `view ${route.view}` });
  main.setAttribute('aria-busy', 'true');
  const isShown = () => mine === turn;
  try {
    const shown = view(place, route);
    await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, 150))]);
    if (isShown()) main.replaceChildren(place);
    await shown;
  } catch (error) {
    if (isShown()) refused(error);
  } finally {
    if (isShown()) main.removeAttribute('aria-busy');
  }
  if (!isShown()) return;
  const title = main.querySelector('h1');
  document.title = `${title?.textContent} · Latchkey`;
  if (focus) title?.focus();
}

/** They were about what is left now. */
function closeDialogs(): void {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
}

function heading({ name, email }: Me, view: string): void {
  header.hidden = false;
  header.replaceChildren(
    element(
      'a',
      { class: 'brand', href: addressOf.users() },
      element('img', { src: '/favicon.svg', alt: '', width: 20, height: 20 }),
      'Latchkey',
    ),
    element(
      'nav',
      { 'aria-label': 'Sections' },
      ...sections.map(([section, label, address]) => {
        const entry = link(address, label);
        if (section === view) entry.setAttribute('aria-current', 'page');
        return entry;
      }),
    ),
    element(
      'div',
      { class: 'operator' },
      element('span', {}, name || email || ''),
      button('Sign out', { class: 'quiet', click: signOut }),
    ),
  );
}

async function signOut(): Promise<void> {
  await send('POST /api/auth/logout', {});
  me = undefined;
  door('You are signed out.');
}

/** Why there is nothing to see, in words for whoever stands before it. */
function refused(error: unknown): void {
  // The sign-in is there.
  if (error instanceof Refused && error.status === 401) return;
  tell(...reasonFor(error));
}

function reasonFor(error: unknown): readonly [title: string, ...what: Child[]] {
  const again = button('Try again', { click: () => show({ focus: true }) });
  if (error instanceof NothingToShow) return [error.title, error.message];
  if (error instanceof Cancelled)
    return ['Not shown', 'This takes a sign-in with your second factor. ', again];
  if (error instanceof Refused && error.kind === 'admin-only') {
    const command = code('npm run users -- role <address> admin');
    return ['This account is no operator’s', 'Whoever has the command line makes one of it: ', command];
  }
  if (error instanceof Refused && error.status === 404)
    return [
      'Nobody is here',
      'The user does not exist, or was deleted. ',
      link(addressOf.users(), 'To the users'),
    ];
  return ['This did not work', `${String(error)} `, again];
}

function tell(title: string, ...what: readonly Child[]): void {
  if (me === undefined) header.hidden = true;
  main.replaceChildren(
    element(
      'section',
      { class: 'card door' },
      element('h1', { tabindex: -1 }, title),
      element('p', {}, ...what),
    ),
  );
  document.title = `${title} · Latchkey`;
}

function the(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
}
