// Renders a letter with what it needs to know, in somebody's language: what a mail is but for its recipient.

import type { Speech } from '../words/speech.ts';
import type { MailSentences } from '../words/words.ts';
import { harmless } from './harmless.ts';
import { renderHtml } from './layout.tsx';
import type { Content, Message } from './letter.ts';
import { letters, type MailInputs, type MailKind } from './letters.ts';
import { renderText } from './plain-text.ts';

/** So that the compiler sees that a letter and the input of the same kind fit. */
const lettersByKind: {
  readonly [Kind in MailKind]: { content(input: MailInputs[Kind], speech: Speech): Content };
} = letters;

export function renderMail<Kind extends MailKind>(kind: Kind, input: MailInputs[Kind], speech: Speech) {
  const message = messageOf(kind, lettersByKind[kind].content(input, speech), speech);
  return {
    replyTo: speech.brand.supportEmail,
    language: speech.language,
    subject: message.subject,
    html: renderHtml(message, speech),
    text: renderText(message, speech),
  };
}

/** The sentences of the kind, filled with the content. */
function messageOf(kind: MailKind, content: Content, speech: Speech): Message {
  const { words, brand } = speech;
  const { mail, mails } = words;
  const { sentences = kind, facts = [], link, code, validForSeconds } = content;
  const { subject, preview, heading, opening, action, closing, reason }: MailSentences = mails[sentences];
  const duration = validForSeconds === undefined ? undefined : speech.duration(validForSeconds);
  const say = (sentence: string) => speech.say(sentence, { duration });
  const name = harmless(content.name ?? '');
  return {
    subject: say(subject),
    preview: say(preview),
    heading: say(heading),
    greeting: name ? speech.say(mail.greeting, { name }) : mail.greetingWithoutName,
    opening: say(opening),
    facts,
    action:
      link !== undefined && action !== undefined
        ? { label: say(action), link, writtenOut: mail.writtenOut }
        : undefined,
    oneTime:
      code === undefined
        ? undefined
        : {
            introduction: action === undefined ? mail.code : mail.orCode,
            code,
            validity: say(action === undefined ? mail.codeValidity : mail.linkOrCodeValidity),
          },
    closing: say(closing),
    reason: say(reason),
    questions: brand.supportEmail === undefined ? undefined : words.questions,
  };
}
