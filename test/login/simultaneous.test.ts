import { expect, test } from 'vitest';
import { newUser, password, startService } from '../service.ts';

// Several devices of one person, signing in at the same moment through isolates whose clocks differ.

test('a login whose clock is behind the last attempt’s is not taken for one in a pause', async () => {
  const service = await startService();
  const { email } = await newUser(service);
  const attempt = (given: string) =>
    service.call('POST', '/api/auth/login', { json: { email, password: given } });
  expect(await attempt('not the password')).toMatchObject({ status: 401 });
  service.clock.advance(-0.05);
  expect(await attempt(password)).toMatchObject({ status: 200 });
});

test('five logins at once all succeed', async () => {
  const services = await Promise.all(Array.from({ length: 5 }, () => startService()));
  const { email } = await newUser(services[0] as (typeof services)[0]);
  for (const [index, service] of services.entries()) service.clock.advance(index / 1000);
  const answers = await Promise.all(
    services.map((service) => service.call('POST', '/api/auth/login', { json: { email, password } })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
});
