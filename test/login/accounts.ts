// Accounts with hashes of a test's choice, and what the database keeps about logging in to them.

import { sql } from 'drizzle-orm/sql/sql';
import { type Answer, newAddress, type Service } from '../service.ts';

/** A verified user with this hash, whoever made it. */
export async function newAccount(
  { clock, dependencies }: Service,
  hash: string,
  { isVerified = true, prefix = '' } = {},
): Promise<string> {
  const email = `${prefix}${newAddress()}`;
  const now = clock.now.toISOString();
  await dependencies.database.query(
    sql`
      insert into users (id, email, email_verified_at, password_hash, name, created_at, updated_at)
      values (${dependencies.newId()}, ${email}, ${isVerified ? now : null}, ${hash}, 'Ada', ${now}, ${now})`,
    { repeatable: false },
  );
  return email;
}

export async function hashOf({ dependencies }: Service, email: string): Promise<string | undefined> {
  const [user] = await dependencies.database.query<{ password_hash: string }>(
    sql`select password_hash from users where email = ${email}`,
    { repeatable: true },
  );
  return user?.password_hash;
}

export function logIn(service: Service, email: string, password: string, more: object = {}): Promise<Answer> {
  return service.call('POST', '/api/auth/login', { json: { email, password, ...more } });
}

/** An answer as whoever guesses could compare it: all of it but the request's own id. */
export function shown({ status, text, trips, headers }: Answer) {
  const names = [...headers.keys()].filter((name) => name !== 'x-request-id');
  return { status, text: text.replace(/"instance":"[^"]+"/, ''), trips, names };
}
