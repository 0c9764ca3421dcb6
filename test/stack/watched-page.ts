// A page in a browser of its own, which may ask nothing of other hosts, throw nothing and violate no policy.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

export type WatchedPage = {
  readonly page: Page;
  /** Closes it. Fails with whatever it did that it may not. */
  close(): Promise<void>;
};

export async function watchedPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const { origin } = new URL(address);
  const complaints: string[] = [];
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // Chromium reports every answer over 399 that way, and those are intended.
    const isIntended = message.text().startsWith('Failed to load resource');
    if (/^(error|warning)$/.test(message.type()) && !isIntended) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) complaints.push(`asked ${request.url()}`);
  });
  await page.exposeFunction('violated', (what: string) => complaints.push(what));
  await page.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    violated(event.violatedDirective + ' ' + event.blockedURI))`);
  await page.goto(address);
  return {
    page,
    async close() {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
}
