import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const inNode = ['test/stack/**/*.test.ts', 'test/**/*.node.test.ts'];

// The commands that tests run are compiled once, and not for each of some hundred processes.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url));

/** The service and its parts, in the Workers runtime. */
export const workerd = {
  plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
  test: {
    name: 'workerd',
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: [...inNode, '**/node_modules/**'],
    setupFiles: ['./test/source-maps.ts', './test/print-errors.ts'],
    // Files share the runtimes that they run in: to start one takes longer than most files.
    isolate: false,
  },
};

export default defineConfig({
  test: {
    // `LARGE_RUN=1 npm test` repeats races 200 times and runs thousands of histories.
    provide: { largeRun: Boolean(process.env['LARGE_RUN']) },
    // Vitest leaves one core free: of two, that made the run 17 minutes. Two more than there are: tests often wait, and workers that
    // share their runtimes get their files at the beginning, so that one of few is idle when it is through with its own.
    maxWorkers: availableParallelism() + 2,
    // For what hangs, and not for what is slow: beside two other programs on two cores a second becomes a minute.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    globalSetup: './test/stack/global-setup.ts',
    projects: [
      { extends: true, ...workerd },
      {
        // What runs in Node: the local stack, and rules about the source itself.
        extends: true,
        test: { name: 'node', include: inNode },
      },
    ],
  },
});
