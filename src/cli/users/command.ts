// What the commands of `npm run users` have in common: how each is described, and what it is given.

import type { Database } from '../../database/client.ts';
import type { Connection } from './connect.ts';

/** Where a command runs: the process, or a test. */
export type Surroundings = {
  readonly databaseUrl: string | undefined;
  /** Whether somebody is there who can be asked. */
  readonly isTerminal: boolean;
  /** Undefined where the input ended before the answer. */
  ask(question: string): Promise<string | undefined>;
  out(text: string): void;
  error(text: string): void;
  now(): Date;
};

export type Values = Readonly<Record<string, string | boolean | undefined>>;

export type Call = Surroundings & {
  readonly database: Database;
  readonly client: Connection['client'];
  readonly positionals: readonly string[];
  /** Options that were given. */
  readonly values: Values;
  readonly wantsJson: boolean;
};

export type Option = { readonly type: 'string' | 'boolean' };

export type Command = {
  readonly name: string;
  /** Its arguments, as the help shows them: `<…>` has to be given, `[…]` may be, and `…` more than once. */
  readonly takes: string;
  /** What it does, in the help. */
  readonly does: string;
  readonly options?: Readonly<Record<string, Option>>;
  /** How many arguments it takes. */
  readonly least: number;
  readonly most: number;
  /** @returns the exit code. */
  run(call: Call): Promise<number>;
};

/** An option that has a value. */
export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
