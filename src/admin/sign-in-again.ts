// The dialog where a call takes a sign-in of the last minutes, or one with a second factor.

import { type Problem, send } from './api.ts';
import { ask } from './dialogs.ts';
import { element } from './elements.ts';
import { codeField, input, labelled } from './fields.ts';
import { hasPasskeys, shownPasskey } from './passkey.ts';
import { byPasskey } from './sign-in.ts';

/** An account that can show no second factor; the page says how to get one. */
export class NoSecondFactor extends Error {}

const route = 'POST /api/auth/reauthenticate';

/** @throws Cancelled or NoSecondFactor. */
export async function signInAgain({ methods = [], factors = [] }: Problem): Promise<void> {
  const hasCode = factors.length > 0;
  const canPasskey = hasPasskeys && methods.includes('passkey');
  const canPassword = hasCode && methods.includes('password');
  if (!canPasskey && !canPassword) throw new NoSecondFactor();
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
        'This takes a sign-in of the last ten minutes, with your second factor. What you began then goes on.',
      ),
      canPassword && labelled('Your password', password),
      canPassword && typed.node,
    ],
    act: canPassword ? 'Continue' : 'Use a passkey',
    send: canPassword
      ? async () => {
          await send(
            route,
            { method: 'password', password: password.value, ...typed.value() },
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
