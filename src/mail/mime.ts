// A mail as the octets of RFC 5322 and MIME: the same mail gives the same octets, and nothing in it can add a header field.

import { type Mail, MailError } from './mailer.ts';
import { domainOf, isMailAddress, type Sender } from './smtp-url.ts';

/** The message, without the dot-stuffing of SMTP. @throws MailError, permanent, when `to` is not an address. */
export async function composeMessage(mail: Mail, sender: Sender): Promise<string> {
  if (!isMailAddress(mail.to))
    throw new MailError('the recipient is not an address that mail can be sent to', { permanent: true });
  // RFC 2045 section 6.7: `=_` never occurs in quoted-printable text, so the boundary cannot either.
  const name = await publicName(mail.id);
  const boundary = `=_${name}`;
  const head = {
    // RFC 5322 section 3.3: the zone is a number; `GMT` is obsolete.
    Date: mail.date.toUTCString().replace('GMT', '+0000'),
    From: sender.name ? `${phrase(sender.name)} <${sender.address}>` : sender.address,
    To: mail.to,
    Subject: unstructured(mail.subject),
    'Message-ID': `<${name}@${domainOf(sender.address)}>`,
    // RFC 3834 section 5: so that no out-of-office answer comes back.
    'Auto-Submitted': 'auto-generated',
    'MIME-Version': '1.0',
    'Content-Type': `multipart/alternative; boundary="${boundary}"`,
  };
  // RFC 2046 section 5.1.4: the richest alternative comes last.
  const parts = [part('plain', mail.text), part('html', mail.html)];
  return `${fields(head)}\r\n\r\n${parts.map((each) => `--${boundary}\r\n${each}\r\n`).join('')}--${boundary}--\r\n`;
}

/**
 * What a mail is called where others read it, in their logs for instance: link and code are made of its id, and nobody
 * gets from this to that.
 */
export async function publicName(mailId: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`message-id ${mailId}`));
  return Array.from(new Uint8Array(digest, 0, 18), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function part(subtype: string, content: string): string {
  const head = {
    'Content-Type': `text/${subtype}; charset=utf-8`,
    'Content-Transfer-Encoding': 'quoted-printable',
  };
  return `${fields(head)}\r\n\r\n${quotedPrintable(content)}`;
}

/** Whatever a value holds, it stays one field: folding goes between encoded words alone. */
function fields(head: Readonly<Record<string, string>>): string {
  return Object.entries(head)
    .map(([name, value]) => `${name}: ${value.replace(/\p{Cc}+/gu, ' ').replaceAll('?= =?', '?=\r\n =?')}`)
    .join('\r\n');
}

/** RFC 2047 section 5(3): an encoded word never stands inside quotes, so a name is either the one or the other. */
function phrase(name: string): string {
  const encoded = unstructured(name);
  return encoded === name ? `"${name}"` : encoded;
}

/** RFC 2047 section 2: an encoded word has at most 75 characters, and holds whole characters (section 5). */
function unstructured(value: string): string {
  const text = value.toWellFormed().replace(/\p{Cc}+/gu, ' ');
  if (/^[\x20-\x7e]{0,70}$/.test(text) && !text.includes('=?')) return text;
  const words = text.match(/.{1,11}/gsu) ?? [];
  return words.map((word) => `=?utf-8?B?${base64(word)}?=`).join(' ');
}

/** RFC 2045 section 6.7: only safe ASCII, no white space at the end of a line, no line above 76 characters. */
function quotedPrintable(text: string): string {
  return text
    .toWellFormed()
    .split(/\r\n|\r|\n/)
    .map((line) =>
      line
        .replace(/[^\t\x20-\x3c\x3e-\x7e]|[\t ]$/gu, (character) =>
          encodeURIComponent(character).replaceAll('%', '='),
        )
        // A soft break never splits an escape: no piece ends in `=` or in `=X`.
        .match(/.{1,75}(?<!=.?)/g)
        ?.join('=\r\n'),
    )
    .join('\r\n');
}

/** Of the text's UTF-8 octets. */
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
