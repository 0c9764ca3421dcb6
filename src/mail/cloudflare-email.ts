// Cloudflare Email Service as a mail transport: the `send_email` binding, for a domain that is onboarded to it.

import { MailError, type Mailer } from './mailer.ts';
import { asciiAddress, isMailAddress, parseSender } from './smtp-url.ts';

/**
 * Permanent failures: about the recipient (developers.cloudflare.com/email-service/api/send-emails/workers-api).
 * E_RECIPIENT_NOT_ALLOWED and E_VALIDATION_ERROR are about the binding, which an operator can correct.
 */
const permanentCodes = new Set(['E_RECIPIENT_SUPPRESSED']);

/**
 * No deduplication: the platform sets Date and Message-ID itself, so whoever is sent a mail again gets it twice.
 *
 * @throws Error when `from` is malformed.
 */
export function createBindingMailer(binding: SendEmail, from: string): Mailer {
  const { name, address } = parseSender(from);
  return {
    async send({ to, replyTo, language, subject, html, text }) {
      if (!isMailAddress(to))
        throw new MailError('the recipient is not an address that mail can be sent to', { permanent: true });
      const answersTo = replyTo === undefined ? undefined : asciiAddress(replyTo);
      try {
        await binding.send({
          to,
          from: name ? { name, email: address } : address,
          ...(answersTo !== undefined && { replyTo: answersTo }),
          subject,
          html,
          text,
          // What of RFC 3834 section 5 and RFC 3282 the platform lets through.
          headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
        });
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code';
        throw new MailError(`the email binding failed with ${code}`, {
          permanent: permanentCodes.has(code),
        });
      }
    },
  };
}
