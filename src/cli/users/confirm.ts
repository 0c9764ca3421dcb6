// Asks before what cannot be undone.

import type { Call } from './command.ts';
import { CommandError } from './ending.ts';

/** @throws CommandError unless somebody, or --yes, has said that it shall be done. */
export async function confirm({ values, isTerminal, ask }: Call, deed: string): Promise<void> {
  if (values['yes'] === true) return;
  if (!isTerminal) throw new CommandError(`${deed} Nobody is here to be asked: --yes does it.`);
  const answer = await ask(`${deed} [y/N] `);
  if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new CommandError('Nothing was done.');
}
