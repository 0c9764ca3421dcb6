// Who is signed in, on the page's one door: tokens are in cookies that no script reads, so that a reload keeps the sign-in.

import { asks, call, mayBeSignedIn, Refused, send } from '../admin/api.ts';
import { button, element } from '../admin/elements.ts';
import { say } from '../admin/outcome.ts';
import { signIn } from '../admin/sign-in.ts';
import { signInAgain } from '../admin/sign-in-again.ts';
import { the } from './the.ts';

type Me = { readonly name: string; readonly email: string | null };

const who = the('#who');
const door = the<HTMLButtonElement>('#door');
/** What the header says. */
let isShown = false;

export function keepSession(): void {
  asks.signInAgain = (problem) => signInAgain(problem, { withFactor: false });
  asks.signedOut = () => show(undefined);
  door.addEventListener('click', () => (isShown ? void signOut() : open()));
  // Signed in or out on another page meanwhile.
  addEventListener('focus', () => void lookAgain());
  door.disabled = false;
  if (mayBeSignedIn()) void showWho();
}

/** After any call that was made here: it may have begun or ended the session. */
export async function lookAgain(): Promise<void> {
  if (mayBeSignedIn() !== isShown) await showWho();
}

export async function showWho(): Promise<void> {
  if (!mayBeSignedIn()) return show(undefined);
  try {
    show(await call<Me>('GET /api/users/me'));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) show(undefined);
    else say(String(error));
  }
}

/** Not every browser keeps a `Secure` cookie of `http://localhost`. */
export function sayWhetherKept(): void {
  if (mayBeSignedIn()) say('You are signed in.');
  else
    say(
      'This browser keeps no secure cookies for this address: take another browser, or https, to stay signed in.',
    );
}

function show(me: Me | undefined): void {
  isShown = me !== undefined;
  who.textContent = me ? me.name || me.email : '';
  door.textContent = isShown ? 'Sign out' : 'Sign in';
  door.className = isShown ? 'quiet' : 'main';
}

function open(): void {
  const place = element('div');
  const dialog: HTMLDialogElement = element(
    'dialog',
    { class: 'entrance', 'aria-label': 'Sign in', close: (): void => dialog.remove() },
    place,
    button('Cancel', { class: 'quiet', click: () => dialog.close() }),
  );
  document.body.append(dialog);
  dialog.showModal();
  const words = {
    title: 'Sign in',
    lead: 'With an account of this service. “Start here” makes one in a minute.',
    device: 'Documentation',
  };
  void signIn(place, words).then(async () => {
    dialog.close();
    sayWhetherKept();
    await showWho();
  });
}

async function signOut(): Promise<void> {
  try {
    await send('POST /api/auth/logout', {});
    say('You are signed out.');
  } catch (error) {
    say(String(error));
  }
  await showWho();
}
