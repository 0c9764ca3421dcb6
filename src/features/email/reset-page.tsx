// GET /reset-password shows a form and changes nothing, since mail scanners open links; POST /reset-password is its button.

import type { Config } from '../../environment.ts';
import { readForm } from '../../http/form-body.ts';
import { brokenLink, GrantForm, newPassword, uselessLink } from '../../http/grant-form.tsx';
import { type Given, type Page, page, problemsAsPages, ToTheApp } from '../../http/page.tsx';
import { limitedByNetwork } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { passwordResetSeconds } from '../../lifetimes.ts';
import type { Problem } from '../../problems.ts';
import { isToken } from '../../tokens/one-time.ts';
import { choosePassword, Reset } from './reset-password.ts';

const path = '/reset-password';

export const resetPage: Endpoint = (router, dependencies) => {
  const { config, limits } = dependencies;

  router.get(path, (context) => page(context, config, asking({ token: context.req.query('token') })));

  router.post(path, problemsAsPages(config, asking), limitedByNetwork(limits.login), async (context) => {
    const { token, password } = await readForm(context, Reset);
    await choosePassword(context, dependencies, { token, password });
    return page(context, config, changed(config));
  });

  /** First, or once more after a problem. */
  function asking(given: Given, problem?: Problem): Page {
    const { token } = given;
    if (!isToken(token, 'reset-password')) return brokenLink();
    if (problem?.problem === 'invalid-token') {
      return uselessLink({
        lifetimeSeconds: passwordResetSeconds,
        ifUsed: 'If you have just chosen a new password, it holds: sign in with it.',
      });
    }
    return {
      heading: 'Choose a new password',
      failed: problem !== undefined,
      content: (
        <>
          <p>The new password signs you out on every device.</p>
          <GrantForm
            action={path}
            button="Save the new password"
            fields={[newPassword('New password', config.passwordMinimumLength)]}
            token={token}
            given={given}
            problem={problem}
          />
        </>
      ),
    };
  }
};

const changed = (config: Config): Page => ({
  isResult: true,
  heading: 'Your password is changed',
  content: (
    <>
      <p>
        You are signed out on every device. Sign in with the new password; this page is done and can be
        closed.
      </p>
      <ToTheApp {...config} />
    </>
  ),
});
