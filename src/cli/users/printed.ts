// Text for people and JSON for scripts. Terminal injection: what is stored was written by strangers, and an escape sequence among
// it could hide a line or type one, so nothing that is no visible character reaches the terminal as it is.

/**
 * Controls (C0, C1, DEL), line and paragraph separators, lone surrogates, and format characters that reorder or hide what is
 * around them. Joiners stay: scripts and emoji need them.
 */
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;

/** One line. */
export function safeLine(text: string): string {
  return text.replace(invisible, escaped);
}

/** Lines of ours; and JSON, which stays the same value. */
export function safeLines(text: string): string {
  return text.split('\n').map(safeLine).join('\n');
}

export function asJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** As JSON writes it. */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}

export type Cell = string | number | boolean | null | undefined;

/** Aligned columns under their headings. A cell is cut where it would push the others off the screen. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const written = [headings, ...rows].map((row) => row.map((cell) => cut(textOf(cell))));
  const widths = headings.map((_, column) => Math.max(...written.map((row) => width(row[column] ?? ''))));
  return written
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A line for each that has a value. */
export function list(entries: readonly (readonly [string, Cell])[]): string {
  const shown = entries.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const widest = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(widest)}  ${safeLine(textOf(value))}`).join('\n');
}

function textOf(cell: Cell): string {
  if (cell === true) return 'yes';
  if (cell === false) return 'no';
  return safeLine(String(cell ?? ''));
}

const widest = 60;

function cut(text: string): string {
  if (width(text) <= widest) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (width(kept + segment) > widest - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

const graphemes = new Intl.Segmenter();
/** Two columns in a terminal: East Asian wide characters and emoji (UAX #11), nearly. */
const wide =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}|^[\u{20000}-\u{3fffd}]/u;

function width(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

/** `2026-11-28 09:12:00 UTC`: a support case is told across time zones. */
export function moment(time: string | null | undefined): string {
  return time ? `${time.slice(0, 19).replace('T', ' ')} UTC` : '';
}
