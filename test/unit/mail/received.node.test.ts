// Every mail as a mail program receives it: parsed by one, small enough for Gmail, in HTML without mistakes, and no spam to SpamAssassin.
import { HtmlValidate } from 'html-validate';
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { composeMessage } from '../../../src/mail/mime.ts';
import { languages } from '../../../src/words/languages.ts';
import { kinds, mailIn } from './spoken.ts';

/** Gmail shows the rest of a mail that is longer only to who asks for it. */
const gmailClipsAt = 102 * 1024;

const sender = { name: 'Büro von Acme', address: 'no-reply@example.com' };
const branding = { supportEmail: 'help@example.org' };

const compose = (mail: ReturnType<typeof mailIn>) =>
  composeMessage(
    { id: '01939c5f-7a3b-7000-8000-000000000001', date: new Date(), to: 'anna@example.org', ...mail },
    sender,
  );

describe.each(languages)('in %s', (language) => {
  test('a mail is read as it was written', async () => {
    for (const kind of kinds) {
      const mail = mailIn(language, kind, {}, branding);
      const message = await compose(mail);
      const read = await simpleParser(message);
      expect(read.subject).toBe(mail.subject);
      expect(read.text).toBe(mail.text);
      expect(read.html).toBe(mail.html);
      expect(read.from?.text).toBe('"Büro von Acme" <no-reply@example.com>');
      expect(read.replyTo?.text).toBe('help@example.org');
      expect(read.headers.get('content-language')).toBe(language);
      expect(message.length).toBeLessThan(gmailClipsAt / 4);
    }
  });

  test('its HTML has no mistakes', async () => {
    for (const kind of kinds) {
      const { results } = await validator.validateString(mailIn(language, kind, {}, branding).html);
      const mistakes = results.flatMap(({ messages }) =>
        messages.map(({ ruleId, message }) => [ruleId, message]),
      );
      expect(mistakes, kind).toEqual([]);
    }
  });
});

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:document'],
  // Outlook on Windows knows no other way to lay out.
  rules: { 'no-deprecated-attr': 'off', 'no-inline-style': 'off' },
});
