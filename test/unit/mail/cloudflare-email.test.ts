// What the send_email binding is given, and how its errors read. The binding is Cloudflare's, so a stand-in records calls.

import { expect, it } from 'vitest';
import { createBindingMailer } from '../../../src/mail/cloudflare-email.ts';

const mail = {
  id: '01939c5f-7a3b-7000-8000-000000000001',
  date: new Date('2026-11-24T23:19:42.123Z'),
  to: 'anna@example.org',
  replyTo: undefined,
  language: 'en',
  subject: 'Hello',
  html: '<p>hello</p>',
  text: 'hello',
};

function binding(answer: () => Promise<EmailSendResult>) {
  const calls: unknown[] = [];
  const send = (message: unknown) => {
    calls.push(message);
    return answer();
  };
  return { calls, send };
}

it('is given the mail and no header that is the platform’s own', async () => {
  const recorder = binding(async () => ({ messageId: '1' }));
  await createBindingMailer(recorder, 'Latchkey <no-reply@example.com>').send(mail);
  expect(recorder.calls).toEqual([
    {
      from: { name: 'Latchkey', email: 'no-reply@example.com' },
      to: 'anna@example.org',
      subject: 'Hello',
      html: '<p>hello</p>',
      text: 'hello',
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': 'en' },
    },
  ]);
});

it('is told where answers go, with the domain in ASCII', async () => {
  const recorder = binding(async () => ({ messageId: '1' }));
  const sending = { ...mail, replyTo: 'help@bücher.example' };
  await createBindingMailer(recorder, 'no-reply@example.com').send(sending);
  expect(recorder.calls).toMatchObject([{ replyTo: 'help@xn--bcher-kva.example' }]);
});

it.each([
  ['E_RECIPIENT_SUPPRESSED', true],
  ['E_RECIPIENT_NOT_ALLOWED', false],
  ['E_VALIDATION_ERROR', false],
  ['E_RATE_LIMIT_EXCEEDED', false],
  ['E_DELIVERY_FAILED', false],
  ['E_INTERNAL_SERVER_ERROR', false],
])('an error with the code %s is permanent: %s', async (code, permanent) => {
  const failing = binding(() => Promise.reject(Object.assign(new Error('about anna@example.org'), { code })));
  await expect(createBindingMailer(failing, 'no-reply@example.com').send(mail)).rejects.toThrow(
    expect.objectContaining({
      name: 'MailError',
      message: `the email binding failed with ${code}`,
      permanent,
    }),
  );
});

it('an error without a code may be tried again', async () => {
  const failing = binding(() => Promise.reject(new Error('network')));
  await expect(createBindingMailer(failing, 'no-reply@example.com').send(mail)).rejects.toThrow(
    expect.objectContaining({ permanent: false }),
  );
});

it('is not asked to send to what is not one address', async () => {
  const recorder = binding(async () => ({ messageId: '1' }));
  const sending = createBindingMailer(recorder, 'no-reply@example.com').send({
    ...mail,
    to: 'a@b.example, c@d.example',
  });
  await expect(sending).rejects.toThrow(expect.objectContaining({ permanent: true }));
  expect(recorder.calls).toEqual([]);
});
