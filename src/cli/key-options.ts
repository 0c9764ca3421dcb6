// Which option belongs to which command of `npm run keys`: what a command would ignore is a mistake of whoever typed it, and the
// command may print a secret where they meant it to read one.

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

const taken = {
  new: ['from', 'bits', 'put', 'env'],
  list: ['file', 'issuer'],
  rotate: ['file', 'bits', 'issuer', 'put', 'env'],
  retire: ['file', 'issuer', 'put', 'env'],
} as const;

export type Command = keyof typeof taken;

/** What has no sense for a kind: data keys are made in one way, and only the access keys are published. */
const foreign: Readonly<Record<KeyKind, readonly string[]>> = {
  access: [],
  refresh: ['issuer'],
  data: ['from', 'bits', 'issuer'],
};

export function isCommand(text: string | undefined): text is Command {
  return text !== undefined && Object.hasOwn(taken, text);
}

/** @throws Error that names the option and what there is instead. */
export function refuseUnusedOptions(
  command: Command,
  kind: KeyKind,
  values: Readonly<Record<string, unknown>>,
): void {
  const known = taken[command].filter((name) => !foreign[kind].includes(name));
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
