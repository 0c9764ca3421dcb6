// Says why a test met a 500: prints the errors that its services logged, when it fails and only then.

import { afterAll, beforeEach } from 'vitest';

type Line = { readonly event: string; readonly fields: Readonly<Record<string, unknown>> | undefined };

/** Of the running test, and of what was set up before it. */
let lines: Line[] = [];

export function keepError(line: Line): void {
  lines.push(line);
}

beforeEach(({ onTestFinished, task }) => {
  onTestFinished(() => {
    if (task.result?.state === 'fail') print();
    lines = [];
  });
});

// Where `beforeAll` failed no test runs.
// biome-ignore lint/correctness/noEmptyPattern: Vitest refuses any other first argument.
afterAll(({}, file) => {
  if (file.result?.state === 'fail') print();
});

function print(): void {
  for (const { event, fields: { cause, ...fields } = {} } of lines) {
    console.error(`The service logged ${event} ${JSON.stringify(fields)}${cause ? `\n${cause}` : ''}`);
  }
}
