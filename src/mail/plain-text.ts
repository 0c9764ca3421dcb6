// Plain-text rendering: short paragraphs, and a line of its own for a link and for a code.

import type { Words } from './letter.ts';
import { codeIntroduction, greeting, validity } from './phrases.ts';

export function renderText(words: Words): string {
  const { facts, action, oneTime } = words;
  const paragraphs = [
    greeting(words),
    words.opening,
    facts?.map(([label, value]) => `${label}: ${value}`).join('\n'),
    action && `${action.label}:\n${action.link}`,
    oneTime && `${codeIntroduction(words)}\n\n    ${oneTime.code}`,
    oneTime && validity(words, oneTime),
    words.closing,
    `--\n${words.reason}`,
  ];
  return `${paragraphs.filter(Boolean).join('\n\n')}\n`;
}
