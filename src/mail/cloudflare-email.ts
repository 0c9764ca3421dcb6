// Mail through Cloudflare's own `send_email` binding, for a domain that is onboarded to Cloudflare Email Service.

import { MailError, type Mailer } from './mailer.ts';
import { isMailAddress, parseSender } from './smtp-url.ts';

/**
 * The errors that are about this recipient (developers.cloudflare.com/email-service/api/send-emails/workers-api). Whom a binding
 * allows (E_RECIPIENT_NOT_ALLOWED) and what it takes (E_VALIDATION_ERROR) is the operator's to mend.
 */
const permanentCodes = new Set(['E_RECIPIENT_SUPPRESSED']);

/**
 * Date and Message-ID are the platform's and cannot be set: a repeat of a mail is a second mail to its receiver.
 *
 * @throws Error when `from` is malformed.
 */
export function createBindingMailer(binding: SendEmail, from: string): Mailer {
  const { name, address } = parseSender(from);
  return {
    async send({ to, subject, html, text }) {
      if (!isMailAddress(to))
        throw new MailError('the recipient is not an address that mail can be sent to', { permanent: true });
      try {
        await binding.send({
          to,
          from: name ? { name, email: address } : address,
          subject,
          html,
          text,
          headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834 section 5
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
