// Fields of forms, each with its label.

import { button, type Child, element } from './elements.ts';

let made = 0;

/** A field below its label, with a hint that a screen reader says after the label. */
export function labelled(
  label: string,
  field: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement,
  hint?: Child,
): HTMLDivElement {
  made += 1;
  field.id ||= `field-${made}`;
  if (hint) field.setAttribute('aria-describedby', `hint-${made}`);
  return element(
    'div',
    { class: 'field' },
    element('label', { for: field.id }, label),
    field,
    hint ? element('small', { id: `hint-${made}` }, hint) : null,
  );
}

export const input = (attributes: Record<string, string | boolean>): HTMLInputElement =>
  element('input', { type: 'text', spellcheck: 'false', ...attributes });

export function choice(
  options: Readonly<Record<string, string>>,
  chosen = '',
  attributes: Record<string, string> = {},
): HTMLSelectElement {
  const select = element(
    'select',
    attributes,
    ...Object.entries(options).map(([value, label]) => element('option', { value }, label)),
  );
  select.value = chosen;
  return select;
}

export type CodeField = {
  readonly node: HTMLElement;
  /** As the calls take it. */
  value(): { readonly totp: string } | { readonly recovery_code: string };
  again(): void;
};

/** The code of an authenticator app or, where the phone is lost, a recovery code. */
export function codeField(): CodeField {
  let isRecovery = false;
  const field = input({
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    required: true,
    autocapitalize: 'off',
  });
  const node = labelled('Code from your authenticator app', field);
  const label = node.querySelector('label');
  const other = button('Use a recovery code', {
    class: 'quiet',
    click: () => {
      isRecovery = !isRecovery;
      if (label) label.textContent = isRecovery ? 'Recovery code' : 'Code from your authenticator app';
      field.inputMode = isRecovery ? 'text' : 'numeric';
      field.autocomplete = isRecovery ? 'off' : 'one-time-code';
      other.textContent = isRecovery ? 'Use the authenticator app' : 'Use a recovery code';
      field.value = '';
      field.focus();
    },
  });
  node.append(other);
  return {
    node,
    value: () =>
      isRecovery ? { recovery_code: field.value.trim() } : { totp: field.value.replace(/\s/g, '') },
    again: () => {
      field.value = '';
      field.focus();
    },
  };
}

export type Message = { readonly node: HTMLParagraphElement; say(text: string): void };

/** Why a form was refused: said at once. */
export function message(): Message {
  const node = element('p', { role: 'alert', class: 'message' });
  return {
    node,
    say: (text) => {
      node.textContent = text;
    },
  };
}

/** A form that is sent once at a time, and says why it was refused. @returns the form, its button last but for what follows. */
export function form(
  {
    send,
    sent,
    refused,
  }: {
    readonly send: (submit: HTMLButtonElement) => Promise<void>;
    readonly sent: HTMLButtonElement;
    readonly refused: (error: unknown) => void;
  },
  attributes: Record<string, string>,
  ...children: readonly Child[]
): HTMLFormElement {
  return element(
    'form',
    {
      ...attributes,
      submit: async (event) => {
        event.preventDefault();
        if (sent.getAttribute('aria-disabled') === 'true') return;
        // Not `disabled`: that would take the focus from who works by keyboard.
        sent.setAttribute('aria-disabled', 'true');
        try {
          await send(sent);
        } catch (error) {
          refused(error);
        } finally {
          sent.removeAttribute('aria-disabled');
        }
      },
    },
    ...children.filter((child) => child !== undefined),
  );
}
