// What mail servers say, as they say it, and what we make of it: whose fault a refusal is, how AUTH is offered, who we are.

import { describe, expect, inject, it, test } from 'vitest';
import { MailError } from '../../../src/mail/mailer.ts';
import { createSmtpMailer } from '../../../src/mail/smtp.ts';
import type {} from '../../stack/provided-context.ts';

const timeoutMilliseconds = 5000;
const to = 'anna@example.org';
const mail = {
  id: '01939c5f-7a3b-7000-8000-000000000001',
  date: new Date('2026-11-24T23:19:42.123Z'),
  to,
  replyTo: undefined,
  language: 'en',
  subject: 'Hello',
  html: '<p>hello</p>',
  text: 'hello',
};

let conversations = 0;

/** Sends a mail to a server that keeps to the script. */
async function converse(script: Readonly<Record<string, string>>) {
  const domain = `c${++conversations}-${crypto.randomUUID().slice(0, 8)}.example.com`;
  const about = `${inject('scriptedSmtpApiUrl')}/${domain}`;
  await fetch(about, { method: 'PUT', body: JSON.stringify(script) });
  const from = `no-reply@${domain}`;
  const url = inject('scriptedSmtpUrl').replace('test:test', 'user:word');
  const mailer = createSmtpMailer({ url, from, timeoutMilliseconds });
  const error: unknown = await mailer.send(mail).then(
    () => undefined,
    (reason) => reason,
  );
  if (error !== undefined && !(error instanceof MailError)) throw error;
  return { error, heard: (await (await fetch(about)).json()) as string[] };
}

describe('a refusal', () => {
  it.each([
    [
      'no such mailbox',
      'RCPT',
      '550-5.1.1 The email account that you tried to reach\n550 5.1.1 does not exist.',
    ],
    ['a domain without mail', 'RCPT', '556 5.1.10 Recipient address has null MX'],
    ['a moved mailbox', 'RCPT', '551 5.1.6 Mailbox has moved'],
    ['a disabled mailbox', 'RCPT', '550 5.2.1 The account is disabled'],
    ['a full mailbox', 'RCPT', '552 5.2.2 Mailbox over quota'],
    ['no such mailbox, after the mail', '.', '550 5.1.1 No such user here'],
    ['no such mailbox, without a status', 'RCPT', '550 No such user here'],
    ['a foreign mailbox, without a status', 'RCPT', '551 User not local'],
    ['a name that is none, without a status', 'RCPT', '553 mailbox name not allowed'],
  ])('over %s is final', async (_, verb, answer) => {
    const { error } = await converse({ [verb]: answer });
    expect(error).toMatchObject({ permanent: true });
  });

  it.each([
    ['a greeting', 'EHLO', '550 5.7.1 who are you'],
    ['the credentials', 'AUTH', '535 5.7.8 Username and Password not accepted'],
    ['the sender, who is not verified', 'MAIL', '553 5.1.8 Domain of sender address does not resolve'],
    ['the sender, who looks like a mailbox', 'MAIL', '550 5.1.1 Sender unknown'],
    ['a missing login', 'MAIL', '530 5.7.0 Authentication Required'],
    ['a daily quota', 'MAIL', '550 5.4.5 Daily user sending limit exceeded'],
    ['a daily quota at the recipient', 'RCPT', '550 5.1.90 You have reached your daily limit for recipients'],
    ['the sender at the recipient', 'RCPT', '550 5.1.8 Access denied, bad outbound sender'],
    ['the sender’s syntax at the recipient', 'RCPT', '553 5.1.7 Bad sender address syntax'],
    ['policy', 'RCPT', '550 5.7.1 Message rejected due to policy'],
    ['relaying', 'RCPT', '554 5.7.1 <anna@example.org>: Relay access denied'],
    ['relaying, without a status', 'RCPT', '550 relay not permitted'],
    ['the sender, without a status', 'RCPT', '550-Verification failed for <x>\n550 Sender verify failed'],
    ['a sequence', 'RCPT', '503 5.5.1 MAIL first'],
    ['a transaction', 'RCPT', '554 Transaction failed'],
    ['a status that says later', 'RCPT', '550 4.2.1 try later'],
    ['the transaction before the mail', 'DATA', '554 no valid recipients'],
    ['spam', '.', '554 5.7.1 Message identified as spam'],
    ['the mail, without a status', '.', '550 Content rejected'],
    ['an unauthenticated domain', '.', '550 5.7.26 This mail has been blocked: DMARC'],
    ['later', 'RCPT', '452 4.2.2 Mailbox full'],
  ])('over %s is not final', async (_, verb, answer) => {
    const { error } = await converse({ [verb]: answer });
    expect(error).toMatchObject({ permanent: false });
  });

  it('is told by its codes, in one short line, and not in its words', async () => {
    const { error } = await converse({ RCPT: '550 5.7.1 <anna@example.org> is blocked' });
    expect(error?.message).toBe('the mail server answered RCPT with 550 5.7.1');
    expect(error?.summary).toBe(error?.message);
    expect(new MailError(`a\r\n${'x'.repeat(500)}`).summary).toMatch(/^a x{198}$/);
  });
});

