// GET /undo-email-change shows a button and changes nothing, since mail scanners open links. POST /undo-email-change
// is the button.

import type { Config } from '../../environment.ts';
import { endpoint } from '../../http/endpoint.ts';
import { secondFactor } from '../../http/form-field.tsx';
import { brokenLink, GrantForm, uselessLink } from '../../http/grant-form.tsx';
import { type Given, page, problemsAsPages, speechFor } from '../../http/page.tsx';
import type { Page } from '../../http/page-layout.tsx';
import { undoSeconds } from '../../lifetimes.ts';
import type { Problem } from '../../problems.ts';
import { isToken } from '../../tokens/one-time.ts';
import type { Speech } from '../../words/speech.ts';
import { pageDefinitions } from './page-definitions.ts';
import { undoChange } from './undo-change.ts';

const path = '/undo-email-change';

export const undoPage = endpoint(pageDefinitions.undoPage, (dependencies) => async ({ context }) => {
  const speech = await speechFor(context, dependencies);
  return page(context, speech, formPage(speech, dependencies.config)({ token: context.req.query('token') }));
});

export const undoForm = endpoint(
  {
    ...pageDefinitions.undoForm,
    around: (dependencies) => problemsAsPages(dependencies, formPage),
  },
  (dependencies) =>
    async ({ context, body: { token, second_factor } }) => {
      await undoChange(context, dependencies, token, second_factor ?? {});
      const speech = await speechFor(context, dependencies);
      return page(context, speech, undone(speech));
    },
);

/** The form, at first or again after a problem. */
const formPage =
  (speech: Speech, config: Config) =>
  (given: Given, problem?: Problem): Page => {
    const { token } = given;
    const { undo } = speech.words.pages;
    if (!isToken(token, 'undo-email-change')) return brokenLink(speech, { hasCode: false });
    if (problem?.problem === 'invalid-token') {
      return uselessLink(speech, {
        lifetimeSeconds: undoSeconds,
        ifUsed: undo.ifUsed,
        otherwise: undo.otherwise,
        config,
      });
    }
    // Whether the account has one is nobody's to know before the button is pressed.
    const asksForFactor =
      problem !== undefined && (factorProblems.has(problem.problem) || 'second_factor' in given);
    return {
      heading: undo.heading,
      hasFailed: problem !== undefined,
      content: (
        <>
          <p>{undo.opening}</p>
          <GrantForm
            action={path}
            button={undo.button}
            fields={asksForFactor ? [secondFactor(speech)] : []}
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

const factorProblems: ReadonlySet<string> = new Set(['second-factor-required', 'invalid-second-factor']);

const undone = ({ words }: Speech): Page => ({
  isResult: true,
  isDone: true,
  heading: words.pages.undo.undone,
  content: <p>{words.pages.undo.undoneNext}</p>,
});
