import { expect, test } from 'vitest';
import { password, signIn, startService } from '../service.ts';
import { forgetful, login, open, press, rowsOf, words } from './pages.ts';

const chosen = 'velvet sparrow tunnel mint';

test('opening the link changes nothing', async () => {
  const service = await startService();
  const { email, path } = await forgetful(service);
  const before = await rowsOf(service, email);
  for (const method of ['GET', 'HEAD'])
    expect(await open(service, path, method)).toMatchObject({ status: 200, trips: 0 });
  expect(await rowsOf(service, email)).toEqual(before);
});

test('the password is masked, and a password manager may choose it', async () => {
  const service = await startService();
  const { path } = await forgetful(service);
  const { text } = await open(service, path);
  expect(text).toMatch(
    /<input id="password"[^>]* type="password" autocomplete="new-password" passwordrules="minlength: 15;"/,
  );
});

test('the form changes the password and ends every session', async () => {
  const service = await startService();
  const { email, token } = await forgetful(service);
  const session = await signIn(service, email);
  const answer = await press(service, '/reset-password', { token, password: chosen });
  expect(answer).toMatchObject({ status: 200, trips: 2 });
  expect(words(answer.text)).toContain('Your password is changed You are signed out on every device.');
  expect((await login(service, email)).status).toBe(401);
  expect((await login(service, email, chosen)).status).toBe(200);
  const { refresh_token } = session;
  expect((await service.call('POST', '/api/auth/refresh', { json: { refresh_token } })).status).toBe(401);
});

test('a refused password is explained beside its field and does not spend the link', async () => {
  const service = await startService();
  const { email, token } = await forgetful(service);
  for (const weak of ['correct', 'aaaaaaaaaaaaaaaaaaaa', 'qwertyuiopasdfghjkl']) {
    const { status, text, trips } = await press(service, '/reset-password', { token, password: weak });
    expect({ status, trips }).toEqual({ status: 422, trips: 1 });
    expect(text).toMatch(/<small id="password-note" class="bad">\w[^<]{20,}<\/small>/);
    expect(text).toMatch(
      /<input id="password"[^>]*aria-describedby="password-note" aria-invalid="true"[^>]*autofocus/,
    );
    expect(text).toContain(`<input type="hidden" name="token" value="${token}"/>`);
    expect(text).not.toMatch(/<input id="password"[^>]*value/);
  }
  expect((await login(service, email)).status).toBe(200);
  expect((await press(service, '/reset-password', { token, password: chosen })).status).toBe(200);
});

test('a link that is useless is said before the password is judged', async () => {
  const service = await startService();
  const { token } = await forgetful(service);
  const useless = `p${'A'.repeat(43)}`;
  const { status, text } = await press(service, '/reset-password', { token: useless, password: 'short' });
  expect(status).toBe(400);
  expect(words(text)).toContain('This link does not work any more');
  expect((await press(service, '/reset-password', { token, password: chosen })).status).toBe(200);
});

test.for(['/reset-password', '/reset-password?token=cut'])('%s asks for nothing', async (path) => {
  const { status, text } = await open(await startService(), path);
  expect(status).toBe(200);
  expect(words(text)).toContain('Part of the link is missing');
  expect(text).not.toMatch(/<(form|input)/);
});

test('of two people with one link exactly one chooses the password', async () => {
  const service = await startService();
  const { email, token } = await forgetful(service);
  const passwords = [chosen, 'copper anvil window plum'];
  const answers = await Promise.all(
    passwords.map((one) => press(service, '/reset-password', { token, password: one })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  const winner = passwords[answers.findIndex(({ status }) => status === 200)];
  expect((await login(service, email, winner)).status).toBe(200);
});

test('a link older than 15 minutes says so and changes nothing', async () => {
  const service = await startService();
  const { email, token } = await forgetful(service);
  service.clock.advance(15 * 60 + 1);
  const answer = await press(service, '/reset-password', { token, password: chosen });
  expect(answer.status).toBe(400);
  expect(words(answer.text)).toContain('older than 15 minutes');
  expect((await login(service, email, password)).status).toBe(200);
});
