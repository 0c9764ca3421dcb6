// The project's documents, for tests that look whether they are true.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = fileURLToPath(new URL('../..', import.meta.url));

export const textOf = (path: string) => readFileSync(join(project, path), 'utf8');

/** Paths of every document, but for those of packages and of what is made. */
export function documents(): string[] {
  const made = ['**/node_modules', 'dist', 'src/client/dist', '.latchkey', '.wrangler', '.git'];
  return globSync(['**/*.md', '.github/**/*.md'], { cwd: project, exclude: made });
}

/** From a heading of the second level to the next one. */
export function section(text: string, heading: string): string {
  return text.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`)) ?? '';
}

/** The cells of each row of a text's tables, without heads. */
export function rowsIn(text: string): string[][] {
  return text
    .split('\n')
    .filter((line, index, lines) => line.startsWith('|') && !/^\| ?-/.test(lines[index + 1] ?? ''))
    .filter((line) => !/^\| ?-/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** As GitHub makes them from headings. */
export function anchorsIn(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}
