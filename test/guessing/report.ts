// What an attack prints: its figures, and whether each bound of the rules held. A broken one is the run's exit code.

import type { Answer } from './post.ts';

export function report(title: string, figures: object, bounds: Record<string, boolean>): void {
  console.log(`\n${title}`);
  console.table(figures);
  for (const [bound, holds] of Object.entries(bounds)) {
    console.log(`${holds ? 'holds ' : 'BROKEN'} ${bound}`);
    if (!holds) process.exitCode = 1;
  }
}

/** `401 invalid-credentials`. */
export function nameOf({ status, body }: Answer): string {
  return `${status} ${/problems\/([a-z-]+)/.exec(body)?.[1] ?? ''}`.trim();
}

/** How many of each: a 503 is no answer to a guess, and stands apart. */
export function answersByName(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const name = `answered ${nameOf(answer)}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
