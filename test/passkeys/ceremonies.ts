// Adding a passkey over HTTP, step by step.

import { sql } from 'drizzle-orm/sql/sql';
import type { Person } from '../accounts/people.ts';
import type { Answer, CallOptions, Service } from '../service.ts';
import { type Authenticator, authenticator } from './authenticator.ts';

/** By the bindings of test/service.ts. */
export const rpId = 'app.example.test';

type Caller = Pick<Person, 'call'>;

export const optionsFor = (person: Caller, call?: CallOptions): Promise<Answer> =>
  person.call('POST', '/api/users/me/passkeys/options', call);

export async function challengeFor(person: Caller): Promise<string> {
  const { status, text, body } = await optionsFor(person);
  if (status !== 200) throw new Error(`options: ${status} ${text}`);
  return body.challenge;
}

export const keep = (
  person: Caller,
  credential: unknown,
  more: object = {},
  headers: Record<string, string> = {},
) => person.call('POST', '/api/users/me/passkeys', { json: { credential, ...more }, headers });

export type Creation = Partial<Parameters<Authenticator['create']>[0]>;

/** What a device would answer to the options. */
export async function created(person: Caller, key: Authenticator, change: Creation = {}) {
  return key.create({ challenge: await challengeFor(person), rpId, ...change });
}

export async function added(
  person: Caller,
  more: object = {},
): Promise<{ id: string; credential_id: string }> {
  const { status, text, body } = await keep(person, await created(person, await authenticator()), more);
  if (status !== 201) throw new Error(`passkeys: ${status} ${text}`);
  return body;
}

export async function listOf(person: Caller): Promise<{ id: string; name: string; credential_id: string }[]> {
  return (await person.call('GET', '/api/users/me/passkeys')).body.data;
}

export type UserRow = { readonly passkey_count: number; readonly factors_version: number };

export async function userRow(
  { dependencies }: Service,
  { id }: Pick<Person, 'id'>,
): Promise<UserRow | undefined> {
  const [row] = await dependencies.database.query<UserRow>(
    sql`select passkey_count, factors_version from users where id = ${id}`,
    { repeatable: true },
  );
  return row;
}

/** As an account is that was made with a passkey. */
export async function withoutPassword({ dependencies }: Service, { id }: Pick<Person, 'id'>): Promise<void> {
  await dependencies.database.query(sql`update users set password_hash = null where id = ${id}`, {
    repeatable: true,
  });
}

export async function eventsOf(person: Caller): Promise<string[]> {
  const { body } = await person.call('GET', '/api/users/me/security-events');
  return body.data
    .map(({ kind }: { kind: string }) => kind)
    .filter((kind: string) => kind.startsWith('passkey'));
}
