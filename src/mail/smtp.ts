// Mail over SMTP submission (RFC 5321, 6409) from a Worker: one connection a mail, closed whatever happens, and
// credentials in clear to nobody but this machine itself.

import { type Mail, MailError, type Mailer } from './mailer.ts';
import { base64, composeMessage } from './mime.ts';
import { SmtpConnection } from './smtp-connection.ts';
import { parseSender, parseSmtpUrl, type SmtpServer } from './smtp-url.ts';

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
      const message = composeMessage(mail, sender);
      const deadline = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => deadline.reject(new MailError(`the mail server took longer than ${timeoutMilliseconds} ms`)),
        timeoutMilliseconds,
      );
      let connection: SmtpConnection | undefined;
      try {
        connection = new SmtpConnection(server);
        await Promise.race([submit(connection, server, sender.address, mail, message), deadline.promise]);
      } catch (error) {
        if (error instanceof MailError) throw error;
        throw new MailError(
          `the mail server cannot be reached: ${error instanceof Error ? error.message : 'unknown'}`,
        );
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
  /** Says a line and gives the answer. `name` stands for the line in an error: a line may hold a secret. */
  async function ask(name: string, line: string, expected = 2): Promise<string> {
    await connection.write(`${line}\r\n`);
    return heard(name, expected);
  }

  async function heard(name: string, expected = 2): Promise<string> {
    const { code, lines } = await connection.read();
    if (Math.floor(code / 100) === expected) return lines;
    // The words of an answer may quote the mail; its codes (RFC 3463) do not.
    const status = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(lines)?.[1];
    throw new MailError(`the mail server answered ${name} with ${[code, status].filter(Boolean).join(' ')}`, {
      // RFC 5321 section 4.2.1: 5yz is final. At any other step it judges us, which an operator can mend.
      permanent: code >= 500 && (name === 'RCPT' || name === 'the mail'),
    });
  }

  // RFC 5321 section 4.1.1.1: a client without a name of its own gives an address literal.
  const greet = () => ask('EHLO', 'EHLO [127.0.0.1]');

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
    const mechanisms = /^250[ -]AUTH[ =](.*)$/im.exec(offers)?.[1]?.toUpperCase().split(/\s+/) ?? [];
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
  const international = /\P{ASCII}/u.test(from + mail.to);
  if (international && !/^250[ -]SMTPUTF8\b/im.test(offers)) {
    throw new MailError('the mail server takes no addresses beyond ASCII', { permanent: true });
  }
  await ask('MAIL', `MAIL FROM:<${from}>${international ? ' SMTPUTF8' : ''}`);
  await ask('RCPT', `RCPT TO:<${mail.to}>`);
  await ask('DATA', 'DATA', 3);
  // RFC 5321 section 4.5.2: a line that begins with a dot gets a second one; a dot alone ends the mail.
  await ask('the mail', `${message.replace(/^\./gm, '..')}.`);
}
