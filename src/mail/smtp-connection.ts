// One TCP connection that writes SMTP commands and reads replies. It fails as soon as the server closes it.

import { connect } from 'cloudflare:sockets';
import { MailError } from './mailer.ts';
import type { Reply } from './smtp-reply.ts';
import { portHint, type SmtpServer } from './smtp-url.ts';

/** Upper limit of a reply: 32 lines of 512 octets (RFC 5321 section 4.5.3.1.5), more than EHLO's ever has. */
const replyCharacters = 16 * 1024;

const transports = { tls: 'on', starttls: 'starttls', none: 'off' } as const;

export class SmtpConnection {
  #socket: Socket;
  #reader: ReadableStreamDefaultReader<Uint8Array>;
  #writer: WritableStreamDefaultWriter<Uint8Array>;
  #received = '';
  readonly #hint: string;

  constructor(server: SmtpServer) {
    const { hostname, port, security } = server;
    this.#hint = portHint(server);
    this.#socket = connect(
      { hostname, port },
      { secureTransport: transports[security], allowHalfOpen: false },
    );
    this.#reader = this.#socket.readable.getReader();
    this.#writer = this.#socket.writable.getWriter();
  }

  async write(text: string): Promise<void> {
    await this.#withCause(this.#writer.write(new TextEncoder().encode(text)));
  }

  /** The next reply, with all its lines. */
  async read(): Promise<Reply> {
    for (;;) {
      // Multiline reply (RFC 5321 section 4.2.1): a hyphen after the code says that more lines follow.
      const reply = /^(?:\d{3}-[^\n]*\n)*(\d{3})(?:[ \r][^\n]*)?\n/.exec(this.#received);
      if (reply) {
        this.#received = this.#received.slice(reply[0].length);
        return { code: Number(reply[1]), lines: reply[0] };
      }
      if (this.#received.length > replyCharacters)
        throw new MailError('the mail server answered without end');
      const { value, done } = await this.#withCause(this.#reader.read());
      if (done) {
        await this.#socket.opened; // rejects, and says why, where it never opened
        throw new MailError(`the mail server closed the connection${this.#hint}`);
      }
      this.#received += new TextDecoder().decode(value);
    }
  }

  /** The cause of a failure: `opened` rejects with it, for TLS too. The streams only say that they were cancelled. */
  async #withCause<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      await this.#socket.opened;
      throw error;
    }
  }

  /** The TLS handshake, once the server has agreed to STARTTLS. */
  upgrade(): void {
    this.#reader.releaseLock();
    this.#writer.releaseLock();
    this.#socket = this.#socket.startTls();
    this.#reader = this.#socket.readable.getReader();
    this.#writer = this.#socket.writable.getWriter();
    // STARTTLS injection (RFC 3207 section 6): what came before TLS may be an attacker's.
    this.#received = '';
  }

  /** QUIT (RFC 5321 section 4.1.1.10). Its reply is not awaited: it changes nothing, and some servers send none. */
  close(): void {
    this.#writer.write(new TextEncoder().encode('QUIT\r\n')).catch(ignore);
    this.#socket.close().catch(ignore);
  }
}

function ignore(): void {}
