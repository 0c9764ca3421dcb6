// The pages of the production bundle, with the words of every language, in a browser that may ask for nothing but them.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { allWords } from '../../src/build/all-words.ts';
import { type ServedWorker, startServedWorker } from '../../src/local/served-worker.ts';
import { launchChromium } from './chromium.ts';
import { servedBindings } from './served-bindings.ts';
import { newTestDatabase } from './test-database.ts';

export type PagesInBrowser = {
  readonly origin: () => string;
  /** A browser of its own, that must complain of nothing. */
  readonly withPage: (options: BrowserContextOptions, use: (page: Page) => Promise<unknown>) => Promise<void>;
};

/** @param executable of the browser; nothing is started without one. */
export function usePages(
  executable: string | undefined,
  bindings: Record<string, string> = {},
): PagesInBrowser {
  let worker: ServedWorker;
  let browser: Browser;

  beforeAll(async () => {
    if (executable === undefined) return;
    const database = await newTestDatabase(inject('databaseUrl'));
    worker = await startServedWorker({ ...servedBindings(database), ...bindings }, { before: withWords });
    browser = await launchChromium(executable);
  });

  afterAll(async () => {
    await browser?.close();
    await worker?.stop();
  });

  return {
    origin: () => worker.origin,
    async withPage(options, use) {
      const context = await browser.newContext({ locale: 'en-US', ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const complaints: string[] = [];
      page.on('console', (message) => {
        // Chromium reports every answer over 399 that way, and those are intended.
        const isIntended = message.text().startsWith('Failed to load resource');
        if (/^(error|warning)$/.test(message.type()) && !isIntended) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        const isOurs = request.resourceType() === 'document' || request.url() === bindings['BRAND_LOGO_URL'];
        if (!isOurs) complaints.push(`fetched ${request.url()}`);
      });
      try {
        await use(page);
        expect(complaints).toEqual([]);
      } finally {
        await context.close();
      }
    },
  };
}

/** A module that stands before the Worker and gives it the files of words, as a deployment has them. */
function withWords(workerModule: string): string {
  return `import worker from './${workerModule}';
const words = ${JSON.stringify({ ...allWords, en: undefined })};
const ASSETS = {
  async fetch(asked) {
    const [, language] = /\\/words\\/([\\w-]+)\\.json$/.exec(asked.url ?? asked) ?? [];
    return words[language] ? Response.json(words[language]) : new Response('', { status: 404 });
  },
};
export default { fetch: (request, bindings, context) => worker.fetch(request, { ...bindings, ASSETS }, context) };
`;
}
