import { expect, test } from 'vitest';
import { mailsTo, startService } from '../service.ts';
import { changing, chosen, login, open, press, rowsOf, signedUp, words } from './pages.ts';

test('a mail scanner that opens and HEADs every link changes nothing, and the link still works', async () => {
  const service = await startService();
  const { email, token, path } = await signedUp(service);
  const before = await rowsOf(service, email);
  const [mail] = await mailsTo(email);
  const links = [...`${mail?.text}${mail?.html.replaceAll('&amp;', '&')}`.matchAll(/https:\/\/[^\s"<]+/g)];
  expect(links.length).toBeGreaterThan(1);
  for (const [link] of links) {
    for (const method of ['HEAD', 'GET', 'GET']) {
      const { pathname, search } = new URL(link);
      const answer = await open(service, pathname + search, method);
      expect(answer).toMatchObject({ status: 200, trips: 0 });
      if (method === 'HEAD') expect(answer.text).toBe('');
    }
  }
  expect(await rowsOf(service, email)).toEqual(before);
  expect((await open(service, path)).text).toContain(`value="${token}"`);
  expect(await press(service, '/verify-email', { token, ...chosen })).toMatchObject({
    status: 200,
    trips: 2,
  });
});

test('the form asks for a name and a password, and repeats nothing that was typed at the registration', async () => {
  const { path } = await signedUp(await startService());
  const { text } = await open(await startService(), path);
  expect(text).toMatch(/<input id="name" name="name" required=""[^>]* autocomplete="name"/);
  expect(text).toMatch(/<input id="password"[^>]* type="password" autocomplete="new-password"/);
  expect(text).not.toContain('Ada');
  expect(text.match(/<input /g)).toHaveLength(3);
});

test('the button makes the account with the password of the form; pressed again it says so without harm', async () => {
  const service = await startService();
  const { email, token } = await signedUp(service);
  expect((await login(service, email)).status).toBe(401);
  const first = await press(service, '/verify-email', { token, ...chosen });
  expect(words(first.text)).toContain('Your account is ready');
  expect((await login(service, email)).status).toBe(200);

  const other = { name: 'Other', password: 'velvet sparrow tunnel mint' };
  const second = await press(service, '/verify-email', { token, ...other });
  expect(second.status).toBe(400);
  expect(words(second.text)).toContain('your address is confirmed already: just sign in');
  expect((await login(service, email)).status).toBe(200);
  expect((await login(service, email, other.password)).status).toBe(401);
});

test('of many presses at once exactly one wins', async () => {
  const service = await startService();
  const { token } = await signedUp(service);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => press(service, '/verify-email', { token, ...chosen })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)]);
});

test('a link of yesterday does not work any more, and the page says what to do', async () => {
  const service = await startService();
  const { email, token } = await signedUp(service);
  service.clock.advance(24 * 60 * 60 + 1);
  const answer = await press(service, '/verify-email', { token, ...chosen });
  expect(answer.status).toBe(400);
  expect(words(answer.text)).toContain('older than 24 hours');
  expect(words(answer.text)).toContain('Send me another mail');
  expect((await login(service, email)).status).toBe(401);
});

test.for(['/verify-email', '/verify-email?token=', '/verify-email?token=abc%3D%0A'])(
  '%s says that part of the link is missing, and asks for nothing',
  async (path) => {
    const { status, text } = await open(await startService(), path);
    expect(status).toBe(200);
    expect(words(text)).toContain('Part of the link is missing');
    expect(words(text)).toContain('In the app you can type the code');
    expect(text).not.toMatch(/<(form|input)/);
  },
);

test('the link of another page is none of this one, and presses nothing there', async () => {
  const service = await startService();
  const { email, token } = await signedUp(service);
  for (const path of ['/reset-password', '/undo-email-change']) {
    expect(words((await open(service, `${path}?token=${token}`)).text)).toContain(
      'Part of the link is missing',
    );
    expect((await press(service, path, { token, password: chosen.password })).status).toBe(400);
  }
  expect((await press(service, '/verify-email', { token, ...chosen })).status).toBe(200);
  expect((await login(service, email)).status).toBe(200);
});

test('the link of a change of address has a button and no field, and confirms without any browser’s session', async () => {
  const service = await startService();
  const { email, old, token, path } = await changing(service);
  const before = await rowsOf(service, old);
  const { text } = await open(service, path);
  expect(await rowsOf(service, old)).toEqual(before);
  expect(text.match(/<input /g)).toHaveLength(1);
  expect(words(text)).toContain('Confirm my address');
  const answer = await press(service, '/verify-email', { token });
  expect(answer).toMatchObject({ status: 200, trips: 1 });
  expect(words(answer.text)).toContain('Your email address is confirmed');
  expect((await login(service, email)).status).toBe(200);
  expect((await login(service, old)).status).toBe(401);
});

test('a refused password is explained beside its field, and what else was typed is still there', async () => {
  const service = await startService();
  const { email, token } = await signedUp(service);
  for (const weak of ['correct', 'aaaaaaaaaaaaaaaaaaaa', 'qwertyuiopasdfghjkl']) {
    const { status, text } = await press(service, '/verify-email', { token, name: 'Ada L.', password: weak });
    expect(status).toBe(422);
    expect(text).toContain('value="Ada L."');
    expect(text).toMatch(/<small id="password-note" class="bad">\w[^<]{20,}<\/small>/);
    expect(text).toMatch(
      /<input id="password"[^>]*aria-describedby="password-note" aria-invalid="true"[^>]*autofocus/,
    );
    expect(text).toContain(`<input type="hidden" name="token" value="${token}"/>`);
    expect(text).toMatch(/<title>Error: /);
    expect(text).not.toMatch(/<input id="password"[^>]*value/);
  }
  expect((await press(service, '/verify-email', { token, ...chosen })).status).toBe(200);
  expect((await login(service, email)).status).toBe(200);
});

test('fields that are missing or malformed are marked, the first has the focus, and the link is not spent', async () => {
  const service = await startService();
  const { token } = await signedUp(service);
  const { status, text } = await press(service, '/verify-email', { token, name: '', password: '' });
  expect(status).toBe(422);
  expect(text.match(/aria-invalid="true"/g)).toHaveLength(2);
  expect(text.match(/autofocus/g)).toHaveLength(1);
  expect(text).toMatch(/<input id="name"[^>]*autofocus/);
  expect((await press(service, '/verify-email', { token, ...chosen })).status).toBe(200);
});
