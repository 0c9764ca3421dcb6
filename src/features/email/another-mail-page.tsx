// POST /send-another: the button on the page of a link that does not work any more. Whoever has copied the old link wins nothing by it
// but that its owner gets a mail, within the allowance of the address.

import { withinLimit } from '../../authentication/limits.ts';
import { digestOf } from '../../encoding.ts';
import type { Config } from '../../environment.ts';
import { endpoint } from '../../http/endpoint.ts';
import { brokenLink, GrantForm } from '../../http/grant-form.tsx';
import { type Given, page, problemsAsPages, speechFor } from '../../http/page.tsx';
import type { Page } from '../../http/page-layout.tsx';
import { localeOf } from '../../http/request-metadata.ts';
import { Problem } from '../../problems.ts';
import { isToken } from '../../tokens/one-time.ts';
import type { Speech } from '../../words/speech.ts';
import { anotherMailPath, pageDefinitions } from './page-definitions.ts';
import { resendMail } from './resend-statements.ts';

/** Of an undo no other mail is to be had: it went to an address that is the account's no more. */
const purposeOf = (token: string | undefined) =>
  (['register', 'change-email', 'reset-password'] as const).find((purpose) => isToken(token, purpose));

export const anotherMailPage = endpoint(
  pageDefinitions.anotherMailPage,
  (dependencies) =>
    async ({ context }) => {
      const speech = await speechFor(context, dependencies);
      return page(context, speech, brokenLink(speech, { hasCode: false }));
    },
);

export const anotherMailForm = endpoint(
  {
    ...pageDefinitions.anotherMailForm,
    around: (dependencies) => problemsAsPages(dependencies, formPage),
  },
  (dependencies) => {
    const { config, database, limits, now, newId } = dependencies;

    return async ({ context, body: { token } }) => {
      const purpose = purposeOf(token);
      if (!purpose) throw new Problem('invalid-token');
      const tokenHash = await digestOf(token);
      await withinLimit(limits.address, `mail ${tokenHash}`);
      const mail = await resendMail(
        database,
        { tokenHash },
        {
          purpose,
          deviceId: null,
          locale: localeOf(context),
          newId: newId(),
          callHash: null,
          now: now(),
          signUp: config.signUp,
        },
      );
      if (mail) context.set('mailIsDue', true);
      const speech = await speechFor(context, dependencies);
      return page(context, speech, sent(speech));
    };
  },
);

/** User enumeration: it says the same whatever was found. */
const sent = ({ words }: Speech): Page => {
  const { sent, sentNext } = words.pages.uselessLink;
  return { isResult: true, heading: sent, content: <p>{sentNext}</p> };
};

const formPage =
  (speech: Speech, config: Config) =>
  (given: Given, problem: Problem): Page => {
    const { token = '' } = given;
    if (!purposeOf(token)) return brokenLink(speech, { hasCode: false });
    const { heading, anotherMail } = speech.words.pages.uselessLink;
    return {
      heading,
      hasFailed: true,
      content: (
        <GrantForm
          action={anotherMailPath}
          button={anotherMail}
          token={token}
          given={given}
          problem={problem}
          speech={speech}
          minimumLength={config.passwordMinimumLength}
        />
      ),
    };
  };
