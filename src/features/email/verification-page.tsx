// GET /verify-email shows a form and changes nothing, since mail scanners open links. POST /verify-email submits it.

import { readGrant } from '../../authentication/read-grant.ts';
import type { Config } from '../../environment.ts';
import { noBinding } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { newPassword, yourName } from '../../http/form-field.tsx';
import { brokenLink, GrantForm, uselessLink } from '../../http/grant-form.tsx';
import { type Given, page, problemsAsPages, speechFor, ToTheApp } from '../../http/page.tsx';
import type { Page } from '../../http/page-layout.tsx';
import { verificationSeconds } from '../../lifetimes.ts';
import type { Problem } from '../../problems.ts';
import { isToken } from '../../tokens/one-time.ts';
import type { Speech } from '../../words/speech.ts';
import { anotherMailPath, pageDefinitions } from './page-definitions.ts';
import { proveRegistration } from './prove-registration.ts';
import { confirmAddress } from './verify.ts';

const path = '/verify-email';

export const verificationPage = endpoint(
  pageDefinitions.verificationPage,
  (dependencies) =>
    async ({ context }) => {
      const speech = await speechFor(context, dependencies);
      return page(
        context,
        speech,
        formPage(speech, dependencies.config)({ token: context.req.query('token') }),
      );
    },
);

export const verificationForm = endpoint(
  {
    ...pageDefinitions.verificationForm,
    around: (dependencies) => problemsAsPages(dependencies, formPage),
  },
  (dependencies) =>
    async ({ context, body: { token, name, password } }) => {
      const { config } = dependencies;
      const speech = await speechFor(context, dependencies);
      const given = { token, name, password, token_delivery: 'body' as const };
      const grant = await readGrant(given, ['register', 'change-email'], dependencies);
      if (grant.purpose === 'change-email') {
        await confirmAddress(context, dependencies, grant);
        return page(context, speech, confirmed(speech, config));
      }
      await proveRegistration(context, dependencies, given, grant, { binding: noBinding });
      return page(context, speech, registered(speech, config));
    },
);

/** The form, at first or again after a problem. */
const formPage =
  (speech: Speech, config: Config) =>
  (given: Given, problem?: Problem): Page => {
    const { token } = given;
    const { confirm, fields } = speech.words.pages;
    const isNewAccount = isToken(token, 'register');
    if (!isNewAccount && !isToken(token, 'change-email')) return brokenLink(speech);
    if (problem?.problem === 'invalid-token') {
      return uselessLink(speech, {
        lifetimeSeconds: verificationSeconds,
        ifUsed: confirm.ifUsed,
        another: { action: anotherMailPath, token },
        config,
      });
    }
    const { passwordMinimumLength: minimumLength } = config;
    const form = { action: path, token, given, problem, speech, minimumLength };
    return {
      heading: confirm.heading,
      hasFailed: problem !== undefined,
      content: isNewAccount ? (
        <>
          <p>{confirm.account}</p>
          <GrantForm
            {...form}
            button={confirm.accountButton}
            fields={[yourName(speech), newPassword(fields.password, speech, minimumLength)]}
          />
        </>
      ) : (
        <>
          <p>{confirm.change}</p>
          <GrantForm {...form} button={confirm.changeButton} />
        </>
      ),
    };
  };

const registered = (speech: Speech, config: Config): Page => ({
  isResult: true,
  isDone: true,
  heading: speech.words.pages.confirm.registered,
  content: (
    <>
      <p>{speech.words.pages.confirm.registeredNext}</p>
      <ToTheApp {...config} speech={speech} />
    </>
  ),
});

const confirmed = (speech: Speech, config: Config): Page => ({
  isResult: true,
  isDone: true,
  heading: speech.words.pages.confirm.confirmed,
  content: (
    <>
      <p>{speech.words.pages.confirm.confirmedNext}</p>
      <ToTheApp {...config} speech={speech} />
    </>
  ),
});
