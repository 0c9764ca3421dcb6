// The interface of a mail transport: what it takes, does and throws. Whoever sends a mail knows no more than this.

/** One mail to one person. Two mails with the same `id` have the same content, so a receiver may drop the second. */
export type Mail = {
  /** A UUID. The Message-ID (RFC 5322 section 3.6.4) is derived from it, and so is the same at every attempt. */
  readonly id: string;
  /** The Date header field (RFC 5322 section 3.6.1). */
  readonly date: Date;
  /** An addr-spec (RFC 5322 section 3.4.1): no display name, no angle brackets. */
  readonly to: string;
  /** An addr-spec as well: where answers go. Otherwise they go to the sender. */
  readonly replyTo: string | undefined;
  /** A tag (BCP 47). */
  readonly language: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
};

export type Mailer = {
  /** Resolves once a mail server has taken the mail over. @throws MailError and nothing else. */
  send(mail: Mail): Promise<void>;
};

/** Says what failed, for the log: no password, no token, no content of a mail and no words of a foreign server. */
export class MailError extends Error {
  override readonly name = 'MailError';
  /** A permanent failure: no later attempt can reach this person. Otherwise one may. */
  readonly permanent: boolean;

  constructor(message: string, { permanent = false } = {}) {
    super(message);
    this.permanent = permanent;
  }

  /** One short line, which is stored with the mail (`mails.last_error`). */
  get summary(): string {
    return this.message.replace(/\p{Cc}+/gu, ' ').slice(0, 200);
  }
}
