// Whatever an access token opens, it opens for a session that lives: one that was ended anywhere is refused at once.

import { expect, test } from 'vitest';
import { otherPassword } from '../mail/granted.ts';
import { dump } from '../mail/tables.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { another, type Person, problem, signedIn } from './people.ts';

const requests: readonly (readonly [method: string, path: string, json?: object])[] = [
  ['GET', '/api/users/me'],
  ['PATCH', '/api/users/me', { name: 'Grace' }],
  ['POST', '/api/users/me/email', { new_email: newAddress(), password }],
  ['DELETE', '/api/users/me', { password }],
  ['GET', '/api/users/me/export'],
  ['GET', '/api/users/me/security-events'],
  ['POST', '/api/auth/change-password', { current_password: password, new_password: otherPassword }],
];

const endings: Record<string, (service: Service, person: Person) => Promise<unknown>> = {
  'its own logout': (service, { refresh_token }) =>
    service.call('POST', '/api/auth/logout', { json: { refresh_token } }),
  'a logout everywhere': async (service, { email }) =>
    (await another(service, email)).call('POST', '/api/auth/logout-all'),
  'another device': async (service, { email, session_id }) =>
    (await another(service, email)).call('DELETE', `/api/auth/sessions/${session_id}`),
};

test.for(requests)(
  '%s %s is refused to a session that has ended, and does nothing',
  async ([method, path, json]) => {
    for (const [name, end] of Object.entries(endings)) {
      const service = await startService();
      const person = await signedIn(service);
      await end(service, person);
      const before = (await dump(service)).sort();
      const answer = await person.call(method, path, { json });
      expect(answer, name).toMatchObject(
        problem(401, 'session-ended', { discard_credentials: true, retryable: false }),
      );
      expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
      expect((await dump(service)).sort()).toEqual(before);
    }
  },
);

test.for(requests.filter(([, , json]) => json && JSON.stringify(json).includes('password')))(
  '%s %s does nothing where the session ends while the password is checked',
  async ([method, path, json]) => {
    const service = await startService();
    const person = await signedIn(service);
    const other = await another(service, person.email);
    const { transport } = service;
    let trips = 0;
    service.transport = async (input, init) => {
      trips += 1;
      if (trips === 2) {
        service.transport = transport;
        await other.call('POST', '/api/auth/logout-all');
      }
      return transport(input, init);
    };
    const answer = await person.call(method, path, { json });
    expect(answer.status).toBe(401);
    await expect(another(service, person.email)).resolves.toMatchObject({ id: person.id });
  },
);
