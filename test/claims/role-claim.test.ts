// ROLE_CLAIM: the role has another name in access tokens, and `role` is the application's.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { isRoleClaim, reservedClaims } from '../../src/tokens/claim-names.ts';
import { problem, signedIn } from '../accounts/people.ts';
import { startService } from '../service.ts';
import { refresh } from '../sessions/driver.ts';
import { says } from './function.ts';

test('the names that are taken are the same in the database', async () => {
  const { dependencies } = await startService();
  const [issued] = await dependencies.database.query<{ prosrc: string }>(
    sql`select prosrc from pg_proc where proname = 'latchkey_issued_claims'`,
    { repeatable: true },
  );
  const list = /key IN \(([^)]*)\)/.exec(issued?.prosrc ?? '')?.[1] ?? '';
  expect([...list.matchAll(/'(\w+)'/g)].map(([, name]) => name)).toEqual(reservedClaims);
  expect(reservedClaims.filter(isRoleClaim)).toEqual([]);
  expect(['role', 'app_role', 'r', 'a'.repeat(32)].every(isRoleClaim)).toBe(true);
});

test('the token says both, and what the application calls a role gives no right', async () => {
  const service = await startService({ ROLE_CLAIM: 'app_role' });
  await says(service, `'{"role": "admin"}'::jsonb`);
  const author = await signedIn(service);
  const { body: post } = await author.call('POST', '/api/posts', {
    json: { title: crypto.randomUUID(), content: 'A' },
  });
  const other = await signedIn(service);
  expect(decodeJwt(other.access_token)).toMatchObject({ role: 'admin', app_role: 'user' });
  expect(await other.call('DELETE', `/api/posts/${post.id}`)).toMatchObject(problem(403, 'not-the-author'));
  await service.dependencies.database.query(sql`update users set role = 'admin' where id = ${other.id}`, {
    repeatable: true,
  });
  const { body } = await refresh(service, other.refresh_token);
  expect(decodeJwt(body.access_token)).toMatchObject({ role: 'admin', app_role: 'admin' });
  await says(service, `'{"app_role": "admin"}'::jsonb`);
  expect(await refresh(service, body.refresh_token)).toMatchObject(problem(503, 'service-unavailable'));
});

test('with a new name each app refreshes once, and nobody is signed out', async () => {
  const before = await startService();
  await says(before, `'{}'::jsonb`);
  const person = await signedIn(before);
  const after = await startService({ ROLE_CLAIM: 'app_role' });
  const me = (bearer: string) => after.call('GET', '/api/users/me', { bearer });
  expect(await me(person.access_token)).toMatchObject(problem(401, 'invalid-access-token'));
  const { body } = await refresh(after, person.refresh_token);
  expect(await me(body.access_token)).toMatchObject({ status: 200, body: { role: 'user' } });
});
