import { expect, test } from 'vitest';
import { disable } from '../accounts/disabled-people.ts';
import { newPerson } from '../mail/tables.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { clientOf } from './client-of.ts';

/** The service, and the paths that it was called at. */
function listening(service: Service): { service: Service; paths: string[] } {
  const paths: string[] = [];
  const call: Service['call'] = (method, path, options) => {
    paths.push(path);
    return service.call(method, path, options);
  };
  return { service: { ...service, call }, paths };
}

test('an app whose account is disabled is signed out once, says why, and asks no more', async () => {
  const { service, paths } = listening(await startService());
  const { client, signedOut } = clientOf(service);
  const { email } = await newPerson(service);
  await client.login({ email, password });
  expect(await client.updateMe({ metadata: { theme: 'dark' } })).toMatchObject({
    metadata: { theme: 'dark' },
  });
  await disable(service, email);
  await expect(client.me()).rejects.toMatchObject({ kind: 'session-ended' });
  expect(signedOut).toEqual(['session-ended']);
  paths.length = 0;
  await expect(client.login({ email, password })).rejects.toMatchObject({
    kind: 'account-disabled',
  });
  expect([paths, signedOut]).toEqual([['/api/auth/login'], ['session-ended']]);
});

test('an app hears that nobody may sign up, and asks no more', async () => {
  const { service, paths } = listening(await startService({ SIGN_UP: 'closed', GUESTS: 'true' }));
  const { client } = clientOf(service);
  expect(await client.ways()).toMatchObject({ sign_up: 'closed', guest: false });
  for (const ask of [
    () => client.register({ email: newAddress(), name: 'Ada' }),
    () => client.signInAsGuest(),
  ])
    await expect(ask()).rejects.toMatchObject({ kind: 'sign-up-closed' });
  expect(paths).toEqual(['/api/auth/ways', '/api/auth/register', '/api/auth/guest']);
});
