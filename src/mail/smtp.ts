// SMTP submission (RFC 5321, RFC 6409) as a mail transport: one connection for each mail, closed whatever happens.
// Credentials go in cleartext to a server on this machine alone.

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
  /** For the whole SMTP session, from connecting to the last reply. */
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
  /** Sends a command and returns its reply. Errors name the step instead of the line, which may hold a secret. */
  async function command(step: Step, line: string, expected = 2): Promise<string> {
    await connection.write(`${line}\r\n`);
    return expectReply(step, expected);
  }

  /** @param expected the first digit of the reply code: 2 for success, 3 where the server waits for more. */
  async function expectReply(step: Step, expected = 2): Promise<string> {
    const received = await connection.read();
    if (Math.floor(received.code / 100) === expected) return received.lines;
    // The text of a reply may quote the mail. Its codes do not.
    const codes = [received.code, statusOf(received)].filter(Boolean).join(' ');
    throw new MailError(`the mail server answered ${step} with ${codes}`, {
      permanent: isFinal(step, received),
    });
  }

  // EHLO domain: the sender's, as a Worker has no host name, and Google's relay hangs up on an address literal.
  const ehlo = () => command('EHLO', `EHLO ${domainOf(from)}`);

  await expectReply('the connection');
  let extensions = await ehlo();
  if (server.security === 'starttls') {
    // STARTTLS stripping (RFC 3207 section 6): an attacker can hide the extension, so without it no mail is sent.
    if (!/^250[ -]STARTTLS\b/im.test(extensions))
      throw new MailError('the mail server does not offer STARTTLS');
    await command('STARTTLS', 'STARTTLS');
    connection.upgrade();
    extensions = await ehlo();
  }

  if (server.credentials) {
    const { username, password } = server.credentials;
    // SASL mechanisms: some servers list them on several lines, or after the `=` of before RFC 2554.
    const mechanisms = [...extensions.matchAll(/^250[ -]AUTH[ =](.*)$/gim)].flatMap(([, names = '']) =>
      names.toUpperCase().split(/\s+/),
    );
    if (mechanisms.includes('PLAIN')) {
      await command('AUTH', `AUTH PLAIN ${base64(`\0${username}\0${password}`)}`); // RFC 4616 section 2
    } else if (mechanisms.includes('LOGIN')) {
      await command('AUTH', 'AUTH LOGIN', 3);
      await command('AUTH', base64(username), 3);
      await command('AUTH', base64(password));
    } else {
      throw new MailError('the mail server offers neither AUTH PLAIN nor AUTH LOGIN');
    }
  }

  // SMTPUTF8 (RFC 6531 section 3.4): an address beyond ASCII needs a server with this extension.
  const international = /\P{ASCII}/u.test(mail.to);
  if (international && !/^250[ -]SMTPUTF8\b/im.test(extensions)) {
    throw new MailError('the mail server takes no addresses beyond ASCII', { permanent: true });
  }
  await command('MAIL', `MAIL FROM:<${from}>${international ? ' SMTPUTF8' : ''}`);
  await command('RCPT', `RCPT TO:<${mail.to}>`);
  await command('DATA', 'DATA', 3);
  // Dot-stuffing (RFC 5321 section 4.5.2): a line that begins with a dot gets another. A dot alone ends the mail.
  await command('the mail', `${message.replace(/^\./gm, '..')}.`);
}
