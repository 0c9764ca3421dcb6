// GET /verify-email shows a button and changes nothing, since mail scanners open links; POST /verify-email is the button.

import { readForm } from '../../http/form-body.ts';
import { GrantForm, isWholeToken, uselessLink } from '../../http/grant-form.tsx';
import { type Given, type Page, page, problemsAsPages } from '../../http/page.tsx';
import { limitedByNetwork } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { verificationSeconds } from '../../lifetimes.ts';
import type { Problem } from '../../problems.ts';
import { proveAddress, Verification } from './verify.ts';

const path = '/verify-email';

export const verificationPage: Endpoint = (router, dependencies) => {
  const { config, limits } = dependencies;

  router.get(path, (context) => page(context, config, asking({ token: context.req.query('token') })));

  router.post(path, problemsAsPages(config, asking), limitedByNetwork(limits.login), async (context) => {
    await proveAddress(context, dependencies, await readForm(context, Verification));
    return page(context, config, confirmed());
  });
};

/** First, or once more after a problem. */
function asking(given: Given, problem?: Problem): Page {
  if (isWholeToken(given['token']) && problem?.problem === 'invalid-token') {
    return uselessLink({
      action: path,
      lifetimeSeconds: verificationSeconds,
      ifUsed: 'If you pressed the button before, your address is confirmed already: just sign in.',
    });
  }
  return {
    heading: 'Confirm your email address',
    failed: problem !== undefined,
    content: (
      <>
        <p>Your account uses this address as soon as you have confirmed it.</p>
        <GrantForm action={path} button="Confirm my address" given={given} problem={problem} />
      </>
    ),
  };
}

const confirmed = (): Page => ({
  isResult: true,
  heading: 'Your email address is confirmed',
  content: <p>You can sign in with it now. This page is done and can be closed.</p>,
});
