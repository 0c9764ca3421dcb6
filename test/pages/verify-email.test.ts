import { expect, test } from 'vitest';
import { mailsTo, startService } from '../service.ts';
import { login, open, press, rowsOf, signedUp, words } from './pages.ts';

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
  expect(await press(service, '/verify-email', { token })).toMatchObject({ status: 200, trips: 1 });
});

test('the button confirms the address; pressed again it says so without harm', async () => {
  const service = await startService();
  const { email, token } = await signedUp(service);
  expect((await login(service, email)).status).toBe(403);
  const first = await press(service, '/verify-email', { token });
  expect(words(first.text)).toContain('Your email address is confirmed');
  expect((await login(service, email)).status).toBe(200);

  const second = await press(service, '/verify-email', { token });
  expect(second.status).toBe(400);
  expect(words(second.text)).toContain('your address is confirmed already: just sign in');
  expect((await login(service, email)).status).toBe(200);
});

test('of many presses at once exactly one wins', async () => {
  const service = await startService();
  const { token } = await signedUp(service);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => press(service, '/verify-email', { token })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)]);
});

test('a link of yesterday does not work any more, and the page says what to do', async () => {
  const service = await startService();
  const { email, token } = await signedUp(service);
  service.clock.advance(24 * 60 * 60 + 1);
  const answer = await press(service, '/verify-email', { token });
  expect(answer.status).toBe(400);
  expect(words(answer.text)).toContain('older than 24 hours');
  expect(words(answer.text)).toContain('ask for a new mail');
  expect((await login(service, email)).status).toBe(403);
});

test.for(['/verify-email', '/verify-email?token=', '/verify-email?token=abc%3D%0A'])(
  '%s asks for the address and the code instead',
  async (path) => {
    const { status, text } = await open(await startService(), path);
    expect(status).toBe(200);
    expect(text).toMatch(/<input id="email"[^>]* type="email" autocomplete="username"/);
    expect(text).toMatch(/<input id="code"[^>]* autocomplete="one-time-code" inputmode="numeric"/);
    expect(words(text).includes('Part of the link is missing')).toBe(path.includes('='));
  },
);

test('address and code confirm like the link, as people type them', async () => {
  const service = await startService();
  const { email, token, code } = await signedUp(service);
  const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
  const answer = await press(service, '/verify-email', { email: email.toUpperCase(), code: spaced });
  expect(answer).toMatchObject({ status: 200, trips: 1 });
  expect((await login(service, email)).status).toBe(200);
  expect((await press(service, '/verify-email', { token })).status).toBe(400);
});

test('a wrong code is said beside its field, with what was typed still there', async () => {
  const service = await startService();
  const { email, code } = await signedUp(service);
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  const { status, text } = await press(service, '/verify-email', { email, code: wrong });
  expect(status).toBe(400);
  expect(text).toContain(`value="${email}"`);
  expect(text).toMatch(/<small id="code-note" class="bad">This code does not fit/);
  expect(text).toMatch(/<input id="code"[^>]*aria-describedby="code-note" aria-invalid="true"[^>]*autofocus/);
  expect(text).toMatch(/<title>Error: /);
});

test('fields that are missing or malformed are marked, the first has the focus', async () => {
  const { status, text } = await press(await startService(), '/verify-email', { email: 'ada', code: '' });
  expect(status).toBe(422);
  expect(text.match(/aria-invalid="true"/g)).toHaveLength(2);
  expect(text.match(/autofocus/g)).toHaveLength(1);
  expect(text).toMatch(/<input id="email"[^>]*autofocus/);
});
