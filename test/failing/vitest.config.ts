// Runs failing.ts as the tests of the service are run, on the stack of the run that asks for it.
import { defineConfig } from 'vitest/config';
import { workerd } from '../../vitest.config.ts';

export default defineConfig({
  ...workerd,
  root: `${import.meta.dirname}/../..`,
  test: {
    ...workerd.test,
    include: ['test/failing/failing.ts'],
    provide: JSON.parse(process.env['PROVIDED'] ?? '{}'),
  },
});
