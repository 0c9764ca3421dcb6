import { once } from 'node:events';
import { connect } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeveloperServer, startDeveloperServer } from '../../src/local/developer-server.ts';
import { loadPreviews } from '../../src/local/load-previews.ts';
import { type MailCatcher, startMailCatcher } from '../../src/local/mail-catcher.ts';
import { freePort } from '../../src/local/ports.ts';
import { chromiumPath, launchChromium } from './chromium.ts';

// The pages of `npm run dev`: every mail, and the inbox.

let server: DeveloperServer;
beforeAll(async () => {
  server = await startDeveloperServer({ port: 0 });
});
afterAll(() => server.stop());

const get = async (query: string, path = '') => (await fetch(`${server.mailsUrl}${path}?${query}`)).text();

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

test('the page of mails shows a mail in each language, as HTML and as text, light and dark; there is each to choose', async () => {
  const { names, languages, preview } = await loadPreviews();
  expect(names.length).toBeGreaterThan(20);
  for (const name of names)
    for (const language of languages) expect(preview(name, language).html).toContain(`lang="${language}"`);
  for (const name of ['verify-email', 'passkey-added'] as const) {
    const page = await get(`mail=${name}&language=all&theme=both&width=320`);
    for (const language of languages) {
      const { subject, html, text } = preview(name, language);
      expect(page.split(`srcdoc="${escaped(html)}"`)).toHaveLength(3);
      expect(page).toContain(`>${escaped(text)}</pre>`);
      expect(page).toContain(`>${escaped(subject)}</h1>`);
    }
  }
});

test('it lists the mails in the language that is chosen, each with how it begins', async () => {
  const { names, preview } = await loadPreviews();
  const list = await get('language=ar');
  for (const name of names)
    expect(list).toContain(`dir="rtl">${escaped(preview(name, 'ar').subject)}</span>`);
  expect(await get('mail=new-sign-in&language=ar', '/html')).toBe(preview('new-sign-in', 'ar').html);
});

const executable = await chromiumPath();

describe.skipIf(executable === undefined)('in Chromium', () => {
  let browser: Browser;
  let inbox: MailCatcher;
  const caught: string[] = [];
  beforeAll(async () => {
    browser = await launchChromium(executable ?? '');
    const [smtpPort, uiPort] = [await freePort(), await freePort()];
    inbox = await startMailCatcher({ smtpPort, uiPort, onMail: (_, url) => caught.push(url) });
  });
  afterAll(async () => {
    await browser?.close();
    await inbox?.stop();
  });

  test('a mail is light in one frame and dark in the other, and as wide as asked for', async () => {
    const page = await browser.newPage({ colorScheme: null });
    await page.goto(`${server.mailsUrl}?mail=verify-email&theme=both&width=320`);
    const frames = page.frames().filter((frame) => frame.parentFrame());
    const looks = await Promise.all(
      frames.map((frame) =>
        frame.evaluate('[matchMedia("(prefers-color-scheme: dark)").matches, document.body.scrollWidth]'),
      ),
    );
    expect(looks).toEqual([
      [false, 320],
      [true, 320],
    ]);
  });

  test('the inbox shows a mail where its banner says, and a link of it opens in a tab', async () => {
    await deliver(inbox, `<a href="${server.eventsUrl}">Confirm my address</a>`);
    await expect.poll(() => caught).toHaveLength(1);
    const page = await browser.newPage();
    await page.goto(caught[0] ?? '');
    const tab = page.waitForEvent('popup');
    await page.frameLocator('iframe').getByText('Confirm my address').click();
    expect((await tab).url()).toBe(`${server.eventsUrl}/`);
  });
});

/** By SMTP, all at once. */
async function deliver({ smtpUrl }: MailCatcher, html: string): Promise<void> {
  const socket = connect(Number(new URL(smtpUrl).port), '127.0.0.1');
  const mail = `Subject: A mail\r\nTo: ada@example.com\r\nContent-Type: text/html\r\n\r\n${html}`;
  await once(socket, 'data');
  socket.write('EHLO localhost\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<ada@example.com>\r\nDATA\r\n');
  socket.end(`${mail}\r\n.\r\nQUIT\r\n`);
  socket.resume();
  await once(socket, 'close');
}
