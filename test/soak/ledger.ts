// What was acknowledged, what happened when, and what of it broke a promise. Nothing in it is a secret: it is printed.

export type Violation = { readonly invariant: string; readonly about: string; readonly line: number };

export type Ledger = {
  /** Addresses whose registration was acknowledged, by the kind of mail that each of their requests must lead to. */
  readonly registered: Set<string>;
  /** Addresses whose proof was acknowledged: each has an account. */
  readonly proven: Set<string>;
  readonly askedForReset: Set<string>;
  readonly deleted: Set<string>;
  /** Accounts whose deletion was asked for without an answer: nobody knows. */
  readonly uncertain: Set<string>;
  /** Content, which no two posts have in common, by id. */
  readonly posts: Map<string, { readonly author: string; readonly content: string }>;
  readonly deletedPosts: Set<string>;
  /** By session id: what was acknowledged to have ended it. */
  readonly ended: Map<string, string>;
  readonly violations: Violation[];
  /** Counts one more of `what` in a table of the report. */
  count(table: string, what: string): void;
  total(table: string, which?: RegExp): number;
  say(line: string): void;
  violate(invariant: string, about: string): void;
  tables(): string;
  /** For each violation what the person concerned had done, and what else happened then. */
  story(): string;
};

const linesAround = 30;

export function openLedger(print: (text: string) => void): Ledger {
  const start = Date.now();
  const tables = new Map<string, Map<string, number>>();
  const lines: string[] = [];
  const violations: Violation[] = [];

  function say(line: string): void {
    lines.push(`${((Date.now() - start) / 1000).toFixed(3).padStart(9)}  ${line}`);
  }

  return {
    registered: new Set(),
    proven: new Set(),
    askedForReset: new Set(),
    deleted: new Set(),
    uncertain: new Set(),
    posts: new Map(),
    deletedPosts: new Set(),
    ended: new Map(),
    violations,
    count(name, what) {
      const table = tables.get(name) ?? new Map<string, number>();
      tables.set(name, table.set(what, (table.get(what) ?? 0) + 1));
    },
    total(name, which = /^/) {
      const counts = [...(tables.get(name) ?? [])];
      return counts.reduce((sum, [what, count]) => sum + (which.test(what) ? count : 0), 0);
    },
    say,
    violate(invariant, about) {
      violations.push({ invariant, about, line: lines.length });
      say(`VIOLATED: ${invariant}: ${about}`);
      print(`VIOLATED: ${invariant}: ${about}`);
    },
    tables() {
      const rows = [...tables].flatMap(([name, table]) => [
        '',
        name,
        ...[...table].sort().map(([what, count]) => `  ${what.padEnd(52)} ${String(count).padStart(8)}`),
      ]);
      return rows.join('\n');
    },
    story: () =>
      violations
        .slice(0, 5)
        .map(({ invariant, about, line }) => {
          const who = /person-\d+-\d+/.exec(about)?.[0] ?? about;
          const theirs = lines
            .slice(0, line)
            .filter((text) => text.includes(`${who}-`) || text.includes(`${who}:`));
          const around = lines.slice(Math.max(0, line - linesAround), line + linesAround / 3);
          return [`${invariant}: ${about}`, ...theirs.slice(-2 * linesAround), '…', ...around].join('\n');
        })
        .join('\n\n'),
  };
}
