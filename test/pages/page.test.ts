import { expect, test } from 'vitest';
import { startService } from '../service.ts';
import { chosen, open, press, signedUp, words } from './pages.ts';

const paths = ['/verify-email', '/reset-password', '/undo-email-change'];

/** As long as one of the page's, and nobody's. */
const tokens: Record<string, string> = {
  '/verify-email': `r${'A'.repeat(43)}`,
  '/reset-password': `p${'A'.repeat(43)}`,
  '/undo-email-change': `u${'A'.repeat(43)}`,
};
const { '/verify-email': token = '' } = tokens;

test.for(paths)(
  '%s allows one style and one script, no frame, no other host, no cache and no search engine',
  async (path) => {
    const service = await startService();
    const answers = [
      await open(service, `${path}?token=${tokens[path]}`),
      await open(service, path, 'HEAD'),
      await press(service, path, { ...chosen, token: tokens[path] ?? '' }),
      await press(service, path, {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 422]);
    for (const { headers, text } of answers) {
      const policy = headers.get('Content-Security-Policy') ?? '';
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; script-src 'sha256-[\w+/]{43}='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'$/,
      );
      expect(headers.get('Content-Type')).toBe('text/html; charset=UTF-8');
      expect(headers.get('Referrer-Policy')).toBe('no-referrer');
      expect(headers.get('Cache-Control')).toBe('no-store');
      expect(headers.get('X-Robots-Tag')).toBe('noindex');
      expect(headers.get('X-Frame-Options')).toBe('DENY');
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Set-Cookie')).toBeNull();
      // Of other hosts nothing but the link to the app, which only a person follows.
      const own = text.replace('href="https://app.example.test"', '');
      expect(own).not.toMatch(/<link|<img|\ssrc=|\sstyle=|\son\w+=|https?:/i);
      expect(text.match(/<script/g)?.length ?? 0).toBeLessThanOrEqual(1);
    }
  },
);

test.for(paths)('what %s is given comes back as text', async (path) => {
  const service = await startService();
  const evil = `"><script>alert(1)</script><a href='`;
  const token = tokens[path] ?? '';
  const answers = [
    await open(service, `${path}?token=${encodeURIComponent(evil)}&name=${encodeURIComponent(evil)}`),
    await press(service, path, { token: evil, name: evil, password: evil }),
    await press(service, path, { token, name: evil, password: '' }),
  ];
  for (const { text } of answers) {
    expect(text).not.toContain('<script>alert');
    expect(text).not.toContain("<a href='");
  }
  if (path === '/verify-email')
    expect(answers[2]?.text).toContain(
      'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;a href=&#39;"',
    );
});

test('a page while the database is away is a page, and pressing again works', async () => {
  const service = await startService();
  const { token } = await signedUp(service);
  const { transport } = service;
  service.transport = async () => {
    throw new TypeError('network');
  };
  const { status, headers, text } = await press(service, '/verify-email', { token, ...chosen });
  expect(status).toBe(503);
  expect(headers.get('Retry-After')).toMatch(/^\d+$/);
  expect(headers.get('Content-Type')).toBe('text/html; charset=UTF-8');
  expect(text).toMatch(
    /<p class="bad" role="alert" tabindex="-1" autofocus="">We cannot do this at the moment/,
  );
  expect(text).toContain(`value="${token}"`);
  expect(service.logged).toContainEqual(expect.objectContaining({ event: 'service-unavailable' }));
  service.transport = transport;
  expect((await press(service, '/verify-email', { token, ...chosen })).status).toBe(200);
});

test('too often is said as a page with how long to wait', async () => {
  const limiter = { limit: async () => ({ success: false }) };
  const service = await startService({ LOGIN_LIMIT: limiter });
  const { status, headers, text } = await press(
    service,
    '/verify-email',
    { token, ...chosen },
    { 'CF-Connecting-IP': '192.0.2.1' },
  );
  expect(status).toBe(429);
  expect(headers.get('Retry-After')).toBe('60');
  expect(words(text)).toContain('Wait a minute, then press the button again.');
  expect(text).toContain(`value="${token}"`);
});

test('who does not read HTML gets the problem document', async () => {
  const service = await startService();
  const body = new URLSearchParams({ token, ...chosen });
  const answer = await service.call('POST', '/verify-email', { body, headers: { Accept: '*/*' } });
  expect(answer).toMatchObject({ status: 400, body: { type: expect.stringMatching(/invalid-token$/) } });
  expect(await service.call('POST', '/verify-email', { json: { token } })).toMatchObject({
    status: 415,
    body: { detail: 'The body must be application/x-www-form-urlencoded.' },
  });
  expect(await service.call('DELETE', '/verify-email')).toMatchObject({ status: 405 });
});

test.for(paths)('no body whatever breaks %s', async (path) => {
  const service = await startService();
  const form = 'application/x-www-form-urlencoded';
  const large = new Blob([`token=${'A'.repeat(70_000)}`]).stream();
  const bodies: [number, string, BodyInit][] = [
    [415, 'multipart/form-data; boundary=x', 'not multipart at all'],
    [415, 'text/plain', 'token=x'],
    [413, form, large],
    [422, form, ''],
    [422, form, '%%%&=&&__proto__=x&token[]=y&%00=%ff'],
    [400, form, `token=${tokens[path]}&token=x&name=Ada&password=velvet+sparrow+tunnel+mint`],
    [422, form, `token=%00&name=%00&password=%ed%a0%80`],
  ];
  for (const [status, type, body] of bodies) {
    const answer = await service.call('POST', path, {
      body,
      headers: { Accept: 'text/html', 'Content-Type': type },
    });
    expect({ type, body, status: answer.status }).toEqual({ type, body, status });
  }
});
