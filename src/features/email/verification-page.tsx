// GET /verify-email shows a form and changes nothing, since mail scanners open links. POST /verify-email submits it.

import { readGrant } from '../../authentication/read-grant.ts';
import type { Config } from '../../environment.ts';
import { noBinding } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { brokenLink, GrantForm, newPassword, uselessLink } from '../../http/grant-form.tsx';
import { type Given, type Page, page, problemsAsPages, ToTheApp } from '../../http/page.tsx';
import { verificationSeconds } from '../../lifetimes.ts';
import type { Problem } from '../../problems.ts';
import { isToken } from '../../tokens/one-time.ts';
import { pageDefinitions } from './page-definitions.ts';
import { proveRegistration } from './prove-registration.ts';
import { confirmAddress } from './verify.ts';

const path = '/verify-email';

export const verificationPage = endpoint(
  pageDefinitions.verificationPage,
  ({ config }) =>
    ({ context }) =>
      page(context, config, formPage(config)({ token: context.req.query('token') })),
);

export const verificationForm = endpoint(
  {
    ...pageDefinitions.verificationForm,
    around: ({ config }) => problemsAsPages(config, formPage(config)),
  },
  (dependencies) =>
    async ({ context, body: { token, name, password } }) => {
      const { config } = dependencies;
      const given = { token, name, password, token_delivery: 'body' as const };
      const grant = await readGrant(given, ['register', 'change-email'], dependencies);
      if (grant.purpose === 'change-email') {
        await confirmAddress(context, dependencies, grant);
        return page(context, config, confirmed(config));
      }
      await proveRegistration(context, dependencies, given, grant, { binding: noBinding });
      return page(context, config, registered(config));
    },
);

/** The form, at first or again after a problem. */
const formPage =
  (config: Config) =>
  (given: Given, problem?: Problem): Page => {
    const { token } = given;
    const isNewAccount = isToken(token, 'register');
    if (!isNewAccount && !isToken(token, 'change-email')) return brokenLink();
    if (problem?.problem === 'invalid-token') {
      return uselessLink({
        lifetimeSeconds: verificationSeconds,
        ifUsed: 'If you pressed the button before, your address is confirmed already: just sign in.',
      });
    }
    const form = { action: path, token, given, problem };
    return {
      heading: 'Confirm your email address',
      hasFailed: problem !== undefined,
      content: isNewAccount ? (
        <>
          <p>The mail went to your address, so the account is yours. Choose the password that opens it.</p>
          <GrantForm
            {...form}
            button="Confirm and save the password"
            fields={[
              { name: 'name', label: 'Your name', autocomplete: 'name' },
              newPassword('Password', config.passwordMinimumLength),
            ]}
          />
        </>
      ) : (
        <>
          <p>Your account uses this address as soon as you have confirmed it.</p>
          <GrantForm {...form} button="Confirm my address" />
        </>
      ),
    };
  };

const registered = (config: Config): Page => ({
  isResult: true,
  heading: 'Your account is ready',
  content: (
    <>
      <p>You can sign in with your address and password now. This page is done and can be closed.</p>
      <ToTheApp {...config} />
    </>
  ),
});

const confirmed = (config: Config): Page => ({
  isResult: true,
  heading: 'Your email address is confirmed',
  content: (
    <>
      <p>Your account uses it from now on. This page is done and can be closed.</p>
      <ToTheApp {...config} />
    </>
  ),
});
