// No mail of ours looks like spam to SpamAssassin, by what is in it: names and networks are not asked.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { composeMessage } from '../../../src/mail/mime.ts';
import { languages } from '../../../src/words/languages.ts';
import { kinds, mailIn } from './spoken.ts';

/** Most receivers refuse from 5 on, and add what they think of the sender. */
const most = 2;

/** Every kind in English, and in the other languages one with everything, one without a link and one without a code. */
const sent = languages.flatMap((language) =>
  (language === 'en' ? kinds : (['verify-email', 'sign-in-code', 'account-deleted'] as const)).map(
    (kind) => ({ language, kind }),
  ),
);

test('no mail is spam, and what is would be seen', async ({ skip }) => {
  const isMissing = spawnSync('spamassassin', ['--version']).error !== undefined;
  skip(isMissing, 'spamassassin is not on the PATH (apt-get install spamassassin)');
  const messages = await Promise.all(sent.map(({ language, kind }) => compose(language, kind)));
  const verdicts = await verdictsOn([...messages, spam]);
  expect(verdicts.get(nameOf(spam))?.score).toBeGreaterThan(5);
  for (const [at, mail] of sent.entries()) {
    const verdict = verdicts.get(nameOf(messages[at] ?? ''));
    expect(verdict?.score, JSON.stringify({ ...mail, ...verdict })).toBeLessThan(most);
  }
});

function compose(language: (typeof languages)[number], kind: (typeof kinds)[number]): Promise<string> {
  return composeMessage(
    {
      id: crypto.randomUUID(),
      date: new Date(),
      to: 'anna@example.org',
      ...mailIn(language, kind, {}, { name: 'Acme Notes', supportEmail: 'help@example.org' }),
    },
    { name: 'Acme Notes', address: 'no-reply@example.com' },
  );
}

/** A mail that is nothing but a page, and shouts. */
const spam = [
  'From: no-reply@example.com',
  'Message-ID: <spam@example.com>',
  'Subject: YOU WON $1,000,000 FREE!!!',
  'Content-Type: text/html',
  '',
  '<a href="http://192.0.2.1/">CLICK HERE</a> for your FREE viagra',
].join('\r\n');

type Verdict = { readonly score: number; readonly rules: string };

/** By Message-ID, as they come back in another order. One process for all of them, as a mailbox: to start it takes a second. */
async function verdictsOn(messages: readonly string[]): Promise<ReadonlyMap<string, Verdict>> {
  const home = await mkdtemp(join(tmpdir(), 'spam-'));
  try {
    const program = spawn('spamassassin', ['--local', '--mbox'], {
      env: { ...process.env, HOME: home },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const closed = once(program, 'close');
    program.stdin.end(messages.map(inMailbox).join(''));
    const marked = await text(program.stdout);
    await closed;
    return new Map(marked.split(/^(?=From )/m).map((message) => [nameOf(message), verdictIn(message)]));
  } finally {
    await rm(home, { recursive: true });
  }
}

const nameOf = (message: string) => /^Message-ID: (.*?)\r?$/m.exec(message)?.[1] ?? '';

function verdictIn(message: string): Verdict {
  const [, score, rules = ''] =
    /^X-Spam-Status: \w+, score=(\S+) .*?tests=(.*?) autolearn/ms.exec(message) ?? [];
  return { score: Number(score), rules: rules.replace(/\s/g, '') };
}

const inMailbox = (message: string) =>
  `From no-reply@example.com Tue Nov 24 23:19:42 2026\n${message.replaceAll('\r\n', '\n').replace(/^From /gm, '>From ')}\n\n`;
