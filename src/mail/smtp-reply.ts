// SMTP replies, and which of them are permanent failures: those about this person's mailbox. A refusal because of the
// sender is none, as an operator can correct that.

export type Reply = { readonly code: number; readonly lines: string };

export type Step = 'the connection' | 'EHLO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'the mail';

/** Enhanced status code (RFC 3463), where the server sends one. */
export function statusOf({ lines }: Reply): string | undefined {
  return /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/m.exec(lines)?.[1];
}

/** Before RCPT the recipient has not been named, so whatever is refused there is about the sender. */
const stepsWithRecipient: ReadonlySet<Step> = new Set(['RCPT', 'DATA', 'the mail']);

/**
 * Status codes about the recipient (RFC 3463): X.1 is about addresses (section 3.2), X.2 about mailboxes (3.3).
 * X.1.7 and X.1.8 are about the sender's address. Details that IANA does not list are a vendor's own: 5.1.90 of
 * Exchange Online is a quota of the sender's.
 */
const aboutRecipient = /^5\.(?:1\.(?:[0-6]|10)|2\.[0-4])$/;

/** Reply codes about the recipient (RFC 5321 section 4.2.3): no such mailbox, user not local, name not allowed. */
const codesAboutRecipient = new Set([550, 551, 553]);

/** Refusals of the sender without a status code, as Exim's "550 relay not permitted". A vain attempt is harmless. */
const wordsAboutSender =
  /relay|authent|polic|sender|verif|spf|dkim|dmarc|spam|block|blacklist|reputation|quota|limit|\brate\b/i;

/** Permanent failure: no later attempt can reach this person. */
export function isFinal(step: Step, reply: Reply): boolean {
  if (reply.code < 500 || !stepsWithRecipient.has(step)) return false;
  const status = statusOf(reply);
  if (status) return aboutRecipient.test(status);
  return step === 'RCPT' && codesAboutRecipient.has(reply.code) && !wordsAboutSender.test(reply.lines);
}
