// What a transport takes, does and throws, so that whoever sends a mail does not know how it travels.

/** One mail to one person. Two mails with the same `id` hold the same words: a receiver may drop the second. */
export type Mail = {
  /** The Message-ID (RFC 5322 section 3.6.4) is made of it: the same at every attempt. A UUID. */
  readonly id: string;
  /** When it was written. */
  readonly date: Date;
  /** A bare address, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
};

export type Mailer = {
  /** Resolves once a mail server has taken the mail over. @throws MailError and nothing else. */
  send(mail: Mail): Promise<void>;
};

/** Says what failed, for a log: never a password, a token, the text of a mail or the words of a foreign server. */
export class MailError extends Error {
  override readonly name = 'MailError';
  /** True when this mail can never reach this person; false when a later attempt may succeed. */
  readonly permanent: boolean;

  constructor(message: string, { permanent = false } = {}) {
    super(message);
    this.permanent = permanent;
  }

  /** One short line, to be kept with the mail (`mails.last_error`). */
  get summary(): string {
    return this.message.replace(/\p{Cc}+/gu, ' ').slice(0, 200);
  }
}
