import { expect, test } from 'vitest';
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
  expect(words(answer.text)).toContain('The address is back');
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
