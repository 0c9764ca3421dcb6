// The options of each command of `npm run keys`. An option that a command would ignore is refused: it is a mistake,
// and the command might print a secret where the operator meant to read one.

export const kinds = ['access', 'refresh', 'data'] as const;
export type KeyKind = (typeof kinds)[number];

export const options = {
  file: { type: 'string' },
  from: { type: 'string' },
  bits: { type: 'string' },
  issuer: { type: 'string' },
  put: { type: 'boolean' },
  env: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const optionsOfCommand = {
  new: ['from', 'bits', 'put', 'env'],
  list: ['file', 'issuer'],
  rotate: ['file', 'bits', 'issuer', 'put', 'env'],
  retire: ['file', 'issuer', 'put', 'env'],
} as const;

export type Command = keyof typeof optionsOfCommand;

/** Options that do not apply to a kind: data keys are always generated alike, and only access keys are published. */
const inapplicable: Readonly<Record<KeyKind, readonly string[]>> = {
  access: [],
  refresh: ['issuer'],
  data: ['from', 'bits', 'issuer'],
};

export function isCommand(text: string | undefined): text is Command {
  return text !== undefined && Object.hasOwn(optionsOfCommand, text);
}

/** @throws Error that names the option and lists the valid ones. */
export function refuseUnusedOptions(
  command: Command,
  kind: KeyKind,
  values: Readonly<Record<string, unknown>>,
): void {
  const known = optionsOfCommand[command].filter((name) => !inapplicable[kind].includes(name));
  const unused = Object.keys(values).find((name) => !known.some((one) => one === name));
  if (unused !== undefined) {
    const list = known.map((name) => `--${name}`).join(', ');
    throw new Error(`"${command} ${kind}" does not use --${unused}. It takes ${list}.`);
  }
  if (values['env'] !== undefined && !values['put']) {
    throw new Error(
      '--env says of which environment the secret is that --put writes: it does nothing alone.',
    );
  }
  if (values['from'] !== undefined && values['bits'] !== undefined) {
    throw new Error('--bits is for a key that is made, and --from takes one that there is.');
  }
}
