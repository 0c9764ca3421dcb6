// What a mail server's refusal is about: this person's mailbox, for good, or us, which an operator can mend.

export type Reply = { readonly code: number; readonly lines: string };

export type Step = 'the connection' | 'EHLO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'the mail';

/** The enhanced status code (RFC 3463), where the server gives one. */
export function statusOf({ lines }: Reply): string | undefined {
  return /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/m.exec(lines)?.[1];
}

/** Before RCPT nobody has been named: whatever is refused there is ours. */
const stepsWithRecipient: ReadonlySet<Step> = new Set(['RCPT', 'DATA', 'the mail']);

/**
 * X.1 is about an address and X.2 about a mailbox (RFC 3463 sections 3.2 and 3.3); of the first 7 and 8 are the sender's.
 * Other details than IANA's are a vendor's own: Exchange Online's 5.1.90 is a quota of the sender's.
 */
const aboutRecipient = /^5\.(?:1\.(?:[0-6]|10)|2\.[0-4])$/;

/** RFC 5321 section 4.2.3: no such mailbox, not here, no such name. What else RCPT is refused with judges us. */
const codesAboutRecipient = new Set([550, 551, 553]);

/** Exim's "550 relay not permitted" and its like have no status: a mail sent in vain once more is the smaller harm. */
const wordsAboutSender =
  /relay|authent|polic|sender|verif|spf|dkim|dmarc|spam|block|blacklist|reputation|quota|limit|\brate\b/i;

/** Whether no later attempt can reach this person. */
export function isFinal(step: Step, reply: Reply): boolean {
  if (reply.code < 500 || !stepsWithRecipient.has(step)) return false;
  const status = statusOf(reply);
  if (status) return aboutRecipient.test(status);
  return step === 'RCPT' && codesAboutRecipient.has(reply.code) && !wordsAboutSender.test(reply.lines);
}
