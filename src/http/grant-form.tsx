// The form that spends what a mail granted: a button for the link's token, or the address and the code of the same mail.

import { duration } from '../mail/letter.ts';
import type { Problem, ProblemName } from '../problems.ts';
import type { Given, Page } from './page.tsx';

type Field = {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly type?: 'email' | 'password';
  readonly autocomplete: string;
  readonly inputmode?: 'numeric';
};

const grantFields: readonly Field[] = [
  { name: 'email', label: 'Email address', type: 'email', autocomplete: 'username' },
  {
    name: 'code',
    label: 'Code',
    hint: 'The 6 digits in the mail.',
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
  },
];

/** What to say beside a field that is missing or malformed. */
const faultByField: Record<string, string> = {
  email: 'Type the address that the mail was sent to, such as ada@example.com.',
  code: 'Type the 6 digits in the mail.',
  password: 'Choose a password.',
};

const wrongCode =
  'This code does not fit the address, or it is used or too old. Only the newest mail counts.';

/** What no field is to blame for. */
const reasons: Partial<Record<ProblemName, string>> = {
  'too-many-requests': 'That was too often. Wait a minute, then press the button again.',
};
const otherReason = 'We cannot do this at the moment. Wait a few seconds, then press the button again.';

/** 256 bits in base64url: what a mail program has cut off is seen without asking the database. */
export function isWholeToken(text: string | undefined): text is string {
  return text !== undefined && /^[\w-]{43}$/.test(text);
}

/**
 * Posts to the page's own path. There is no CSRF token: no cookie gives this form its power, and whoever could fill it in
 * from another site holds the mailed secret and needs nobody's browser to use it.
 */
export function GrantForm({
  action,
  button,
  fields = [],
  given,
  problem,
}: {
  readonly action: string;
  readonly button: string;
  /** What is asked for beside the grant. */
  readonly fields?: readonly Field[];
  readonly given: Given;
  readonly problem: Problem | undefined;
}) {
  const { token } = given;
  const shown = isWholeToken(token) ? fields : [...grantFields, ...fields];
  const faults = problem ? faultsOf(problem, given) : {};
  const first = shown.find(({ name }) => faults[name]);
  return (
    <form method="post" action={action}>
      {!isWholeToken(token) && (
        <p>
          {token === undefined
            ? 'Type your address and the code from the mail.'
            : 'Part of the link is missing. Type your address and the code from the same mail instead.'}
        </p>
      )}
      {problem && !first && (
        <p class="bad" role="alert" tabindex={-1} autofocus>
          {reasons[problem.problem] ?? otherReason}
        </p>
      )}
      {isWholeToken(token) && <input type="hidden" name="token" value={token} />}
      {shown.map((field) => (
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

/** The answer to a link that was whole and grants nothing. */
export function uselessLink({
  action,
  lifetimeSeconds,
  ifUsed,
}: {
  readonly action: string;
  readonly lifetimeSeconds: number;
  /** What holds for who has pressed the button before. */
  readonly ifUsed: string;
}): Page {
  return {
    isResult: true,
    failed: true,
    heading: 'This link does not work any more',
    content: (
      <>
        <p>
          {`It has been used, it is older than ${duration(lifetimeSeconds)}, or a newer mail has replaced it.`}
        </p>
        <p>{ifUsed}</p>
        <p>
          If not, ask for a new mail where you asked for this one, and use the link in it or{' '}
          <a href={action}>type its code</a>.
        </p>
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
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={note && `${name}-note`}
        aria-invalid={fault && 'true'}
        {...input}
      />
    </>
  );
}

/** In words for the person, by field. */
function faultsOf({ problem, details }: Problem, given: Given): Record<string, string | undefined> {
  if (problem === 'invalid-token') return { code: wrongCode };
  const pointed = (details.errors ?? []).map(
    ({ pointer, detail }) => [pointer.slice(1), detail] as [string, string],
  );
  if (problem !== 'validation-failed') return Object.fromEntries(pointed);
  const faulty = new Set(pointed.map(([name]) => name));
  return Object.fromEntries(
    Object.entries(faultByField).filter(([name]) => faulty.has(name) || !given[name]),
  );
}
