// The errors that the services of a test have logged: they say why it met a 500.

type Line = { readonly event: string; readonly fields: Readonly<Record<string, unknown>> | undefined };

/** Of the running test, and of what was set up before it. */
let lines: Line[] = [];

export function keepError(line: Line): void {
  lines.push(line);
}

export function forgetErrors(): void {
  lines = [];
}

export function printErrors(): void {
  for (const { event, fields: { cause, ...fields } = {} } of lines) {
    console.error(`The service logged ${event} ${JSON.stringify(fields)}${cause ? `\n${cause}` : ''}`);
  }
}
