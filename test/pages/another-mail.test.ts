// “Send me another mail”, on the page of a link that does not work any more.

import { expect, test } from 'vitest';
import { purge } from '../../src/features/purge/purge.ts';
import { linkIn, mailsTo, type Service, startService } from '../service.ts';
import { changing, chosen, forgetful, login, moved, open, press, signedUp, words } from './pages.ts';

const day = 24 * 60 * 60;
const another = '/send-another';

/** As long as one of ours, and nobody's. */
const strangers = (letter: string) => letter + 'A'.repeat(43);

/** The token of the newest mail, once there are so many. */
async function tokenOf(email: string, count: number): Promise<string> {
  return linkIn((await mailsTo(email, count)).at(-1)).searchParams.get('token') ?? '';
}

/** What is seen and told is the same for any link that can be pressed; returns what is. */
async function pressAnother(service: Service, token: string): Promise<string> {
  const { status, text, headers, trips } = await press(service, another, { token });
  expect({ status, trips }).toEqual({ status: 200, trips: 1 });
  expect(words(text)).toContain('If there is still something to confirm, a new mail is on its way');
  const told = [...headers].filter(([name]) => name !== 'x-request-id');
  return JSON.stringify([text, told]);
}

test('the page of a registration of yesterday has the button, and the mail that it sends makes the account', async () => {
  const service = await startService();
  const { email, token } = await signedUp(service);
  service.clock.advance(day + 1);
  const { text } = await press(service, '/verify-email', { token, ...chosen });
  expect(text).toContain(`<form method="post" action="/send-another?ui_locales=en"`);
  expect(text).toContain(`<input type="hidden" name="token" value="${token}"/>`);
  await purge(service.dependencies);
  await pressAnother(service, token);
  const fresh = await tokenOf(email, 2);
  expect(fresh).not.toBe(token);
  expect((await press(service, '/verify-email', { token, ...chosen })).status).toBe(400);
  expect((await press(service, '/verify-email', { token: fresh, ...chosen })).status).toBe(200);
  expect((await login(service, email)).status).toBe(200);
});

test('so does that of a reset, and of a change of address while the session lives that asked for it', async () => {
  const service = await startService();
  const reset = await forgetful(service);
  service.clock.advance(15 * 60 + 1);
  await purge(service.dependencies);
  await pressAnother(service, reset.token);
  const token = await tokenOf(reset.email, 3);
  const password = 'velvet sparrow tunnel mint';
  expect((await press(service, '/reset-password', { token, password })).status).toBe(200);

  const change = await changing(service);
  service.clock.advance(day + 1);
  await pressAnother(service, change.token);
  expect((await press(service, '/verify-email', { token: await tokenOf(change.email, 2) })).status).toBe(200);
  expect((await login(service, change.email)).status).toBe(200);
});

test('a link that was used, one that is gone and one that nobody was ever mailed cause no mail, and nobody is told which it is', async () => {
  const service = await startService();
  const used = await signedUp(service);
  await press(service, '/verify-email', { token: used.token, ...chosen });
  const gone = await signedUp(service);
  const open = await signedUp(service);
  const answers = new Set([
    await pressAnother(service, used.token),
    await pressAnother(service, strangers('r')),
    await pressAnother(service, strangers('c')),
    await pressAnother(service, strangers('p')),
    await pressAnother(service, open.token),
  ]);
  service.clock.advance(2 * day + 1);
  await purge(service.dependencies);
  answers.add(await pressAnother(service, gone.token));
  expect(answers.size).toBe(1);
  expect(await mailsTo(used.email)).toHaveLength(1);
  expect(await mailsTo(gone.email)).toHaveLength(1);
  expect(await mailsTo(open.email, 2)).toHaveLength(2);
});

test('no more mails leave than the hourly allowance, however many press it at once', async () => {
  const service = await startService();
  const { email, token } = await signedUp(service);
  await Promise.all(Array.from({ length: 8 }, () => press(service, another, { token })));
  for (let times = 0; times < 4; times += 1) await pressAnother(service, token);
  expect(await mailsTo(email)).toHaveLength(5);
  // The allowance is the address's, whoever asks.
  await service.call('POST', '/api/auth/register', { json: { email, name: 'Ada' } });
  expect(await mailsTo(email)).toHaveLength(5);
});

test('a reset goes to no address that is the account’s no more', async () => {
  const service = await startService();
  const { old, token } = await changing(service);
  await service.call('POST', '/api/auth/forgot-password', { json: { email: old } });
  const reset = (await mailsTo(old, 2)).at(-1);
  const resetToken = linkIn(reset).searchParams.get('token') ?? '';
  expect(resetToken).toMatch(/^p/);
  await press(service, '/verify-email', { token });
  const before = (await mailsTo(old, 3)).length;
  await pressAnother(service, resetToken);
  expect(await mailsTo(old)).toHaveLength(before);
});

test('of an undo there is no other mail, and its page offers none', async () => {
  const service = await startService();
  const { email, token } = await moved(service);
  await press(service, '/undo-email-change', { token });
  const before = (await mailsTo(email)).length;
  const { text } = await press(service, '/undo-email-change', { token });
  expect(text).not.toContain(another);
  for (const refused of [token, strangers('s'), 'cut']) {
    const answer = await press(service, another, { token: refused });
    expect(answer).toMatchObject({ status: 400, trips: 0 });
    expect(words(answer.text)).toContain('Part of the link is missing');
  }
  expect(await mailsTo(email)).toHaveLength(before);
});

test('too often, or while the database is away, the button is there to be pressed again', async () => {
  const service = await startService({ MAIL_LIMIT: { limit: async () => ({ success: false }) } });
  const token = strangers('r');
  const limited = await press(service, another, { token }, { 'CF-Connecting-IP': '192.0.2.1' });
  expect(limited.status).toBe(429);
  expect(words(limited.text)).toContain('Wait a minute, then press the button again.');
  expect(limited.text).toContain(`value="${token}"`);
  service.transport = async () => {
    throw new TypeError('network');
  };
  const { status, text } = await press(service, another, { token });
  expect(status).toBe(503);
  expect(text).toContain(`value="${token}"`);
});

test('its address in the browser leads to a page', async () => {
  const { status, text } = await open(await startService(), another);
  expect(status).toBe(200);
  expect(words(text)).toContain('Open the link from the mail once more');
  expect(text).not.toMatch(/<(form|input)/);
});
