// How a command ends: its exit code, and what it says where it is not done.

/** How a command ends, as a script sees it. */
export const exitCodes = { done: 0, refused: 1, usage: 2, notFound: 3 } as const;

/** Ends the command with a sentence for standard error. */
export class CommandError extends Error {
  readonly code: number;

  constructor(message: string, code: number = exitCodes.refused) {
    super(message);
    this.code = code;
  }
}

export function usageError(message: string): CommandError {
  return new CommandError(`${message} --help says more.`, exitCodes.usage);
}
