import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const inNode = ['test/stack/**/*.test.ts', 'test/**/*.node.test.ts'];

/** The service and its parts, in the Workers runtime. */
export const workerd = {
  plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
  test: {
    name: 'workerd',
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: [...inNode, '**/node_modules/**'],
    setupFiles: './test/source-maps.ts',
    testTimeout: 20_000,
  },
};

export default defineConfig({
  test: {
    // `LARGE_RUN=1 npm test` repeats races 200 times and runs thousands of histories.
    provide: { largeRun: Boolean(process.env['LARGE_RUN']) },
    // Vitest leaves one core free: of two, that made the run 17 minutes, for tests that mostly wait.
    maxWorkers: '100%',
    globalSetup: './test/stack/global-setup.ts',
    projects: [
      { extends: true, ...workerd },
      {
        // What runs in Node: the local stack, and rules about the source itself.
        extends: true,
        test: { name: 'node', include: inNode, testTimeout: 60_000 },
      },
    ],
  },
});
