// A field of a page's form: what it asks for, what is wrong with it, and what a browser and a password manager make of it.

import type { Speech } from '../words/speech.ts';

export type Field = {
  readonly name: 'name' | 'password' | 'second_factor';
  readonly label: string;
  readonly hint?: string;
  /** Of the `input`. */
  readonly attributes: Readonly<Record<string, string | boolean>>;
};

const asTyped = { autocapitalize: 'none', autocorrect: 'off', spellcheck: 'false' };

export function yourName({ words }: Speech): Field {
  const attributes = { autocomplete: 'name', autocapitalize: 'words', spellcheck: 'false' };
  return { name: 'name', label: words.pages.fields.name, attributes };
}

/** The field for a first or another password. */
export function newPassword(label: string, { say, words }: Speech, minimum: number): Field {
  const attributes = {
    ...asTyped,
    type: 'password',
    autocomplete: 'new-password',
    // For the passwords that Apple's devices suggest (developer.apple.com/password-rules).
    passwordrules: `minlength: ${minimum};`,
  };
  return { name: 'password', label, hint: say(words.pages.fields.passwordHint, { minimum }), attributes };
}

/** Digits of an app, or a recovery code, which has letters: a keyboard of digits alone would keep those out. */
export function secondFactor({ words }: Speech): Field {
  const { secondFactor: label, secondFactorHint: hint } = words.pages.fields;
  const attributes = {
    ...asTyped,
    autocomplete: 'one-time-code',
    inputmode: 'text',
    autocapitalize: 'characters',
  };
  return { name: 'second_factor', label, hint, attributes };
}

export function FormField({
  name,
  label,
  hint,
  attributes,
  value,
  fault,
  isFirstFault,
  isLast,
  speech: { words },
}: Field & {
  readonly value: string | undefined;
  readonly fault: string | undefined;
  /** Which has the focus. */
  readonly isFirstFault: boolean;
  readonly isLast: boolean;
  readonly speech: Speech;
}) {
  const isPassword = attributes['type'] === 'password';
  const note = fault ?? hint;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {note && (
        <small id={`${name}-note`} class={fault && 'bad'}>
          {note}
        </small>
      )}
      <div class="box">
        <input
          id={name}
          name={name}
          required
          aria-describedby={note && `${name}-note`}
          // Said as it is: else a screen reader calls whatever is required and empty wrong.
          aria-invalid={fault ? 'true' : 'false'}
          autofocus={isFirstFault}
          enterkeyhint={isLast ? 'go' : 'next'}
          {...attributes}
          {...(!isPassword && { value })}
        />
        {isPassword && <ShowPassword {...words.pages} />}
      </div>
      {isPassword && <small class="note" role="status" data-caps={words.pages.capsLock} />}
    </div>
  );
}

/** The script brings it out and says what it does. */
function ShowPassword({
  showPassword,
  hidePassword,
}: Pick<Speech['words']['pages'], 'showPassword' | 'hidePassword'>) {
  return (
    <button
      type="button"
      class="eye"
      hidden
      aria-label={showPassword}
      data-show={showPassword}
      data-hide={hidePassword}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z" />
        <circle cx="12" cy="12" r="2.75" />
        <path class="lid" d="m4 4 16 16" />
      </svg>
    </button>
  );
}
