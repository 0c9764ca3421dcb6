// Whatever an access token opens, it opens for a session that lives: one that was ended anywhere is refused at once.

import { expect, test } from 'vitest';
import { callAs, isBehindSession, routes } from '../endpoints.ts';
import { dump } from '../mail/tables.ts';
import { newSender, newSenderOf } from '../plausible.ts';
import { prepared } from '../prepared.ts';
import { password, type Service, startService } from '../service.ts';
import { another, type Person, problem } from './people.ts';

const behindSession = routes.filter(isBehindSession);

const endings: Record<string, (service: Service, person: Person) => Promise<unknown>> = {
  'its own logout': (service, { refresh_token }) =>
    service.call('POST', '/api/auth/logout', { json: { refresh_token } }),
  'a logout everywhere': async (service, { email }) =>
    (await another(service, email)).call('POST', '/api/auth/logout-all'),
  'another device': async (service, { email, session_id }) =>
    (await another(service, email)).call('DELETE', `/api/auth/sessions/${session_id}`),
};

/** One of them for each endpoint, in turns: sessions/endings.test.ts has every ending for every endpoint. */
const turns = Object.entries(endings);
const ended = behindSession.map((endpoint, index) => {
  const [ending = '', end] = turns[index % turns.length] ?? [];
  return { route: endpoint.route, endpoint, ending, end };
});

test.for(ended)(
  '$route is refused to a session that has ended by $ending, and does nothing',
  async ({ endpoint, end }) => {
    const service = await startService();
    const person = await newSender(service);
    await end?.(service, person);
    const before = (await dump(service)).sort();
    const answer = await callAs(service, person, endpoint);
    expect(answer).toMatchObject(
      problem(401, 'session-ended', { discard_credentials: true, retryable: false }),
    );
    expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
    expect((await dump(service)).sort()).toEqual(before);
  },
);

test.for(behindSession.filter(({ trips }) => trips === 2))(
  '$route does nothing where the session ends between its two statements',
  async (route) => {
    const service = await startService();
    const person = await newSenderOf(service, route);
    const other = await another(service, person.email);
    const changes = await prepared[route.route]?.(service, person);
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
    const answer = await callAs(service, person, route, changes);
    expect(answer.status).toBe(401);
    // The account is there, with the password that it had: signed in, or asked for the second factor that was prepared.
    const json = { email: person.email, password };
    expect([200, 403]).toContain((await service.call('POST', '/api/auth/login', { json })).status);
  },
);
