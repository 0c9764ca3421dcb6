// Internet Message Format (RFC 5322) and MIME. The same mail gives the same octets. There is no header injection: no
// content of a mail can add a header field.

import { type Mail, MailError } from './mailer.ts';
import { asciiAddress, domainOf, isMailAddress, type Sender } from './smtp-url.ts';

/** The message before dot-stuffing, which is SMTP's. @throws MailError, permanent, when `to` is not an address. */
export async function composeMessage(mail: Mail, sender: Sender): Promise<string> {
  if (!isMailAddress(mail.to))
    throw new MailError('the recipient is not an address that mail can be sent to', { permanent: true });
  const name = await publicName(mail.id);
  const replyTo = mail.replyTo === undefined ? undefined : asciiAddress(mail.replyTo);
  // Boundary (RFC 2046 section 5.1.1): `=_` occurs neither in quoted-printable nor in base64 (RFC 2045 section 6.7 and 6.8).
  const boundary = `=_${name}`;
  const head = {
    // Time zone (RFC 5322 section 3.3): a number, as `GMT` is obsolete.
    Date: mail.date.toUTCString().replace('GMT', '+0000'),
    From: sender.name ? `${displayName(sender.name)} <${sender.address}>` : sender.address,
    To: mail.to,
    ...(replyTo !== undefined && { 'Reply-To': replyTo }),
    Subject: encodedWords(mail.subject),
    'Message-ID': `<${name}@${domainOf(sender.address)}>`,
    // Auto-Submitted (RFC 3834 section 5): so that no out-of-office answer comes back.
    'Auto-Submitted': 'auto-generated',
    'Content-Language': mail.language, // RFC 3282
    'MIME-Version': '1.0',
    'Content-Type': `multipart/alternative; boundary="${boundary}"`,
  };
  // multipart/alternative (RFC 2046 section 5.1.4): the richest alternative comes last.
  const parts = [bodyPart('plain', mail.text), bodyPart('html', mail.html)];
  return `${headerFields(head)}\r\n\r\n${parts.map((each) => `--${boundary}\r\n${each}\r\n`).join('')}--${boundary}--\r\n`;
}

/**
 * A one-way hash of a mail's id, for the Message-ID, which others read in mails and logs. The id itself is not shown,
 * as link and code are derived from it.
 */
export async function publicName(mailId: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`message-id ${mailId}`));
  return Array.from(new Uint8Array(digest, 0, 18), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Text in Latin letters can be read as quoted-printable; that in other scripts is three times as long, and shorter as base64. */
function bodyPart(subtype: string, content: string): string {
  const [printable, binary] = [quotedPrintable(content), base64Lines(content)];
  const isBinary = binary.length < printable.length;
  const head = {
    'Content-Type': `text/${subtype}; charset=utf-8`,
    'Content-Transfer-Encoding': isBinary ? 'base64' : 'quoted-printable',
  };
  return `${headerFields(head)}\r\n\r\n${isBinary ? binary : printable}`;
}

/** Header fields (RFC 5322 section 2.2). A value stays one field, and is folded after encoded-words alone. */
function headerFields(head: Readonly<Record<string, string>>): string {
  return Object.entries(head)
    .map(
      ([name, value]) => `${name}: ${value.replace(/\p{Cc}+/gu, ' ').replace(/\?= (?==\?|<)/g, '?=\r\n ')}`,
    )
    .join('\r\n');
}

/** Display name: a quoted-string, or encoded-words, which never stand inside quotes (RFC 2047 section 5(3)). */
function displayName(name: string): string {
  const encoded = encodedWords(name);
  return encoded === name ? `"${name}"` : encoded;
}

/**
 * MIME encoded-words (RFC 2047): of whole characters (section 5), and with the name of the field in a line of at most 76 (section 2).
 */
function encodedWords(value: string): string {
  const text = value.toWellFormed().replace(/\p{Cc}+/gu, ' ');
  if (/^[\x20-\x7e]{0,69}$/.test(text) && !text.includes('=?')) return text;
  const words = [''];
  for (const character of text) {
    const longer = base64(words.at(-1) + character);
    if (longer.length > wordLength) words.push('');
    words.push(words.pop() + character);
  }
  return words.map((word) => `=?utf-8?B?${base64(word)}?=`).join(' ');
}

/** In base64, whose groups of four are never cut. Beside it are 12 characters, and 9 of `Subject: `. */
const wordLength = 52;

/** Quoted-printable (RFC 2045 section 6.7): safe ASCII, no trailing white space, at most 76 characters in a line. */
function quotedPrintable(text: string): string {
  return text
    .toWellFormed()
    .split(/\r\n|\r|\n/)
    .map((line) =>
      line
        .replace(/[^\t\x20-\x3c\x3e-\x7e]|[\t ]$/gu, (character) =>
          encodeURIComponent(character).replaceAll('%', '='),
        )
        // Soft line breaks never split an escape: no piece ends in `=` or in `=X`.
        .match(/.{1,75}(?<!=.?)/g)
        ?.join('=\r\n'),
    )
    .join('\r\n');
}

/** Base64 as a body (RFC 2045 section 6.8). Line breaks of a text are CRLF before it is encoded (section 2.10). */
function base64Lines(text: string): string {
  const lines = text.toWellFormed().replace(/\r\n|\r|\n/g, '\r\n');
  return base64(lines).replace(/.{76}(?=.)/g, '$&\r\n');
}

/** Base64 of the text's UTF-8 octets. */
export function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}
