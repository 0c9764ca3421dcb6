// Every access token has what the application's function says, whichever door it comes by, and again where the call is repeated.

import { expect, test } from 'vitest';
import { callAs, withApps } from '../endpoints.ts';
import { newSender } from '../plausible.ts';
import { prepared } from '../prepared.ts';
import { startService } from '../service.ts';
import { claimsIn, issuing, ofTheRow, saidOf, says, userIn } from './function.ts';

test('there are doors, and a page is none', () => {
  expect(issuing.map(({ route }) => route)).toEqual(
    expect.arrayContaining(['POST /api/auth/refresh', 'POST /oauth/token']),
  );
  expect(issuing.length).toBeGreaterThan(9);
});

test.for(issuing)('$route', async (route) => {
  const service = await startService(withApps);
  await says(service, ofTheRow);
  const person = await newSender(service);
  const changes = await prepared[route.route]?.(service, person);
  const call = () =>
    callAs(service, person, route, {
      ...changes,
      fields: { sign_in: true, ...changes?.fields },
      headers: { ...changes?.headers, 'Idempotency-Key': 'a key that is one for both calls' },
    });
  const once = await call();
  expect(once.status, once.text).toBe(200);
  const said = await saidOf(service, userIn(once));
  expect(said).toHaveProperty('org', 'acme');
  expect(claimsIn(once)).toEqual(said);
  expect(once.trips).toBe(route.trips);
  // A repeat; where the endpoint takes no key, or the session was refreshed, it is another call.
  const again = await call();
  if (route.takesKey || again.status === 200) expect(claimsIn(again)).toEqual(said);
});
