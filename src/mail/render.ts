// Renders a letter with what it needs to know: subject, HTML and plain text.

import { renderHtml } from './layout.tsx';
import type { Words } from './letter.ts';
import { letters, type MailInputs, type MailKind } from './letters.ts';
import { renderText } from './plain-text.ts';

/** So that the compiler sees that a letter and the input of the same kind fit. */
const lettersByKind: { readonly [Kind in MailKind]: { words(input: MailInputs[Kind]): Words } } = letters;

export function renderMail<Kind extends MailKind>(kind: Kind, input: MailInputs[Kind]) {
  const words = lettersByKind[kind].words(input);
  return { subject: words.subject, html: renderHtml(words), text: renderText(words) };
}
