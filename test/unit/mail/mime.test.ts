// The octets of a message: what RFC 5322, 2045 and 2047 ask for, for any text whatever.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mail } from '../../../src/mail/mailer.ts';
import { composeMessage } from '../../../src/mail/mime.ts';

const sender = { name: 'Latchkey', address: 'no-reply@example.com' };
const mail: Mail = {
  id: '01939c5f-7a3b-7000-8000-000000000001',
  date: new Date('2026-11-24T23:19:42.123Z'),
  to: 'anna@example.org',
  replyTo: undefined,
  language: 'en',
  subject: 'Hello',
  html: '<p>hello</p>',
  text: 'hello',
};
const compose = (changes: Partial<Mail>, from = sender) => composeMessage({ ...mail, ...changes }, from);

const bytes = (binary: string) => Uint8Array.from(binary, (character) => character.charCodeAt(0));
const utf8 = (binary: string) => new TextDecoder().decode(bytes(binary));
const head = (message: string) => message.slice(0, message.indexOf('\r\n\r\n'));
const field = (message: string, name: string) =>
  new RegExp(`^${name}: (.*(?:\r\n .*)*)$`, 'm').exec(head(message))?.[1] ?? '';
const decodedWords = (value: string) =>
  utf8(
    value.replace(/\r\n /g, ' ').replace(/=\?utf-8\?B\?([^?]*)\?=(?: (?==\?))?/g, (_, word) => atob(word)),
  );
const decodedPart = (message: string, subtype: string) => {
  const [, encoding, body = ''] =
    new RegExp(
      `Content-Type: text/${subtype}.*?\r\nContent-Transfer-Encoding: (.*?)\r\n\r\n(.*?)\r\n--=_`,
      's',
    ).exec(message) ?? [];
  if (encoding === 'base64') return utf8(atob(body.replaceAll('\r\n', '')));
  return utf8(
    body
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
};

describe('a message', () => {
  it('has the fields of a mail that a machine wrote', async () => {
    expect(head(await compose({})).split('\r\n')).toEqual([
      'Date: Tue, 24 Nov 2026 23:19:42 +0000',
      'From: "Latchkey" <no-reply@example.com>',
      'To: anna@example.org',
      'Subject: Hello',
      'Message-ID: <b61c53dfe07bd3b5fa80d19badc86e32f893@example.com>',
      'Auto-Submitted: auto-generated',
      'Content-Language: en',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary="=_b61c53dfe07bd3b5fa80d19badc86e32f893"',
    ]);
  });

  it('is the same at every attempt', async () => {
    expect(await compose({})).toBe(await compose({}));
  });

  it('shows nothing of its id, of which link and code are made', async () => {
    const [message, other] = [await compose({}), await compose({ id: crypto.randomUUID() })];
    expect(message).not.toContain(mail.id);
    expect(message.replaceAll('-', '')).not.toContain(mail.id.replaceAll('-', ''));
    expect(field(other, 'Message-ID')).not.toBe(field(message, 'Message-ID'));
  });

  it('holds the text first and the page last', async () => {
    const message = await compose({});
    expect(message.indexOf('text/plain')).toBeLessThan(message.indexOf('text/html'));
    expect(message).toMatch(/\r\n--=_b61c53dfe07bd3b5fa80d19badc86e32f893--\r\n$/);
  });

  it('stays ASCII, in lines that any server takes, and keeps every text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        async (html, text) => {
          const message = await compose({ html, text: `${text}\n.\n..\n${text} ` });
          expect(message).toMatch(/^(?:[\t\x20-\x7e]{0,100}\r\n)*$/);
          for (const part of message.slice(head(message).length).split('\r\n--=_')) {
            const isPrintable = part.includes('quoted-printable');
            for (const line of part.split('\r\n')) {
              expect(line.length).toBeLessThanOrEqual(76);
              if (isPrintable) expect(line).not.toMatch(/[\t ]$|=.?=$/); // neither white space nor half an escape ends a line
            }
          }
          const sameLines = (value: string) => value.replace(/\r\n|\r|\n/g, '\r\n').toWellFormed();
          expect(decodedPart(message, 'html')).toBe(sameLines(html));
          expect(decodedPart(message, 'plain')).toBe(sameLines(`${text}\n.\n..\n${text} `));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('keeps any subject whole in encoded words of whole characters', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 120 }), async (subject) => {
        const value = field(await compose({ subject }), 'Subject');
        for (const line of `Subject: ${value}`.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
        if (value.includes('=?'))
          for (const line of `Subject: ${value}`.split('\r\n')) expect(line.length).toBeLessThanOrEqual(76);
        expect(decodedWords(value)).toBe(subject);
      }),
      { numRuns: 200 },
    );
  });

  it('encodes a subject that only looks encoded', async () => {
    expect(field(await compose({ subject: '=?utf-8?Q?x?=' }), 'Subject')).toBe(
      '=?utf-8?B?PT91dGYtOD9RP3g/PQ==?=',
    );
  });

  it('writes a name with a comma in quotes and a name beyond ASCII as encoded words', async () => {
    expect(field(await compose({}, { ...sender, name: 'Latchkey, Inc.' }), 'From')).toBe(
      '"Latchkey, Inc." <no-reply@example.com>',
    );
    expect(field(await compose({}, { ...sender, name: 'Lätchkey' }), 'From')).toBe(
      '=?utf-8?B?TMOkdGNoa2V5?=\r\n <no-reply@example.com>',
    );
  });

  it.each([
    'Hi\r\nBcc: eve@example.com',
    'Hi\nBcc: eve@example.com',
    'Hé\r\nBcc: eve@example.com',
    'Hi\r\n\r\nbody',
    'Hi\0',
  ])('takes no header field from a subject: %j', async (subject) => {
    const message = await compose({ subject });
    expect(head(message).split(/\r\n(?! )/)).toHaveLength(9);
    expect(decodedWords(field(message, 'Subject'))).toMatch(/^H[ié] (Bcc: eve@example.com|body)?$/);
  });

  it('says where answers go, with the domain in ASCII, where no server has to know SMTPUTF8', async () => {
    expect(field(await compose({ replyTo: 'help@bücher.example' }), 'Reply-To')).toBe(
      'help@xn--bcher-kva.example',
    );
    for (const replyTo of ['hülfe@example.com', 'a@b.example>\r\nBcc: eve@example.com'])
      expect(head(await compose({ replyTo }))).not.toMatch(/^(Reply-To|Bcc)/m);
  });

  it('is written in whatever is shorter: Latin letters to be read, other scripts in base64', async () => {
    const [latin, other] = ['Bestätige deine Adresse', 'メールアドレスを確認してください'];
    expect(await compose({ text: latin, html: latin })).not.toContain('base64');
    const message = await compose({ text: other, html: other });
    expect(message).not.toContain('quoted-printable');
    expect(decodedPart(message, 'plain')).toBe(other);
  });

  it('is refused for good when its recipient is not one address', async () => {
    await expect(compose({ to: 'a@example.com>\r\nRCPT TO:<eve@example.com' })).rejects.toThrow(
      expect.objectContaining({ name: 'MailError', permanent: true }),
    );
  });
});
