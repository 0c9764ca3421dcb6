// SMTP from inside workerd to a real server: what arrives, and what does not. Vitest fails on any rejection that is left unhandled.

import { describe, expect, inject, it } from 'vitest';
import { type Mail, MailError } from '../../../src/mail/mailer.ts';
import { publicName } from '../../../src/mail/mime.ts';
import { createSmtpMailer } from '../../../src/mail/smtp.ts';
import type {} from '../../stack/provided-context.ts';

type ReceivedMail = {
  from: string;
  replyTo: undefined;
  language: 'en';
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
};

const from = 'Lätchkey <no-reply@example.com>';
const timeoutMilliseconds = 5000;
const mailer = () => createSmtpMailer({ url: inject('smtpUrl'), from, timeoutMilliseconds });

function mailTo(to: string): Mail {
  return {
    id: crypto.randomUUID(),
    date: new Date('2026-11-24T23:19:42.123Z'),
    to,
    replyTo: 'help@example.com',
    language: 'de',
    subject: 'Bestätige “deine” Adresse',
    html: `<p>Grüße &amp; 🎉</p>${'<b>x</b>'.repeat(500)}`,
    text: `.\n..two dots\n${'long '.repeat(500)}\nGrüße 🎉 =\n.`,
  };
}

async function received(to: string, count = 0): Promise<ReceivedMail[]> {
  const answer = await fetch(`${inject('mailApiUrl')}/mails?to=${encodeURIComponent(to)}&count=${count}`);
  return answer.json();
}

async function failAt(recipient: string, kind: string): Promise<void> {
  await fetch(`${inject('mailApiUrl')}/faults`, { method: 'PUT', body: JSON.stringify({ recipient, kind }) });
}

/** The MailError that a send ended with. */
async function failure(sending: Promise<void>): Promise<MailError> {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MailError)) throw new Error(`not a MailError: ${error}`);
  return error;
}

describe('a mail over SMTP', () => {
  it('arrives with every word of both parts', async () => {
    const mail = mailTo('whole@example.com');
    await mailer().send(mail);
    const [arrived] = await received(mail.to, 1);
    expect(arrived?.subject).toBe(mail.subject);
    expect(arrived?.from).toBe('"Lätchkey" <no-reply@example.com>');
    expect(arrived?.text.trimEnd()).toBe(mail.text);
    expect(arrived?.html.trimEnd()).toBe(mail.html);
    expect(arrived?.headers).toMatchObject({
      'message-id': `<${await publicName(mail.id)}@example.com>`,
      date: 'Tue, 24 Nov 2026 23:19:42 +0000',
      'auto-submitted': 'auto-generated',
      to: mail.to,
    });
    expect(arrived?.headers).not.toHaveProperty('list-unsubscribe');
  });

  it('arrives at an address beyond ASCII where the server takes such', async () => {
    await mailer().send(mailTo('ännä@exämple.com'));
    expect(await received('ännä@exämple.com', 1)).toHaveLength(1);
  });

  it('goes one by one or all at once', async () => {
    const sender = mailer();
    const addresses = ['one@example.com', 'two@example.com', 'three@example.com'];
    await Promise.all(addresses.map((to) => sender.send(mailTo(to))));
    for (const to of addresses) expect(await received(to, 1)).toHaveLength(1);
  });
});

describe('a mail that is not taken over', () => {
  it('is permanent when the server refuses the recipient', async () => {
    await failAt('refused@example.com', 'refuse-recipient');
    const error = await failure(mailer().send(mailTo('refused@example.com')));
    expect(error).toMatchObject({ permanent: true, message: 'the mail server answered RCPT with 550' });
  });

  it('may be tried again when the server says later', async () => {
    await failAt('later@example.com', 'temporary-failure');
    const error = await failure(mailer().send(mailTo('later@example.com')));
    expect(error).toMatchObject({ permanent: false, message: 'the mail server answered RCPT with 451' });
  });

  it('is given up at the deadline', async () => {
    await failAt('slow@example.com', 'slow');
    const impatient = createSmtpMailer({ url: inject('smtpUrl'), from, timeoutMilliseconds: 400 });
    const error = await failure(impatient.send(mailTo('slow@example.com')));
    expect(error).toMatchObject({ permanent: false, message: 'the mail server took longer than 400 ms' });
  });

  it('may be tried again when the server goes away in its middle', async () => {
    await failAt('midway@example.com', 'close-midway');
    const error = await failure(mailer().send(mailTo('midway@example.com')));
    expect(error).toMatchObject({ permanent: false, message: 'the mail server closed the connection' });
    expect(await received('midway@example.com')).toEqual([]);
  });

  it('bears the same Message-ID when the answer was lost and it is sent again', async () => {
    const mail = mailTo('lost@example.com');
    await failAt(mail.to, 'lose-answer');
    expect(await failure(mailer().send(mail))).toMatchObject({ permanent: false });
    await failure(mailer().send(mail));
    const arrived = await received(mail.to, 2);
    expect(arrived.map(({ headers }) => headers['message-id'])).toEqual(
      Array(2).fill(`<${await publicName(mail.id)}@example.com>`),
    );
  });

  it('may be tried again when no server is there', async () => {
    const nobody = createSmtpMailer({ url: 'smtp://user:hunter2@127.0.0.1:1', from, timeoutMilliseconds });
    const error = await failure(nobody.send(mailTo('anna@example.com')));
    expect(error.permanent).toBe(false);
    expect(error.message).toMatch(/^the mail server cannot be reached: /);
    expect(error.message).not.toContain('hunter2');
  });

  it('never reaches the server when its recipient holds a second command', async () => {
    const error = await failure(mailer().send(mailTo('a@example.com>\r\nRCPT TO:<eve@example.com')));
    expect(error.permanent).toBe(true);
    expect(await received('eve@example.com')).toEqual([]);
  });
});

describe('a server on another host', () => {
  /** The same server under a name that is not on the list of this machine's own. */
  const elsewhere = (url: string) => url.replace('127.0.0.1', '[::ffff:127.0.0.1]');

  it('is sent nothing without STARTTLS, neither credentials nor mail', async () => {
    const cautious = createSmtpMailer({ url: elsewhere(inject('smtpUrl')), from, timeoutMilliseconds });
    const error = await failure(cautious.send(mailTo('downgraded@example.com')));
    expect(error).toMatchObject({ permanent: false, message: 'the mail server does not offer STARTTLS' });
    expect(await received('downgraded@example.com')).toEqual([]);
  });

  it.each([
    ['STARTTLS', () => elsewhere(inject('startTlsUrl'))],
    ['TLS', () => inject('smtpsUrl')],
  ])('is sent nothing over %s with a certificate that is not good', async (name, url) => {
    const cautious = createSmtpMailer({ url: url(), from, timeoutMilliseconds });
    const error = await failure(cautious.send(mailTo(`${name}@example.com`)));
    expect(error.permanent).toBe(false);
    expect(error.message).toMatch(/^the mail server cannot be reached: /);
    expect(await received(`${name}@example.com`)).toEqual([]);
  });
});
