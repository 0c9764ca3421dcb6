// People whom an identity provider vouches for, and how they add what it says of them.

import { sql } from 'drizzle-orm/sql/sql';
import type { OwnIdentity } from '../../src/sessions/own-identities.ts';
import type { Person } from '../accounts/people.ts';
import { type Answer, type CallOptions, type Service, startService } from '../service.ts';
import { type Claims, type Issuers, newNonce, startIssuers, withProviders } from './issuer.ts';

type Caller = Pick<Person, 'call'>;

/** What an app sends of a sign-in with a provider. */
export type Shown = { readonly id_token: string; readonly nonce: string };

/** The issuers of a service, which are started with the first token. */
const issuers = new WeakMap<Service, Issuers>();

export function issuersOf(service: Service): Issuers {
  const known = issuers.get(service) ?? startIssuers(service);
  issuers.set(service, known);
  return known;
}

export const startWithProviders = (bindings: object = {}): Promise<Service> =>
  startService({ ...withProviders, ...bindings });

/** A fresh token of a provider, for a fresh nonce. */
export async function shown(
  service: Service,
  claims: Claims = {},
  provider: keyof Issuers = 'google',
): Promise<Shown> {
  const issuer = issuersOf(service)[provider];
  const nonce = await newNonce(service);
  return { id_token: await issuer.token({ nonce, ...claims }), nonce };
}

export const add = (person: Caller, json: object, options: CallOptions = {}, provider = 'google') =>
  person.call('POST', `/api/users/me/identities/${provider}`, { json, ...options });

export const remove = (person: Caller, { id }: { readonly id: string }): Promise<Answer> =>
  person.call('DELETE', `/api/users/me/identities/${id}`);

/** Adds the subject, or somebody new. */
export async function identityOf(
  service: Service,
  person: Caller,
  claims: Claims = {},
  provider: keyof Issuers = 'google',
): Promise<OwnIdentity> {
  const { status, text, body } = await add(person, await shown(service, claims, provider), {}, provider);
  if (status !== 201) throw new Error(`identities: ${status} ${text}`);
  return body;
}

export async function listOf(person: Caller): Promise<OwnIdentity[]> {
  return (await person.call('GET', '/api/users/me')).body.identities;
}

export type UserRow = { readonly identity_count: number; readonly factors_version: number };

export async function userRow({ dependencies }: Service, { id }: Pick<Person, 'id'>): Promise<UserRow> {
  const [row] = await dependencies.database.query<UserRow>(
    sql`select identity_count, factors_version from users where id = ${id}`,
    { repeatable: true },
  );
  if (!row) throw new Error('nobody');
  return row;
}

/** Newest first. */
export async function eventsOf(person: Caller): Promise<string[]> {
  const { body } = await person.call('GET', '/api/users/me/security-events');
  return body.data
    .map(({ kind }: { kind: string }) => kind)
    .filter((kind: string) => kind.startsWith('identity'));
}
