// The dialog where a call takes a sign-in of the last minutes, or one with a second factor.

import { type Problem, send } from './api.ts';
import { ask } from './dialogs.ts';
import { element } from './elements.ts';
import { codeField, input, labelled } from './fields.ts';
import { hasPasskeys, shownPasskey } from './passkey.ts';
import { byPasskey } from './sign-in.ts';

/** An account that has nothing to show here; the message says what it lacks. */
export class NothingToShow extends Error {
  readonly title: string;

  constructor(title: string, message: string) {
    super(message);
    this.title = title;
  }
}

const route = 'POST /api/auth/reauthenticate';

/**
 * @param needs.withFactor for operators' calls: a password alone would not do.
 * @throws Cancelled or NothingToShow.
 */
export async function signInAgain(
  { methods = [], factors = [] }: Problem,
  needs: { readonly withFactor: boolean },
): Promise<void> {
  const hasCode = factors.length > 0;
  const canPasskey = hasPasskeys && methods.includes('passkey');
  const canPassword = methods.includes('password') && (hasCode || !needs.withFactor);
  if (!canPasskey && !canPassword && !needs.withFactor)
    throw new NothingToShow(
      'Sign in again',
      'This account has nothing to show here: sign out, and in again.',
    );
  if (!canPasskey && !canPassword)
    throw hasCode
      ? new NothingToShow(
          'Add a password or a passkey first',
          'Operators sign in here by one of these, and this account has neither: add one in your app.',
        )
      : new NothingToShow(
          'Turn on a second factor first',
          'Operators sign in with one, and this account has none: add a code of an authenticator app, or a passkey, in your app. Then sign in again.',
        );
  const password = input({ type: 'password', autocomplete: 'current-password', required: true });
  const typed = codeField();
  const byPasskeyAlone = async (credential: unknown) => {
    await send(route, { method: 'passkey', credential }, crypto.randomUUID());
  };
  await ask({
    title: 'Show that it is you',
    content: [
      element(
        'p',
        {},
        `This takes a sign-in of the last ten minutes${hasCode ? ', with your second factor' : ''}. What you began then goes on.`,
      ),
      canPassword && labelled('Your password', password),
      canPassword && hasCode && typed.node,
    ],
    act: canPassword ? 'Continue' : 'Use a passkey',
    send: canPassword
      ? async () => {
          await send(
            route,
            { method: 'password', password: password.value, ...(hasCode && typed.value()) },
            crypto.randomUUID(),
          );
        }
      : async () => byPasskeyAlone(await shownPasskey()),
    again: () => {
      password.value = '';
      if (canPassword) password.focus();
    },
    beside: ({ refused, done }) =>
      canPassword &&
      canPasskey &&
      byPasskey(refused, async (credential) => {
        await byPasskeyAlone(credential);
        done();
      }),
  });
}
