// “Start here”: the calls that lead from nothing to a session, each by a form.

import { Refused, send } from '../admin/api.ts';
import { sayWhetherKept, showWho } from './session.ts';
import { the } from './the.ts';

/** Names the registration that waits for its code, and opens nothing by itself: kept over a reload, as a telephone reloads what it left. */
const kept = 'latchkey-docs-registration';

export function offerStart(): void {
  // Where the development's inbox is, unless somebody has moved it.
  the('#inbox').hidden = !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname);

  onSubmit('#register-form', async ({ name, email }) => {
    const { request } = await send<{ request: string }>(
      'POST /api/auth/register',
      { name, email },
      crypto.randomUUID(),
    );
    sessionStorage.setItem(kept, request);
    the('#mailed').textContent = `A mail with a code of six digits is on its way to ${email}.`;
    the('#start-code').focus();
  });

  onSubmit('#password-form', async ({ code, password }) => {
    const request = sessionStorage.getItem(kept);
    if (request === null) throw new Error('Register first: the code belongs to a registration.');
    const body = { request, code, password, sign_in: true, token_delivery: 'cookie' };
    await send('POST /api/auth/verify-email', { ...body, device_name: 'Documentation' }, crypto.randomUUID());
    sessionStorage.removeItem(kept);
    for (const form of document.querySelectorAll<HTMLFormElement>('.steps form')) form.reset();
    sayWhetherKept();
    await showWho();
    the('#me-form button').focus();
  });

  const answer = the('#me');
  onSubmit('#me-form', async () => {
    const shown = await send<object>('GET /api/users/me').catch((error: unknown) => {
      if (error instanceof Refused) return error.problem;
      throw error;
    });
    answer.textContent = JSON.stringify(shown, null, 2);
    answer.hidden = false;
  });
}

function onSubmit(selector: string, act: (fields: Readonly<Record<string, string>>) => Promise<void>): void {
  const form = the<HTMLFormElement>(selector);
  const refused = form.querySelector('.message');
  const sent = form.querySelector('button');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (sent?.ariaDisabled === 'true') return;
    if (sent) sent.ariaDisabled = 'true';
    if (refused) refused.textContent = '';
    try {
      await act(Object.fromEntries(new FormData(form)) as Record<string, string>);
    } catch (error) {
      if (refused) refused.textContent = error instanceof Refused ? String(error) : (error as Error).message;
    } finally {
      if (sent) sent.ariaDisabled = null;
    }
  });
}
