// Signing in on a page of the service: password and code, or a passkey. No token is in this script's reach.

import { Cancelled, type Problem, Refused, send } from './api.ts';
import { button, element } from './elements.ts';
import { codeField, form, input, labelled, message } from './fields.ts';
import { hasPasskeys, shownPasskey } from './passkey.ts';

export type Door = {
  readonly title: string;
  readonly lead: string;
  /** The name of the session, among the person's devices. */
  readonly device: string;
};

/** Shows the sign-in in a place. Resolves when somebody has signed in. */
export function signIn(place: HTMLElement, door: Door): Promise<void> {
  const delivery = { token_delivery: 'cookie', device_name: door.device } as const;
  return new Promise((resolve) => {
    const refused = message();
    const email = input({ type: 'email', name: 'email', autocomplete: 'username', required: true });
    const password = input({
      type: 'password',
      name: 'password',
      autocomplete: 'current-password',
      required: true,
    });
    const submit = element('button', { class: 'main' }, 'Sign in');
    const byPassword = form(
      {
        sent: submit,
        send: async () => {
          refused.say('');
          const body = { email: email.value, password: password.value, ...delivery };
          await send('POST /api/auth/login', body, crypto.randomUUID());
          resolve();
        },
        refused: (error) => {
          if (error instanceof Refused && error.kind === 'second-factor-required')
            return secondStep(place, door, error.problem, resolve);
          refused.say(String(error));
          password.value = '';
          password.focus();
        },
      },
      {},
      labelled('Email', email),
      labelled('Password', password),
      refused.node,
      submit,
    );
    place.replaceChildren(
      element(
        'section',
        { class: 'card door' },
        element('h1', { tabindex: -1 }, door.title),
        element('p', { class: 'soft' }, door.lead),
        byPassword,
        hasPasskeys &&
          byPasskey(refused.say, async (credential) => {
            await send('POST /api/auth/passkey', { credential, ...delivery }, crypto.randomUUID());
            resolve();
          }),
      ),
    );
    email.focus();
  });
}

function secondStep(
  place: HTMLElement,
  door: Door,
  { auth_session, factors = [] }: Problem,
  signedIn: () => void,
): void {
  const refused = message();
  const typed = codeField();
  const submit = element('button', { class: 'main' }, 'Continue');
  const finish = async (shown: object) => {
    await send('POST /api/auth/login/second-factor', { auth_session, ...shown }, crypto.randomUUID());
    signedIn();
  };
  const byCode = form(
    {
      sent: submit,
      send: () => finish(typed.value()),
      refused: (error) => {
        // It has been used up, or is too old.
        if (error instanceof Refused && error.kind === 'invalid-token')
          return void signIn(place, { ...door, lead: 'That took too long. Please sign in again.' }).then(
            signedIn,
          );
        refused.say(String(error));
        typed.again();
      },
    },
    {},
    typed.node,
    refused.node,
    submit,
  );
  place.replaceChildren(
    element(
      'section',
      { class: 'card door' },
      element('h1', { tabindex: -1 }, 'Your second factor'),
      byCode,
      hasPasskeys &&
        factors.includes('passkey') &&
        byPasskey(refused.say, (passkey) => finish({ passkey }), auth_session),
    ),
  );
  typed.again();
}

/** A button that asks for a passkey, and what comes of it. */
export function byPasskey(
  refused: (text: string) => void,
  use: (credential: unknown) => Promise<void>,
  authSession?: string,
): HTMLButtonElement {
  return button('Use a passkey', {
    click: async () => {
      refused('');
      try {
        await use(await shownPasskey(authSession === undefined ? {} : { auth_session: authSession }));
      } catch (error) {
        if (!(error instanceof Cancelled)) refused(String(error));
      }
    },
  });
}
