// Words of a stranger, in a mail of ours.

/**
 * Sanitizes text that a stranger may have chosen: anybody can open an account in somebody else's name.
 * What is left is one short line, without control or bidirectional characters and without anything that a mail
 * program would turn into a link.
 */
export function harmless(words: string): string {
  const line = words
    .replace(/[\s[\p{C}--[\u200c\u200d]]]+/gv, ' ') // all but the joiners that Persian words and emoji are made with
    .replace(/:\/\//g, ' ')
    .replace(/\.(?=[\p{L}\p{N}]*\p{L})/gu, '. ')
    .replace(/@/g, ' at ')
    .trim();
  const characters = [...line];
  return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : line;
}
