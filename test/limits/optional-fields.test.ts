// What is left out may be null as well, a device's name refuses no login, and what is too long costs nothing.

import { expect, test } from 'vitest';
import { newTitle } from '../posts/people.ts';
import { newAddress, newUser, password, signIn, startService } from '../service.ts';

test('null is absent in every optional field', async () => {
  const service = await startService();
  const { email } = await newUser(service);
  const post = (path: string, json: object, bearer?: string) =>
    service.call('POST', path, { json, ...(bearer && { bearer }) });
  const login = await post('/api/auth/login', { email, password, device_name: null, token_delivery: null });
  expect(login).toMatchObject({ status: 200, body: { refresh_token: expect.any(String) } });
  const { access_token: bearer } = login.body;

  const named = { name: null };
  expect(await service.call('PATCH', '/api/users/me', { bearer, json: named })).toMatchObject({
    status: 200,
    body: { name: 'Ada' },
  });
  const written = await post('/api/posts', { title: newTitle(), content: 'Words', image: null }, bearer);
  expect(written).toMatchObject({ status: 201, body: { image: null } });
  const image = 'https://pictures.example.test/light.webp';
  const path = `/api/posts/${written.body.id}`;
  expect(
    await service.call('PATCH', path, { bearer, json: { title: null, content: null, image } }),
  ).toMatchObject({
    status: 200,
    body: { title: written.body.title, content: 'Words', image },
  });
  // Here null is a value.
  expect(await service.call('PATCH', path, { bearer, json: { image: null } })).toMatchObject({
    body: { image: null, content: 'Words' },
  });

  const refreshed = await post('/api/auth/refresh', {
    refresh_token: login.body.refresh_token,
    token_delivery: null,
  });
  expect(refreshed).toMatchObject({ status: 200, body: { refresh_token: expect.any(String) } });
  // And none where one is needed is required.
  expect(await post('/api/auth/refresh', { refresh_token: null })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '/refresh_token', detail: 'is required' }] },
  });
  expect(await post('/api/auth/logout', { refresh_token: null }, bearer)).toMatchObject({ status: 204 });
});

test.for<[string, unknown, string | null]>([
  ['too long', 'x'.repeat(5_000), 'x'.repeat(100)],
  ['of many lines', 'Ada’s\r\nphone\0\u202e', 'Ada’s phone'],
  ['of half a character', 'Phone \ud800', 'Phone'],
  ['empty', '  ', null],
  ['a number', 5, null],
  ['an object', { name: 'Phone' }, null],
  ['nothing', null, null],
])('a device’s name that is %s is cut or dropped, and the login goes on', async ([, device_name, kept]) => {
  const service = await startService();
  const { email } = await newUser(service);
  const { access_token: bearer } = await signIn(service, email, { device_name });
  const { body } = await service.call('GET', '/api/auth/sessions', { bearer });
  expect(body.data[0].device_name).toBe(kept);
});

test.for(['\ufeff', '\u200b', '\u200e', '\u202a', '\u2068', '\u00ad', '\u2060', '\u00a0', '\u061c'])(
  'an address with U+%j around it is the address',
  async (mark) => {
    const service = await startService();
    const { email } = await newUser(service);
    const typed = `${mark}${email.toUpperCase()}${mark}`;
    expect(await signIn(service, typed)).toMatchObject({ session_id: expect.any(String) });
  },
);

test('an address of 60 KB is refused as fast as a short one', async () => {
  const service = await startService();
  const marks = `a${'\u0301'.repeat(15_000)}${'\u0316'.repeat(15_000)}@example.test`;
  const took = async (email: string) => {
    const start = Date.now();
    const answer = await service.call('POST', '/api/auth/login', { json: { email, password } });
    await scheduler.wait(0);
    expect([email.length > 500 ? 422 : 401, answer.status]).toContain(answer.status);
    return Date.now() - start;
  };
  await took(newAddress());
  const times = [await took(marks), await took(marks), await took(marks)];
  expect(Math.min(...times)).toBeLessThan(100);
});
