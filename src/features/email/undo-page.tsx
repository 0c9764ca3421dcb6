// GET /undo-email-change shows a button and changes nothing, since mail scanners open links; POST /undo-email-change is the button.

import { readForm } from '../../http/form-body.ts';
import { brokenLink, GrantForm, uselessLink } from '../../http/grant-form.tsx';
import { type Given, type Page, page, problemsAsPages } from '../../http/page.tsx';
import { limitedByNetwork } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { undoSeconds } from '../../lifetimes.ts';
import type { Problem } from '../../problems.ts';
import { isToken } from '../../tokens/one-time.ts';
import { giveBack, Undo } from './undo-change.ts';

const path = '/undo-email-change';

export const undoPage: Endpoint = (router, dependencies) => {
  const { config, limits } = dependencies;

  router.get(path, (context) => page(context, config, asking({ token: context.req.query('token') })));

  router.post(path, problemsAsPages(config, asking), limitedByNetwork(limits.login), async (context) => {
    await giveBack(context, dependencies, (await readForm(context, Undo)).token);
    return page(context, config, undone());
  });
};

/** First, or once more after a problem. */
function asking(given: Given, problem?: Problem): Page {
  const { token } = given;
  if (!isToken(token, 'undo-email-change')) return brokenLink({ hasCode: false });
  if (problem?.problem === 'invalid-token') {
    return uselessLink({
      lifetimeSeconds: undoSeconds,
      ifUsed:
        'If you pressed the button before, the address is back: choose a password with the link in the mail that followed.',
      otherwise: 'If not, write to the people behind this service, and show them the mail.',
    });
  }
  return {
    heading: 'Give the account back to this address',
    failed: problem !== undefined,
    content: (
      <>
        <p>
          Press the button, and your account has the address again that this mail went to. Every device is
          then signed out, and the password does not work any more: we send a mail with which you choose a new
          one.
        </p>
        <GrantForm action={path} button="Undo the change" token={token} given={given} problem={problem} />
      </>
    ),
  };
}

const undone = (): Page => ({
  isResult: true,
  heading: 'The address is back',
  content: <p>Every device is signed out. A mail with a link for a new password is on its way to you.</p>,
});
