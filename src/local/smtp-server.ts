// A mail server for tests: stores received mails, serves them over HTTP to tests in workerd, and injects faults.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import type { Fault } from './smtp-fault.ts';

export type ReceivedMail = {
  /** The envelope's recipients in lower case, which may differ from the header. */
  to: string[];
  from: string;
  subject: string;
  html: string;
  text: string;
  /** Headers by lower-case name, unfolded as far as mailparser does. The last of a repeated header wins. */
  headers: Record<string, string>;
  receivedAt: string;
};

const faults: readonly Fault[] = [
  'refuse-recipient',
  'temporary-failure',
  'slow',
  'close-midway',
  'lose-answer',
];

export type TestSmtpServer = {
  /**
   * Three listeners: plain text with AUTH, implicit TLS, and STARTTLS. The certificate is self-signed and expired.
   */
  smtpUrl: string;
  smtpsUrl: string;
  startTlsUrl: string;
  /**
   * `GET /mails?to=` lists mails; with `&count=&within=` it waits for that number, at most that many milliseconds.
   * `DELETE /mails[?to=]`. `PUT /faults {recipient, kind, milliseconds?}`, `DELETE /faults[?recipient=]`.
   */
  mailApiUrl: string;
  stop(): Promise<void>;
};

/** Starts all listeners on free ports of 127.0.0.1. A recipient's local part can select a fault too: `slow+x@…`. */
export async function startSmtpServer(): Promise<TestSmtpServer> {
  let mails: ReceivedMail[] = [];
  let waiting: (() => void)[] = [];
  const faultsByRecipient = new Map<string, { kind: Fault; milliseconds: number }>();

  function faultOf(recipient: string) {
    const named = faults.find((kind) => recipient.split(/[+@]/)[0] === kind);
    return faultsByRecipient.get(recipient) ?? (named && { kind: named, milliseconds: 1000 });
  }

  function keep(mail: ReceivedMail): void {
    mails.push(mail);
    for (const wake of waiting) wake();
    waiting = [];
  }

  function listener(options: SMTPServerOptions): SMTPServer {
    const server = new SMTPServer({
      name: 'localhost',
      logger: false,
      disableReverseLookup: true,
      authOptional: true,
      ...options,
      onAuth: (auth, _session, done) => done(null, { user: auth.username || 'anybody' }),
      onRcptTo({ address }, _session, done) {
        const kind = faultOf(address.toLowerCase())?.kind;
        if (kind === 'refuse-recipient') return done(reply(550, 'No such mailbox'));
        if (kind === 'temporary-failure') return done(reply(451, 'Try again later'));
        done();
      },
      async onData(stream, session, done) {
        const to = session.envelope.rcptTo.map(({ address }) => address.toLowerCase());
        const fault = to.map(faultOf).find((found) => found !== undefined);
        if (fault?.kind === 'close-midway') return hangUp(server, session);
        try {
          const { from, subject = '', html, text = '', headerLines } = await simpleParser(stream);
          const headers = Object.fromEntries(
            headerLines.map(({ key, line }) => [key, line.slice(key.length + 1).trim()]),
          );
          const receivedAt = new Date().toISOString();
          keep({ to, from: from?.text ?? '', subject, html: html || '', text, headers, receivedAt });
        } catch (error) {
          return done(error as Error);
        }
        if (fault?.kind === 'lose-answer') return hangUp(server, session);
        setTimeout(done, fault?.kind === 'slow' ? fault.milliseconds : 0);
      },
    });
    server.on('error', () => {}); // a client that disconnects is part of a test
    return server;
  }

  async function listMails(query: URLSearchParams): Promise<ReceivedMail[]> {
    const to = query.get('to')?.toLowerCase();
    const count = Number(query.get('count') ?? 0);
    const deadline = Date.now() + Number(query.get('within') ?? 60_000);
    for (;;) {
      const found = mails.filter((mail) => to === undefined || mail.to.includes(to));
      const left = deadline - Date.now();
      if (found.length >= count || left <= 0) return found;
      await new Promise<void>((wake) => {
        waiting.push(wake);
        setTimeout(wake, left).unref();
      });
    }
  }

  const api = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const routes: Record<string, () => unknown> = {
      'GET /mails': () => listMails(searchParams),
      'DELETE /mails'() {
        const to = searchParams.get('to')?.toLowerCase();
        mails = to === undefined ? [] : mails.filter((mail) => !mail.to.includes(to));
      },
      async 'PUT /faults'() {
        const { recipient, kind, milliseconds = 1000 } = await readJson(request);
        if (!faults.includes(kind)) throw new Error(`kind is one of ${faults.join(', ')}`);
        faultsByRecipient.set(recipient.toLowerCase(), { kind, milliseconds });
      },
      'DELETE /faults'() {
        const recipient = searchParams.get('recipient')?.toLowerCase();
        if (recipient === undefined) faultsByRecipient.clear();
        else faultsByRecipient.delete(recipient);
      },
    };
    const route = routes[`${request.method} ${pathname}`];
    try {
      const body = await route?.();
      response.writeHead(route === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? null));
    } catch (error) {
      response.writeHead(400).end(JSON.stringify({ message: String(error) }));
    }
  });

  const plain = listener({ disabledCommands: ['STARTTLS'] });
  const implicitTls = listener({ secure: true });
  const startTls = listener({});
  const [smtpPort, smtpsPort, startTlsPort, apiPort] = await Promise.all([
    listening(plain.listen(0, '127.0.0.1')),
    listening(implicitTls.listen(0, '127.0.0.1')),
    listening(startTls.listen(0, '127.0.0.1')),
    listening(api.listen(0, '127.0.0.1')),
  ]);
  return {
    smtpUrl: `smtp://test:test@127.0.0.1:${smtpPort}`,
    smtpsUrl: `smtps://test:test@127.0.0.1:${smtpsPort}`,
    startTlsUrl: `smtp://test:test@127.0.0.1:${startTlsPort}`,
    mailApiUrl: `http://127.0.0.1:${apiPort}`,
    async stop() {
      api.close();
      api.closeAllConnections();
      for (const server of [plain, implicitTls, startTls]) {
        for (const connection of server.connections) connection.close();
        await new Promise<void>((closed) => server.close(() => closed()));
      }
    },
  };
}

async function listening(server: ReturnType<typeof createServer> | SMTPServer['server']): Promise<number> {
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const reply = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });

/** Closes the connection without an SMTP reply, as a network failure does. */
function hangUp(server: SMTPServer, session: SMTPServerSession): void {
  for (const connection of server.connections) if (connection.id === session.id) connection._socket.destroy();
}

async function readJson(request: IncomingMessage) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return JSON.parse(body);
}