const plain = ['AUTH PLAIN AHVzZXIAd29yZA=='];
const login = ['AUTH LOGIN', 'dXNlcg==', 'd29yZA=='];

test.each([
  ['on one line', '250 AUTH CRAM-MD5 PLAIN LOGIN', plain],
  ['on several', '250-AUTH CRAM-MD5 NTLM\n250-SIZE 1000\n250 AUTH PLAIN', plain],
  ['with an equals sign', '250-AUTH=PLAIN LOGIN\n250 SIZE 1000', plain],
  ['in both ways, of which one says less', '250-AUTH=DIGEST-MD5\n250 AUTH LOGIN', login],
  ['in small letters', '250 auth plain', plain],
])('AUTH that is offered %s is used', async (_, offers, said) => {
  const { error, heard } = await converse({
    EHLO: `250-scripted.test\n${offers}`,
    'AUTH LOGIN': '334 VXNlcm5hbWU6',
    'dXNlcg==': '334 UGFzc3dvcmQ6',
    'd29yZA==': '235 2.7.0 ok',
  });
  expect(error).toBeUndefined();
  expect(heard.slice(1, 1 + said.length)).toEqual(said);
});

test('we go by the domain that we send for, and an internationalised one in ASCII', async () => {
  const url = inject('scriptedSmtpUrl');
  const host = `grüße-${crypto.randomUUID().slice(0, 8)}.example.com`;
  const ascii = new URL(`http://${host}`).hostname;
  await createSmtpMailer({ url, from: `Grüße <no-reply@${host}>`, timeoutMilliseconds }).send(mail);
  const answer = await fetch(`${inject('scriptedSmtpApiUrl')}/${ascii}`);
  const heard = (await answer.json()) as string[];
  expect(heard.slice(0, 6)).toEqual([
    `EHLO ${ascii}`,
    expect.stringContaining('AUTH PLAIN'),
    `MAIL FROM:<no-reply@${ascii}>`,
    `RCPT TO:<${to}>`,
    'DATA',
    '.',
  ]);
});

describe('a connection that fails', () => {
  const send = async (url: string, milliseconds = timeoutMilliseconds) => {
    const from = 'no-reply@example.com';
    const error: unknown = await createSmtpMailer({ url, from, timeoutMilliseconds: milliseconds })
      .send(mail)
      .catch((reason) => reason);
    if (!(error instanceof MailError)) throw new Error('not a MailError');
    return error;
  };

  it('says why', async () => {
    const { message, permanent } = await send('smtp://127.0.0.1:1');
    expect(message).toMatch(/^the mail server cannot be reached: .*connect/i);
    expect(message).not.toContain('cancelled');
    expect(permanent).toBe(false);
  });

  it.each([
    ['tls', 587, /\(port 587 usually begins without TLS: smtp:\/\/ instead of smtps:\/\/\)$/],
    ['starttls', 465, /\(port 465 usually begins with TLS: smtps:\/\/ instead of smtp:\/\/\)$/],
    ['tls', 465, /[^)]$/],
    ['starttls', 587, /[^)]$/],
  ])('with %s at port %i says where the two disagree', async (security, port, said) => {
    // A loopback address other than this machine's own names: nobody listens there.
    const scheme = security === 'tls' ? 'smtps' : 'smtp';
    expect((await send(`${scheme}://127.0.0.77:${port}`)).message).toMatch(said);
  });

  it('says it at the deadline as well', async () => {
    expect((await send('smtp://[100::1]:465', 1)).message).toMatch(
      /took longer than 1 ms \(port 465|cannot be reached: .*\(port 465/,
    );
  });
});
