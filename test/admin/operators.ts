// Operators: admins who have signed in with a second factor.

import { sql } from 'drizzle-orm/sql/sql';
import { type Person, signedIn } from '../accounts/people.ts';
import { refreshed, type WithApp, withTotp } from '../factors/authenticator.ts';
import type { Service } from '../service.ts';

/** As `npm run users -- role` does it. */
export async function setRole(service: Service, id: string, role: 'user' | 'admin'): Promise<void> {
  await service.dependencies.database.query(sql`update users set role = ${role} where id = ${id}`, {
    repeatable: false,
  });
}

/** An admin with an authenticator app, who has just signed in with it. */
export async function newAdmin(service: Service): Promise<WithApp> {
  const admin = await withTotp(service, await signedIn(service));
  await setRole(service, admin.id, 'admin');
  return admin;
}

/**
 * The same person as an admin, whose session is as one of a passkey: with a second factor, and none is asked for at the next
 * sign-in by the password.
 */
export async function promoted<P extends Person>(service: Service, person: P): Promise<P> {
  await setRole(service, person.id, 'admin');
  await service.dependencies.database.query(
    sql`update sessions set acr = 'aal2', amr = '{hwk,user,mfa}' where id = ${person.session_id}`,
    { repeatable: false },
  );
  return refreshed(service, person);
}
