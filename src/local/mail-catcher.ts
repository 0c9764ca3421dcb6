// A mail catcher on loopback: an SMTP server that delivers nothing, and a web inbox that shows the mails.
import { MailDev } from 'maildev';
import type { SMTPServer } from 'smtp-server';
import { openLinks } from './inbox-links.ts';
import type { CaughtMail } from './mail-banner.ts';

export type MailCatcher = { smtpUrl: string; inboxUrl: string; stop(): Promise<void> };

/**
 * Starts maildev. Credentials are optional, and any are accepted. Mails are stored in `dataDirectory`, or in memory
 * without it. Its REST API: `GET /api/email`, `GET /api/email/:id`, `DELETE /api/email/:id`, `DELETE /api/email/all`.
 */
export async function startMailCatcher(options: {
  smtpPort: number;
  uiPort: number;
  dataDirectory?: string;
  /** `url` is where the inbox shows the mail. */
  onMail?: (mail: CaughtMail, url: string) => void;
}): Promise<MailCatcher> {
  const { smtpPort, uiPort, dataDirectory, onMail } = options;
  const host = '127.0.0.1';
  const maildev = new MailDev({
    smtp: smtpPort,
    ip: host,
    web: uiPort,
    webIp: host,
    silent: true,
    // maildev offers AUTH only if credentials are configured.
    incomingUser: 'dev',
    incomingPass: 'dev',
    ...(dataDirectory !== undefined && { mailDirectory: dataDirectory }),
  });
  const { smtp, api } = await withoutConsoleInfo(() => maildev.start());
  // maildev has no option to accept any credentials, so the underlying smtp-server is configured directly.
  const server: SMTPServer | null = smtp['smtp'];
  if (server === null || api === undefined) throw new Error('maildev has not started its two servers');
  server.options.authOptional = true;
  server.options.disableReverseLookup = true; // no DNS
  server.onAuth = (auth, _session, callback) => callback(null, { user: auth.username || 'anybody' });
  const inboxUrl = `http://localhost:${api.getPort()}`;
  await openLinks(api.server.server, inboxUrl);
  smtp.on('new', (mail: CaughtMail & { id: string }) => onMail?.(mail, `${inboxUrl}/#/email/${mail.id}`));
  return {
    smtpUrl: `smtp://dev:dev@${host}:${smtp.getPort()}`,
    inboxUrl,
    stop: () => maildev.stop(),
  };
}

/** maildev prints its API's address even with `silent`; start.ts prints it instead. */
async function withoutConsoleInfo<T>(work: () => Promise<T>): Promise<T> {
  const { info } = console;
  console.info = () => {};
  try {
    return await work();
  } finally {
    console.info = info;
  }
}
