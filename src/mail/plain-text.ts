// Plain-text rendering: short paragraphs, and a line of its own for a link and for a code.

import type { Speech } from '../words/speech.ts';
import type { Message } from './letter.ts';

export function renderText(message: Message, { say, words }: Speech): string {
  const { facts, action, oneTime } = message;
  const paragraphs = [
    message.greeting,
    message.opening,
    facts.map(([label, value]) => `${label} ${say('{value}', { value })}`).join('\n'),
    action && `${say(words.mail.label, { label: action.label })}\n${action.link}`,
    oneTime && `${oneTime.introduction}\n\n    ${oneTime.code}`,
    oneTime?.validity,
    message.closing,
    `--\n${[message.reason, message.questions].filter(Boolean).join('\n')}`,
  ];
  return `${paragraphs.filter(Boolean).join('\n\n')}\n`;
}
