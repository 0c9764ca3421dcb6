// The form behind a mailed link: a button that uses the link's token, and the fields beside it.

import type { Problem, ProblemName } from '../problems.ts';
import type { Speech } from '../words/speech.ts';
import type { Words } from '../words/words.ts';
import type { Given, Page } from './page.tsx';
import { explained } from './problem-response.ts';

export type Field = {
  readonly name: 'name' | 'password' | 'second_factor';
  readonly label: string;
  readonly hint?: string;
  readonly type?: 'password';
  readonly autocomplete: string;
};

/** The field for a first or another password. */
export function newPassword(label: string, { say, words }: Speech, minimum: number): Field {
  const hint = say(words.pages.fields.passwordHint, { minimum });
  return { name: 'password', label, hint, type: 'password', autocomplete: 'new-password' };
}

/**
 * Posts to the page's own path. CSRF: there is no token against it, since the form is authorised by the mailed secret
 * and by no cookie. Another site that could fill it in would have that secret, and would not need anybody's browser.
 */
export function GrantForm({
  action,
  button,
  fields = [],
  token,
  given,
  problem,
  speech,
  minimumLength,
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
  const { words, language } = speech;
  const faults = problem ? faultsOf(problem, given, words, minimumLength) : {};
  const first = fields.find(({ name }) => faults[name]);
  return (
    <form method="post" action={`${action}?ui_locales=${language}`}>
      {problem && !first && (
        <p class="bad" role="alert" tabindex={-1} autofocus>
          {words.pages.faults[reasons[problem.problem] ?? 'other']}
        </p>
      )}
      <input type="hidden" name="token" value={token} />
      {fields.map((field) => (
        <Labelled
          {...field}
          value={field.type === 'password' ? undefined : given[field.name]}
          fault={faults[field.name]}
          autofocus={field === first}
        />
      ))}
      <button type="submit">{button}</button>
    </form>
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
  { say, duration, words }: Speech,
  {
    lifetimeSeconds,
    ifUsed,
    otherwise = words.pages.uselessLink.otherwise,
  }: {
    readonly lifetimeSeconds: number;
    /** What a person reads who has pressed the button before. */
    readonly ifUsed: string;
    readonly otherwise?: string;
  },
): Page {
  const { heading, opening } = words.pages.uselessLink;
  const content = (
    <>
      <p>{say(opening, { duration: duration(lifetimeSeconds) })}</p>
      <p>{ifUsed}</p>
      <p>{otherwise}</p>
    </>
  );
  return { isResult: true, hasFailed: true, heading, content };
}

function Labelled({
  name,
  label,
  hint,
  fault,
  ...input
}: Field & { value: string | undefined; fault: string | undefined; autofocus: boolean }) {
  const note = fault ?? hint;
  return (
    <>
      <label for={name}>{label}</label>
      {note && (
        <small id={`${name}-note`} class={fault && 'bad'}>
          {note}
        </small>
      )}
      <input
        id={name}
        name={name}
        required
        aria-describedby={note && `${name}-note`}
        aria-invalid={fault && 'true'}
        {...input}
        {...(input.type === 'password' && { autocapitalize: 'none', spellcheck: false })}
      />
    </>
  );
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
