// GET /reset-password shows a form and changes nothing, since mail scanners open links. POST /reset-password submits
// it.

import type { Config } from '../../environment.ts';
import { endpoint } from '../../http/endpoint.ts';
import { brokenLink, GrantForm, newPassword, uselessLink } from '../../http/grant-form.tsx';
import { type Given, type Page, page, problemsAsPages, ToTheApp } from '../../http/page.tsx';
import { passwordResetSeconds } from '../../lifetimes.ts';
import type { Problem } from '../../problems.ts';
import { isToken } from '../../tokens/one-time.ts';
import { pageDefinitions } from './page-definitions.ts';
import { choosePassword } from './reset-password.ts';

const path = '/reset-password';

export const resetPage = endpoint(
  pageDefinitions.resetPage,
  ({ config }) =>
    ({ context }) =>
      page(context, config, formPage(config)({ token: context.req.query('token') })),
);

export const resetForm = endpoint(
  {
    ...pageDefinitions.resetForm,
    around: ({ config }) => problemsAsPages(config, formPage(config)),
  },
  (dependencies) =>
    async ({ context, body: { token, password } }) => {
      await choosePassword(context, dependencies, { token, password });
      return page(context, dependencies.config, changed(dependencies.config));
    },
);

/** The form, at first or again after a problem. */
const formPage =
  (config: Config) =>
  (given: Given, problem?: Problem): Page => {
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
      hasFailed: problem !== undefined,
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
