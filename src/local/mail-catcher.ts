// An SMTP server that delivers nothing and a web inbox that shows what it was given, both on loopback.
import { MailDev } from 'maildev';
import type { SMTPServer } from 'smtp-server';

export type MailCatcher = { smtpUrl: string; inboxUrl: string; stop(): Promise<void> };

/**
 * Starts maildev. Any credentials are accepted, and none are needed. Mails live in `dataDirectory` between runs, or in
 * memory. Its REST API: `GET /api/email`, `GET /api/email/:id`, `DELETE /api/email/:id`, `DELETE /api/email/all`.
 */
export async function startMailCatcher(options: {
  smtpPort: number;
  uiPort: number;
  dataDirectory?: string;
}): Promise<MailCatcher> {
  const { smtpPort, uiPort, dataDirectory } = options;
  const host = '127.0.0.1';
  const maildev = new MailDev({
    smtp: smtpPort,
    ip: host,
    web: uiPort,
    webIp: host,
    silent: true,
    // Credentials have to be named for AUTH to be offered at all.
    incomingUser: 'dev',
    incomingPass: 'dev',
    ...(dataDirectory !== undefined && { mailDirectory: dataDirectory }),
  });
  const { smtp, api } = await withoutItsConsoleLine(() => maildev.start());
  // maildev cannot be told to accept anybody: reach for the smtp-server underneath.
  const server: SMTPServer | null = smtp['smtp'];
  if (server === null || api === undefined) throw new Error('maildev has not started its two servers');
  server.options.authOptional = true;
  server.options.disableReverseLookup = true; // no DNS
  server.onAuth = (auth, _session, callback) => callback(null, { user: auth.username || 'anybody' });
  return {
    smtpUrl: `smtp://dev:dev@${host}:${smtp.getPort()}`,
    inboxUrl: `http://${host}:${api.getPort()}`,
    stop: () => maildev.stop(),
  };
}

/** maildev prints where its API runs, whatever it is told; start.ts prints that in its own place. */
async function withoutItsConsoleLine<T>(work: () => Promise<T>): Promise<T> {
  const { info } = console;
  console.info = () => {};
  try {
    return await work();
  } finally {
    console.info = info;
  }
}
