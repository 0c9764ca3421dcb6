// A letter as plain text, written to be read: short paragraphs, links and codes alone on their line.

import { codeIntroduction, greeting, type Letter, validity } from './letter.ts';

export function renderText(letter: Letter): string {
  const { facts, action } = letter;
  const paragraphs = [
    greeting(letter),
    letter.opening,
    facts?.map(([label, value]) => `${label}: ${value}`).join('\n'),
    action && `${action.label}:\n${action.link}`,
    action?.oneTime && `${codeIntroduction}\n\n    ${action.oneTime.code}`,
    action?.oneTime && validity(action.oneTime.validForSeconds),
    letter.closing,
    `--\n${letter.reason}`,
  ];
  return `${paragraphs.filter(Boolean).join('\n\n')}\n`;
}
