import { expect, test } from 'vitest';
import { recoveryCodes } from '../../src/factors/recovery-codes.ts';
import { signedIn } from '../accounts/people.ts';
import { turnOffTotp, turnOnTotp } from '../factors/changes.ts';
import { startService } from '../service.ts';
import { login, moved, open, press, rowsOf, words } from './pages.ts';

test('opening the link changes nothing; the button gives the account back', async () => {
  const service = await startService();
  const { email, token, path } = await moved(service);
  const before = await rowsOf(service, email);
  for (const method of ['GET', 'HEAD', 'GET'])
    expect(await open(service, path, method)).toMatchObject({ status: 200, trips: 0 });
  expect(await rowsOf(service, email)).toEqual(before);
  const { text } = await open(service, path);
  expect(words(text)).toContain('Every device is then signed out');
  expect(text.match(/<input /g)).toHaveLength(1);

  const answer = await press(service, '/undo-email-change', { token });
  expect(answer).toMatchObject({ status: 200, trips: 1 });
  expect(words(answer.text)).toContain('The change is undone');
  // The old password is void: the mail that follows is the way in.
  expect((await login(service, email)).status).toBe(401);
});

test('pressed again, or too late, it says what to do', async () => {
  const service = await startService();
  const { token } = await moved(service);
  await press(service, '/undo-email-change', { token });
  const again = await press(service, '/undo-email-change', { token });
  expect(again.status).toBe(400);
  expect(words(again.text)).toContain('choose a password with the link in the mail that followed');

  const late = await moved(service);
  service.clock.advance(7 * 24 * 60 * 60 + 1);
  const answer = await press(service, '/undo-email-change', { token: late.token });
  expect(answer.status).toBe(400);
  expect(words(answer.text)).toContain('older than 7 days');
});

test.for(['/undo-email-change', '/undo-email-change?token=cut'])('%s asks for nothing', async (path) => {
  const { status, text } = await open(await startService(), path);
  expect(status).toBe(200);
  expect(words(text)).toContain('Part of the link is missing');
  expect(text).not.toMatch(/<(form|input)/);
});

test('where the change was asked for with a second factor, the page asks for it after the button, and says what is wrong', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { totp } = await turnOnTotp(service, person);
  service.clock.advance(1);
  const token = await turnOffTotp(service, person, { acr: 'aal2' });
  const { text } = await open(service, `/undo-email-change?token=${token}`);
  expect(text).not.toContain('second_factor');

  const asked = await press(service, '/undo-email-change', { token });
  expect(asked).toMatchObject({ status: 403, trips: 1 });
  expect(words(asked.text)).toContain('Your second factor is needed as well.');
  expect(asked.text).toMatch(/<input id="second_factor"[^>]* autocomplete="one-time-code"/);

  for (const [second_factor, status, says] of [
    ['12345', 422, 'Type the six digits of the app'],
    ['', 422, 'Type the six digits of the app'],
    ['AAAAA-AAAAA', 403, 'That code is wrong, or was used before'],
  ] as const) {
    const answer = await press(service, '/undo-email-change', { token, second_factor });
    expect(answer.status).toBe(status);
    expect(words(answer.text)).toContain(says);
    expect(answer.text).toContain('<input id="second_factor"');
  }
  const code = await totp.code();
  const second_factor = `${code.slice(0, 3)} ${code.slice(3)}`;
  const done = await press(service, '/undo-email-change', { token, second_factor });
  expect(done).toMatchObject({ status: 200, trips: 2 });
  expect(words(done.text)).toContain('The change is undone');
});

test('a recovery code will do', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { totp } = await turnOnTotp(service, person);
  service.clock.advance(1);
  const token = await turnOffTotp(service, person, { acr: 'aal2' });
  const [second_factor = ''] = await recoveryCodes(totp.seed);
  expect(await press(service, '/undo-email-change', { token, second_factor })).toMatchObject({ status: 200 });
});
