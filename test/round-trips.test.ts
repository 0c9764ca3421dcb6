// One rule, one statement, one round trip; two where a hash or a secret has to be read before something can be checked. Each
// endpoint says how many it makes, and is called here as somebody signed in would: what has to be there first is in prepared.ts.

import { expect, test } from 'vitest';
import { callAs, routes, withApps } from './endpoints.ts';
import { bodyFields, newSenderOf } from './plausible.ts';
import { prepared } from './prepared.ts';
import { startService } from './service.ts';

test('nothing is prepared for an endpoint that is not there', () => {
  const unknown = Object.keys(prepared).filter((name) => routes.every(({ route }) => route !== name));
  expect(unknown).toEqual([]);
});

test('two are for a password, a code or a passkey, for which something has to be read before it can be checked, or made before it is kept', () => {
  const twice = routes.filter(({ trips }) => trips === 2);
  const secrets = /password$|^(totp|second_factor|credential)$/;
  const without = twice.filter((route) => !bodyFields(route).some((field) => secrets.test(field)));
  // New recovery codes are sealed together with the secret that is there.
  expect(without.map(({ route }) => route)).toEqual(['POST /api/users/me/totp/recovery-codes']);
});

test.for(routes)('$route makes its round trips and no more', async (route) => {
  const service = await startService(withApps);
  const person = await newSenderOf(service, route);
  const answer = await callAs(service, person, route, await prepared[route.route]?.(service, person));
  expect(answer.status, `${answer.text} (what has to be there first is made in \`prepared\`)`).toBeLessThan(
    300,
  );
  expect(answer.trips).toBe(route.trips);
});
