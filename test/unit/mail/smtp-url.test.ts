// What the two mail bindings accept, and what is said about the rest.

import { describe, expect, it } from 'vitest';
import { isMailAddress, parseSender, parseSmtpUrl } from '../../../src/mail/smtp-url.ts';

describe('SMTP_URL', () => {
  it('smtp:// is STARTTLS on port 587', () => {
    expect(parseSmtpUrl('smtp://user:secret@mail.example.com')).toEqual({
      hostname: 'mail.example.com',
      port: 587,
      security: 'starttls',
      credentials: { username: 'user', password: 'secret' },
    });
  });

  it('smtps:// is TLS from the start on port 465', () => {
    expect(parseSmtpUrl('smtps://user:secret@mail.example.com')).toMatchObject({
      port: 465,
      security: 'tls',
    });
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])(
    'smtp:// is plain for this machine itself: %s',
    (host) => {
      expect(parseSmtpUrl(`smtp://user:secret@${host}:1025`)).toMatchObject({ port: 1025, security: 'none' });
    },
  );

  it.each(['127.0.0.2', 'localhost.example.com', '[::ffff:127.0.0.1]', '10.0.0.1', '127.0.0.1.example.com'])(
    'smtp:// is never plain for another host: %s',
    (host) => {
      expect(parseSmtpUrl(`smtp://user:secret@${host}`).security).toBe('starttls');
    },
  );

  it('percent-decodes the credentials', () => {
    const { credentials } = parseSmtpUrl('smtp://me%40example.com:p%C3%A4%3Ass%2F%25@mail.example.com');
    expect(credentials).toEqual({ username: 'me@example.com', password: 'pä:ss/%' });
  });

  it('may have no credentials', () => {
    expect(parseSmtpUrl('smtp://localhost:1025')).not.toHaveProperty('credentials');
  });

  it.each([
    ['', 'must look like'],
    ['mail.example.com', 'must look like'],
    ['https://user:hunter2@mail.example.com', 'must look like'],
    ['smtp://user:hun#ter2@mail.example.com', 'must look like'],
    ['smtp://user:hunter2@mail.example.com:99999', 'must look like'],
    ['smtp://user:hunter2@mail.example.com:25', 'must not use port 25'],
    ['smtps://user:hunter2@mail.example.com:25', 'must not use port 25'],
    ['smtp://user:hunter2@mail.example.com/inbox', 'must end after the port'],
    ['smtp://user:hunter2@mail.example.com?tls=no', 'must end after the port'],
    ['smtp://user@mail.example.com', 'both a user and a password'],
    ['smtp://user:hunter2%zz@mail.example.com', '%25'],
  ])('is refused with what is wrong with it and without the password (%#)', (url, reason) => {
    expect(() => parseSmtpUrl(url)).toThrow(reason);
    expect(() => parseSmtpUrl(url)).not.toThrow(/hun/);
  });
});

describe('EMAIL_FROM', () => {
  it.each([
    ['no-reply@example.com', '', 'no-reply@example.com'],
    ['<no-reply@example.com>', '', 'no-reply@example.com'],
    ['Latchkey <no-reply@example.com>', 'Latchkey', 'no-reply@example.com'],
    ['"Lätchkey, Inc." <no-reply@example.com> ', 'Lätchkey, Inc.', 'no-reply@example.com'],
    ['Grüße <no-reply@GRÜSSE.example>', 'Grüße', 'no-reply@xn--grsse-lva.example'],
    ['no-reply@例え.テスト', '', 'no-reply@xn--r8jz45g.xn--zckzah'],
    ['no-reply@localhost', '', 'no-reply@localhost'],
  ])('is an address, with or without a name: %s', (text, name, address) => {
    expect(parseSender(text)).toEqual({ name, address });
  });

  it.each([
    '',
    'Latchkey',
    'Latchkey <no-reply>',
    'Latchkey <no-reply@example.com',
    'Latchkey no-reply@example.com>',
    'a@example.com, b@example.com',
    'a@example.com/b',
    'a@b c.example',
    'a@127.0.0.1',
    'a@1',
    'Latchkey\r\nBcc: eve@example.com <no-reply@example.com>',
    'Latchkey <no-reply@example.com\r\nBcc: eve@example.com>',
  ])('is refused when it is not one: %j', (text) => {
    expect(() => parseSender(text)).toThrow('must be an address or look like');
  });

  it('is refused with what is beyond ASCII before the "@", as most servers would', () => {
    expect(() => parseSender('Grüße <grüße@example.com>')).toThrow('SMTPUTF8');
  });
});

describe('an address', () => {
  it.each(['a@example.com', "o'neil+tag@example.com", 'ännä@exämple.com'])(
    'can be sent to: %s',
    (address) => {
      expect(isMailAddress(address)).toBe(true);
    },
  );

  it.each([
    '',
    'a',
    '@b',
    'a@',
    'a@b@c',
    'a b@c',
    'a@b>\r\nRCPT TO:<c@d',
    'a@b\nBcc: c',
    'a@b\0',
    '"a"@b',
    'a@[127.0.0.1]',
    `${'a'.repeat(250)}@b.example`,
  ])('that could be more than one, or none, cannot: %j', (address) => {
    expect(isMailAddress(address)).toBe(false);
  });
});
