// The help of `npm run users`, out of what each command says of itself.

import type { Command } from './command.ts';

const introduction = `DATABASE_URL=postgresql://… npm run -s users -- <command> [arguments] [--json] [--yes]

The operator's hands, straight on the database: also while the service is down. A <user> is an e-mail address, an id, or the id that another
system had for them. What is done is written into the security log, and other systems are told of it as if the service had done it.
`;

const ending = `
  --json   prints JSON, for scripts
  --yes    does not ask. Without a terminal, what would be asked is refused

Exit codes: 0 done, 1 refused or failed, 2 not a command as it is written here, 3 there is no such user, session or mail.`;

export function usageOf(described: Command | readonly Command[]): string {
  const commands = 'name' in described ? [described] : described;
  const lines = commands.map(
    ({ name, takes, does }) => `  ${`${name} ${takes}`.trimEnd()}\n${indented(does)}`,
  );
  return `${introduction}\n${lines.join('\n')}\n${ending}`;
}

function indented(text: string): string {
  return text.replace(/^/gm, '      ');
}
