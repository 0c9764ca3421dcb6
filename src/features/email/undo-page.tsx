// GET /undo-email-change shows a button and changes nothing, since mail scanners open links. POST /undo-email-change
// is the button.

import { endpoint } from '../../http/endpoint.ts';
import { brokenLink, type Field, GrantForm, uselessLink } from '../../http/grant-form.tsx';
import { type Given, type Page, page, problemsAsPages } from '../../http/page.tsx';
import { undoSeconds } from '../../lifetimes.ts';
import type { Problem } from '../../problems.ts';
import { isToken } from '../../tokens/one-time.ts';
import { pageDefinitions } from './page-definitions.ts';
import { undoChange } from './undo-change.ts';

const path = '/undo-email-change';

export const undoPage = endpoint(
  pageDefinitions.undoPage,
  ({ config }) =>
    ({ context }) =>
      page(context, config, formPage({ token: context.req.query('token') })),
);

export const undoForm = endpoint(
  {
    ...pageDefinitions.undoForm,
    around: ({ config }) => problemsAsPages(config, formPage),
  },
  (dependencies) =>
    async ({ context, body: { token, second_factor } }) => {
      await undoChange(context, dependencies, token, second_factor ?? {});
      return page(context, dependencies.config, undone());
    },
);

/** The form, at first or again after a problem. */
function formPage(given: Given, problem?: Problem): Page {
  const { token } = given;
  if (!isToken(token, 'undo-email-change')) return brokenLink({ hasCode: false });
  if (problem?.problem === 'invalid-token') {
    return uselessLink({
      lifetimeSeconds: undoSeconds,
      ifUsed:
        'If you pressed the button before, the change is undone: choose a password with the link in the mail that followed.',
      otherwise: 'If not, write to the people behind this service, and show them the mail.',
    });
  }
  // Whether the account has one is nobody's to know before the button is pressed.
  const asksForFactor =
    problem !== undefined && (factorProblems.has(problem.problem) || 'second_factor' in given);
  return {
    heading: 'Undo the change',
    hasFailed: problem !== undefined,
    content: (
      <>
        <p>
          Press the button, and your account is as it was before the change that the mail is about: its
          address, its second factor, its passkeys and the accounts elsewhere that open it. Every device is
          then signed out, and the password does not work any more: we send a mail with which you choose a new
          one.
        </p>
        <GrantForm
          action={path}
          button="Undo the change"
          fields={asksForFactor ? [factorField] : []}
          token={token}
          given={given}
          problem={problem}
        />
      </>
    ),
  };
}

const factorProblems: ReadonlySet<string> = new Set(['second-factor-required', 'invalid-second-factor']);

const factorField: Field = {
  name: 'second_factor',
  label: 'Code of your authenticator app',
  hint: 'Six digits; or one of the recovery codes that you have written down.',
  autocomplete: 'one-time-code',
};

const undone = (): Page => ({
  isResult: true,
  heading: 'The change is undone',
  content: <p>Every device is signed out. A mail with a link for a new password is on its way to you.</p>,
});
