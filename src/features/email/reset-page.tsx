// GET /reset-password shows a form and changes nothing, since mail scanners open links. POST /reset-password submits
// it.

import type { Config } from '../../environment.ts';
import { endpoint } from '../../http/endpoint.ts';
import { newPassword } from '../../http/form-field.tsx';
import { brokenLink, GrantForm, uselessLink } from '../../http/grant-form.tsx';
import { type Given, page, problemsAsPages, speechFor, ToTheApp } from '../../http/page.tsx';
import type { Page } from '../../http/page-layout.tsx';
import { passwordResetSeconds } from '../../lifetimes.ts';
import type { Problem } from '../../problems.ts';
import { isToken } from '../../tokens/one-time.ts';
import type { Speech } from '../../words/speech.ts';
import { anotherMailPath, pageDefinitions } from './page-definitions.ts';
import { choosePassword } from './reset-password.ts';

const path = '/reset-password';

export const resetPage = endpoint(pageDefinitions.resetPage, (dependencies) => async ({ context }) => {
  const speech = await speechFor(context, dependencies);
  return page(context, speech, formPage(speech, dependencies.config)({ token: context.req.query('token') }));
});

export const resetForm = endpoint(
  {
    ...pageDefinitions.resetForm,
    around: (dependencies) => problemsAsPages(dependencies, formPage),
  },
  (dependencies) =>
    async ({ context, body: { token, password } }) => {
      await choosePassword(context, dependencies, { token, password });
      const speech = await speechFor(context, dependencies);
      return page(context, speech, changed(speech, dependencies.config));
    },
);

/** The form, at first or again after a problem. */
const formPage =
  (speech: Speech, config: Config) =>
  (given: Given, problem?: Problem): Page => {
    const { token } = given;
    const { reset, fields } = speech.words.pages;
    if (!isToken(token, 'reset-password')) return brokenLink(speech);
    if (problem?.problem === 'invalid-token') {
      return uselessLink(speech, {
        lifetimeSeconds: passwordResetSeconds,
        ifUsed: reset.ifUsed,
        another: { action: anotherMailPath, token },
        config,
      });
    }
    return {
      heading: reset.heading,
      hasFailed: problem !== undefined,
      content: (
        <>
          <p>{reset.opening}</p>
          <GrantForm
            action={path}
            button={reset.button}
            fields={[newPassword(fields.newPassword, speech, config.passwordMinimumLength)]}
            token={token}
            given={given}
            problem={problem}
            speech={speech}
            minimumLength={config.passwordMinimumLength}
          />
        </>
      ),
    };
  };

const changed = (speech: Speech, config: Config): Page => ({
  isResult: true,
  isDone: true,
  heading: speech.words.pages.reset.changed,
  content: (
    <>
      <p>{speech.words.pages.reset.changedNext}</p>
      <ToTheApp {...config} speech={speech} />
    </>
  ),
});
