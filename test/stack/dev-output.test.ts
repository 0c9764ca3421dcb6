import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { loadPreviews } from '../../src/local/load-previews.ts';
import { mailBanner } from '../../src/local/mail-banner.ts';

import { welcome } from '../../src/local/welcome.ts';
import { workerOutput } from '../../src/local/worker-output.ts';

// What a terminal shows of `npm run dev`.

const now = new Date(2026, 10, 24, 9, 5, 0);
const places = {
  service: 'http://localhost:18787',
  inbox: 'http://localhost:11080',
  mails: 'http://localhost:11081/mails',
  events: 'http://localhost:11081',
  postgresUrl: 'postgresql://latchkey:latchkey@127.0.0.1:15433/latchkey',
};
const said = (given: Partial<typeof places> | { inbox: undefined; events: undefined }) =>
  stripVTControlCharacters(welcome({ ...places, ...given }));

test('the welcome says where everything is, in 80 columns', () => {
  const text = said({});
  for (const place of Object.values(places)) expect(text).toContain(place);
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('it warns of mails that really leave, and keeps the password of a database to itself', () => {
  const text = said({
    inbox: undefined,
    events: undefined,
    postgresUrl: 'postgresql://ada:secret@db.example.com/main',
  });
  expect(text).toContain('MAILS REALLY LEAVE');
  expect(text).toContain('WEBHOOK_URL');
  expect(text).not.toContain('secret');
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('a mail is shown with what one needs next, in each language', async () => {
  const { languages, preview } = await loadPreviews();
  for (const language of languages) {
    const { subject, text } = preview('verify-email', language);
    const to = [{ address: 'ada@example.com' }];
    const banner = stripVTControlCharacters(mailBanner({ subject, to, text }, 'http://inbox/#1', now));
    expect(banner.split('\n').map((line) => line.trim().replace(/ +/, ' '))).toEqual([
      `09:05:00 Mail: ${subject}`,
      'to ada@example.com',
      expect.stringMatching(/^link https:\/\/\S+\/verify-email\?\S*token=\w+$/),
      'code 481516',
      'inbox http://inbox/#1',
      '',
    ]);
  }
});

test('a mail without link and code is shown as well, and none writes to the terminal what is not text', () => {
  const mail = {
    subject: 'Red \u001b[31malert',
    to: [{ address: 'ada@example.com' }],
    text: 'Hello,\n\nbye\n',
  };
  const banner = stripVTControlCharacters(mailBanner(mail, 'http://inbox/#1', now));
  expect(banner).toMatch(/^09:05:00 {2}Mail: Red alert\n.+to .+\n.+inbox .+\n$/);
});

/** What is shown of lines that wrangler printed. */
function shown(...lines: string[]): string[] {
  const output = workerOutput(() => now);
  return lines.flatMap((line) => {
    const text = output(line);
    return text === undefined ? [] : [stripVTControlCharacters(text)];
  });
}

const request = (fields: object) => JSON.stringify({ level: 'info', event: 'request', ...fields });

test('a request is one short line', () => {
  const route = '/api/auth/login';
  const refused = { problem: 'invalid-credentials', refusal: 'unknown-address', network: '127.0.0.1' };
  expect(
    shown(
      request({ method: 'POST', route, status: 200, duration_ms: 98, database_ms: 4, database_trips: 2 }),
      '[wrangler:info] POST /api/auth/login 200 OK (102ms)',
      request({ method: 'POST', route, status: 401, duration_ms: 99, ...refused }),
      request({ method: 'GET', route: '(none)', status: 200, duration_ms: 1 }),
      request({ method: 'GET', route: '(none)', status: 404, duration_ms: 1, problem: 'not-found' }),
    ),
  ).toEqual([
    '09:05:00  200  POST /api/auth/login  98 ms',
    '09:05:00  401  POST /api/auth/login  invalid-credentials (unknown-address)  99 ms',
    '09:05:00  404  GET (none)  not-found  1 ms',
  ]);
});

test('the minutely purge is shown if there was something to purge', () => {
  const purged = (sessions: number) => JSON.stringify({ level: 'info', event: 'purged', sessions, mails: 0 });
  expect(shown(purged(0), purged(2))).toEqual(['09:05:00  info  purged  sessions=2']);
});

test('warnings, errors and what a developer prints are shown, but for what wrangler says at length', () => {
  const failure = '{"level":"error","event":"webhook-down","cause":"answered 500"}';
  const lines = ['', '✘ [ERROR] Could not resolve "x"', '', '    src/a.ts:1:7:', '', '', 'here { a: 1 }'];
  expect(
    shown(
      '▲ [WARNING] Scheduled Workers are not automatically triggered during local development.',
      '',
      '  To manually trigger a scheduled event, run:',
      '  For more details, see https://developers.cloudflare.com/…/#test-cron-triggers-locally',
      '',
      '',
      `\u001b[31m✘ \u001b[41;31m[\u001b[41;97mERROR\u001b[41;31m]\u001b[0m \u001b[1m${failure}\u001b[0m`,
      ...lines,
      '✘ [ERROR] k [Error]: Process exited with non-zero status (1)',
      '',
      '      at async runCustomBuild (cli.js:191759:5) {',
      '    exitCode: 1',
      '  }',
      '',
      '✘ [ERROR] Running custom build `node …` failed.',
    ),
  ).toEqual([
    '09:05:00  error  webhook-down  cause=answered 500',
    '✘ [ERROR] Could not resolve "x"',
    '',
    '    src/a.ts:1:7:',
    '',
    'here { a: 1 }',
    '✘ [ERROR] Running custom build `node …` failed.',
  ]);
});
