// The form behind a mailed link: a button that uses the link's token, and the fields beside it.

import type { Child } from 'hono/jsx';
import type { Config } from '../environment.ts';
import type { Problem, ProblemName } from '../problems.ts';
import type { Speech } from '../words/speech.ts';
import type { Words } from '../words/words.ts';
import { type Field, FormField } from './form-field.tsx';
import { type Given, ToTheApp } from './page.tsx';
import type { Page } from './page-layout.tsx';
import { pageScript } from './page-script.ts';
import { explained } from './problem-response.ts';

/**
 * A form that posts the token. CSRF: there is no token against it, since the form is authorised by the mailed secret
 * and by no cookie. Another site that could fill it in would have that secret, and would not need anybody's browser.
 *
 * `novalidate`: what is missing is said by the page, in its own language, as whatever else is wrong.
 */
function TokenForm({
  action,
  button,
  token,
  speech: { language, words },
  children,
}: {
  readonly action: string;
  readonly button: string;
  readonly token: string;
  readonly speech: Speech;
  readonly children?: Child;
}) {
  return (
    <form method="post" action={`${action}?ui_locales=${language}`} novalidate>
      <input type="hidden" name="token" value={token} />
      {children}
      <button type="submit" class="act">
        {button}
      </button>
      <p class="unseen" role="status" data-waiting={words.pages.waiting} />
      <script dangerouslySetInnerHTML={{ __html: pageScript }} />
    </form>
  );
}

/** Posts to the page's own path. */
export function GrantForm({
  fields = [],
  given,
  problem,
  minimumLength,
  ...form
}: {
  readonly action: string;
  readonly button: string;
  /** Beside the token. */
  readonly fields?: readonly Field[];
  readonly token: string;
  readonly given: Given;
  readonly problem: Problem | undefined;
  readonly speech: Speech;
  readonly minimumLength: number;
}) {
  const { words } = form.speech;
  const faults = problem ? faultsOf(problem, given, words, minimumLength) : {};
  const faulty = fields.filter(({ name }) => faults[name]);
  return (
    <TokenForm {...form}>
      {problem && faulty.length === 0 && (
        <p class="bad" role="alert" tabindex={-1} autofocus>
          {words.pages.faults[reasons[problem.problem] ?? 'other']}
        </p>
      )}
      {problem && faulty.length > 1 && (
        <p class="bad" role="alert">
          {words.problems[problem.problem]}
        </p>
      )}
      {fields.map((field, at) => (
        <FormField
          {...field}
          value={given[field.name]}
          fault={faults[field.name]}
          isFirstFault={field === faulty[0]}
          isLast={at === fields.length - 1}
          speech={form.speech}
        />
      ))}
    </TokenForm>
  );
}

/** For a link that is cut off, or not one of this page. */
export function brokenLink({ words }: Speech, { hasCode = true } = {}): Page {
  const { heading, opening, orCode } = words.pages.brokenLink;
  const content = (
    <>
      <p>{opening}</p>
      {hasCode && <p>{orCode}</p>}
    </>
  );
  return { isResult: true, hasFailed: true, heading, content };
}

/** For a complete link that is used, expired or superseded. */
export function uselessLink(
  speech: Speech,
  {
    lifetimeSeconds,
    ifUsed,
    otherwise,
    another,
    config,
  }: {
    readonly lifetimeSeconds: number;
    /** What a person reads who has pressed the button before. */
    readonly ifUsed: string;
    readonly otherwise?: string;
    /** Where another mail can be had, and for which token. */
    readonly another?: { readonly action: string; readonly token: string };
    readonly config: Config;
  },
): Page {
  const { heading, opening, anotherMail } = speech.words.pages.uselessLink;
  const content = (
    <>
      <p>{speech.say(opening, { duration: speech.duration(lifetimeSeconds) })}</p>
      <p>{ifUsed}</p>
      {otherwise && <p>{otherwise}</p>}
      {another && <TokenForm {...another} button={anotherMail} speech={speech} />}
      <ToTheApp {...config} speech={speech} isQuiet={another !== undefined} />
    </>
  );
  return { isResult: true, hasFailed: true, heading, content };
}

/** Errors that are of no field. */
const reasons: Partial<Record<ProblemName, keyof Words['pages']['faults']>> = {
  'second-factor-required': 'secondFactorRequired',
  'invalid-second-factor': 'invalidSecondFactor',
  'sign-up-closed': 'signUpClosed',
  'too-many-requests': 'tooManyRequests',
};

/** By field, in words for the person. */
function faultsOf(
  problem: Problem,
  given: Given,
  words: Words,
  minimumLength: number,
): Record<string, string | undefined> {
  const { errors = [] } = explained(problem, words, minimumLength);
  const pointed = errors.map(({ pointer, detail }) => [pointer.slice(1), detail] as const);
  if (problem.problem !== 'validation-failed') return Object.fromEntries(pointed);
  const faulty = new Set<string>(pointed.map(([name]) => name));
  const { nameFault: name, passwordFault: password, secondFactorFault: second_factor } = words.pages.fields;
  return Object.fromEntries(
    Object.entries({ name, password, second_factor }).filter(([name]) => faulty.has(name) || !given[name]),
  );
}
