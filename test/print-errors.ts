// Prints the errors that a service has logged when a test fails, and only then. Runs before each test file: files share the modules
// of the runtime that they run in, and so what a module does when it is imported is done for the first of them alone.

import { afterAll, beforeEach } from 'vitest';
import { forgetErrors, printErrors } from './logged-errors.ts';

beforeEach(({ onTestFinished, task }) => {
  onTestFinished(() => {
    if (task.result?.state === 'fail') printErrors();
    forgetErrors();
  });
});

// Where `beforeAll` failed no test runs.
// biome-ignore lint/correctness/noEmptyPattern: Vitest refuses any other first argument.
afterAll(({}, file) => {
  if (file.result?.state === 'fail') printErrors();
  forgetErrors();
});
