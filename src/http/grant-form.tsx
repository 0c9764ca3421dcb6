// The form behind a mailed link: a button that uses the link's token, and the fields beside it.

import { duration } from '../mail/phrases.ts';
import type { Problem, ProblemName } from '../problems.ts';
import type { Given, Page } from './page.tsx';

export type Field = {
  readonly name: 'name' | 'password' | 'second_factor';
  readonly label: string;
  readonly hint?: string;
  readonly type?: 'password';
  readonly autocomplete: string;
};

/** The field for a first or another password. */
export function newPassword(label: string, minimumLength: number): Field {
  return {
    name: 'password',
    label,
    hint: `At least ${minimumLength} characters. A few unrelated words will do.`,
    type: 'password',
    autocomplete: 'new-password',
  };
}

/** The error beside a field that is missing or malformed. */
const faultByField: Record<string, string> = {
  name: 'Type your name, on one line and with at most 100 characters.',
  password: 'Choose a password.',
  second_factor: 'Type the six digits of the app, or one of the recovery codes.',
};

/** Errors that are of no field. */
const reasons: Partial<Record<ProblemName, string>> = {
  'second-factor-required': 'This takes your second factor, too.',
  'invalid-second-factor': 'That code is wrong, or was used before. Type a new one.',
  'sign-up-closed': 'New accounts are not taken here any more, or not with this address.',
  'too-many-requests': 'That was too often. Wait a minute, then press the button again.',
};
const otherReason = 'We cannot do this at the moment. Wait a few seconds, then press the button again.';

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
}: {
  readonly action: string;
  readonly button: string;
  /** Beside the token. */
  readonly fields?: readonly Field[];
  readonly token: string;
  readonly given: Given;
  readonly problem: Problem | undefined;
}) {
  const faults = problem ? faultsOf(problem, given) : {};
  const first = fields.find(({ name }) => faults[name]);
  return (
    <form method="post" action={action}>
      {problem && !first && (
        <p class="bad" role="alert" tabindex={-1} autofocus>
          {reasons[problem.problem] ?? otherReason}
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
export function brokenLink({ hasCode = true } = {}): Page {
  return {
    isResult: true,
    hasFailed: true,
    heading: 'Part of the link is missing',
    content: (
      <>
        <p>Open the link from the mail once more, or copy the whole of it into the address bar.</p>
        {hasCode && <p>In the app you can type the code from the same mail instead.</p>}
      </>
    ),
  };
}

/** For a complete link that is used, expired or superseded. */
export function uselessLink({
  lifetimeSeconds,
  ifUsed,
  otherwise = 'If not, ask for a new mail where you asked for this one.',
}: {
  readonly lifetimeSeconds: number;
  /** What a person reads who has pressed the button before. */
  readonly ifUsed: string;
  readonly otherwise?: string;
}): Page {
  return {
    isResult: true,
    hasFailed: true,
    heading: 'This link does not work any more',
    content: (
      <>
        <p>
          {`It has been used, it is older than ${duration(lifetimeSeconds)}, or the link of another mail was used instead.`}
        </p>
        <p>{ifUsed}</p>
        <p>{otherwise}</p>
      </>
    ),
  };
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

/** By field, in words for the person. */
function faultsOf({ problem, details }: Problem, given: Given): Record<string, string | undefined> {
  const pointed = (details.errors ?? []).map(
    ({ pointer, detail }) => [pointer.slice(1), detail] as [string, string],
  );
  if (problem !== 'validation-failed') return Object.fromEntries(pointed);
  const faulty = new Set(pointed.map(([name]) => name));
  return Object.fromEntries(
    Object.entries(faultByField).filter(([name]) => faulty.has(name) || !given[name]),
  );
}
