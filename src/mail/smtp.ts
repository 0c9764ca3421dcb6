// Mail over SMTP submission (RFC 5321, 6409) from a Worker: one connection a mail, closed whatever happens, and
// credentials in clear to nobody but this machine itself.

import { type Mail, MailError, type Mailer } from './mailer.ts';
import { base64, composeMessage } from './mime.ts';
import { SmtpConnection } from './smtp-connection.ts';
import { isFinal, type Step, statusOf } from './smtp-reply.ts';
import { domainOf, parseSender, parseSmtpUrl, portHint, type SmtpServer } from './smtp-url.ts';

type SmtpOptions = {
  /** As for parseSmtpUrl. */
  readonly url: string;
  /** As for parseSender. */
  readonly from: string;
  /** For the whole conversation, from connecting to the last answer. */
  readonly timeoutMilliseconds: number;
};

/** @throws Error when `url` or `from` is malformed. */
export function createSmtpMailer({ url, from, timeoutMilliseconds }: SmtpOptions): Mailer {
  const server = parseSmtpUrl(url);
  const sender = parseSender(from);
  return {
    async send(mail) {
      const message = await composeMessage(mail, sender);
      const deadline = Promise.withResolvers<never>();
      const timer = setTimeout(
        () =>
          deadline.reject(
            new MailError(`the mail server took longer than ${timeoutMilliseconds} ms${portHint(server)}`),
          ),
        timeoutMilliseconds,
      );
      let connection: SmtpConnection | undefined;
      try {
        connection = new SmtpConnection(server);
        await Promise.race([submit(connection, server, sender.address, mail, message), deadline.promise]);
      } catch (error) {
        if (error instanceof MailError) throw error;
        const reason = error instanceof Error ? error.message : 'unknown';
        throw new MailError(`the mail server cannot be reached: ${reason}${portHint(server)}`);
      } finally {
        clearTimeout(timer);
        connection?.close();
      }
    },
  };
}

async function submit(
  connection: SmtpConnection,
  server: SmtpServer,
  from: string,
  mail: Mail,
  message: string,
) {
  /** Says a line and gives the answer. `step` stands for the line in an error: a line may hold a secret. */
  async function ask(step: Step, line: string, expected = 2): Promise<string> {
    await connection.write(`${line}\r\n`);
    return heard(step, expected);
  }

  async function heard(step: Step, expected = 2): Promise<string> {
    const reply = await connection.read();
    if (Math.floor(reply.code / 100) === expected) return reply.lines;
    // The words of an answer may quote the mail; its codes do not.
    const codes = [reply.code, statusOf(reply)].filter(Boolean).join(' ');
    throw new MailError(`the mail server answered ${step} with ${codes}`, {
      permanent: isFinal(step, reply),
    });
  }

  // A Worker has no name of its own, and Google's relay hangs up on an address literal: it goes by the domain that it sends for.
  const greet = () => ask('EHLO', `EHLO ${domainOf(from)}`);

  await heard('the connection');
  let offers = await greet();
  if (server.security === 'starttls') {
    // RFC 3207 section 6: an attacker can hide the offer, so without it there is no mail.
    if (!/^250[ -]STARTTLS\b/im.test(offers)) throw new MailError('the mail server does not offer STARTTLS');
    await ask('STARTTLS', 'STARTTLS');
    connection.upgrade();
    offers = await greet();
  }

  if (server.credentials) {
    const { username, password } = server.credentials;
    // Some servers offer on several lines, or with the `=` of before RFC 2554.
    const mechanisms = [...offers.matchAll(/^250[ -]AUTH[ =](.*)$/gim)].flatMap(([, names = '']) =>
      names.toUpperCase().split(/\s+/),
    );
    if (mechanisms.includes('PLAIN')) {
      await ask('AUTH', `AUTH PLAIN ${base64(`\0${username}\0${password}`)}`); // RFC 4616
    } else if (mechanisms.includes('LOGIN')) {
      await ask('AUTH', 'AUTH LOGIN', 3);
      await ask('AUTH', base64(username), 3);
      await ask('AUTH', base64(password));
    } else {
      throw new MailError('the mail server offers neither AUTH PLAIN nor AUTH LOGIN');
    }
  }

  // RFC 6531 section 3.4: an address beyond ASCII needs a server that takes it.
  const international = /\P{ASCII}/u.test(mail.to);
  if (international && !/^250[ -]SMTPUTF8\b/im.test(offers)) {
    throw new MailError('the mail server takes no addresses beyond ASCII', { permanent: true });
  }
  await ask('MAIL', `MAIL FROM:<${from}>${international ? ' SMTPUTF8' : ''}`);
  await ask('RCPT', `RCPT TO:<${mail.to}>`);
  await ask('DATA', 'DATA', 3);
  // RFC 5321 section 4.5.2: a line that begins with a dot gets a second one; a dot alone ends the mail.
  await ask('the mail', `${message.replace(/^\./gm, '..')}.`);
}
