// One TCP connection that speaks SMTP's lines. It ends with an error when the server goes away, and never waits unseen.

import { connect } from 'cloudflare:sockets';
import { MailError } from './mailer.ts';
import type { Reply } from './smtp-reply.ts';
import { portHint, type SmtpServer } from './smtp-url.ts';

/** A whole EHLO answer is shorter; a server that says more is not one to listen to (RFC 5321 section 4.5.3.1.5). */
const replyCharacters = 16 * 1024;

const transports = { tls: 'on', starttls: 'starttls', none: 'off' } as const;

export class SmtpConnection {
  #socket: Socket;
  #reader: ReadableStreamDefaultReader<Uint8Array>;
  #writer: WritableStreamDefaultWriter<Uint8Array>;
  #heard = '';
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
    await this.#because(this.#writer.write(new TextEncoder().encode(text)));
  }

  /** The next reply, all its lines. */
  async read(): Promise<Reply> {
    for (;;) {
      // RFC 5321 section 4.2.1: a hyphen after the code says that more lines follow.
      const reply = /^(?:\d{3}-[^\n]*\n)*(\d{3})(?:[ \r][^\n]*)?\n/.exec(this.#heard);
      if (reply) {
        this.#heard = this.#heard.slice(reply[0].length);
        return { code: Number(reply[1]), lines: reply[0] };
      }
      if (this.#heard.length > replyCharacters) throw new MailError('the mail server answered without end');
      const { value, done } = await this.#because(this.#reader.read());
      if (done) {
        await this.#socket.opened; // where it never opened, this says why
        throw new MailError(`the mail server closed the connection${this.#hint}`);
      }
      this.#heard += new TextDecoder().decode(value);
    }
  }

  /** Its streams only say that they were cancelled; why a connection, or its TLS, failed is what `opened` rejects with. */
  async #because<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      await this.#socket.opened;
      throw error;
    }
  }

  /** After the server agreed to STARTTLS. */
  upgrade(): void {
    this.#reader.releaseLock();
    this.#writer.releaseLock();
    this.#socket = this.#socket.startTls();
    this.#reader = this.#socket.readable.getReader();
    this.#writer = this.#socket.writable.getWriter();
    // RFC 3207 section 6: what was said before TLS may be an attacker's.
    this.#heard = '';
  }

  /** RFC 5321 section 4.1.1.10. Neither answer is waited for: it could change nothing, and some servers never give it. */
  close(): void {
    this.#writer.write(new TextEncoder().encode('QUIT\r\n')).catch(ignore);
    this.#socket.close().catch(ignore);
  }
}

function ignore(): void {}
