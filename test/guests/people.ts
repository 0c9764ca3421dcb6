// Guests, and how they become somebody.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import type { Person } from '../accounts/people.ts';
import { byCode, type Granted, registered } from '../mail/granted.ts';
import { authenticator } from '../passkeys/authenticator.ts';
import { created, keep } from '../passkeys/ceremonies.ts';
import {
  type Answer,
  type CallOptions,
  password,
  type Service,
  startService,
  type Tokens,
} from '../service.ts';

export const withGuests = () => startService({ GUESTS: 'true' });

export type Guest = Omit<Person, 'email'>;

export const ask = (service: Service, json: object = {}, headers: Record<string, string> = {}) =>
  service.call('POST', '/api/auth/guest', { json, headers });

export async function newGuest(service: Service, json: object = {}): Promise<Guest> {
  const answer = await ask(service, json);
  if (answer.status !== 200) throw new Error(`guest: ${answer.status} ${answer.text}`);
  return guestOf(service, answer.body);
}

/** Who calls with these tokens. */
export function guestOf(service: Service, tokens: Tokens): Guest {
  const bearer = tokens.access_token;
  return {
    ...tokens,
    id: decodeJwt(bearer).sub ?? '',
    call: (method, path, options) => service.call(method, path, { bearer, ...options }),
  };
}

/** By the code of a registration, with a token: a guest's is upgraded. */
export function prove(
  service: Service,
  bearer: string,
  granted: Pick<Granted, 'request' | 'code'>,
  json: object = {},
  options: CallOptions = {},
): Promise<Answer> {
  const { request, code } = granted;
  return service.call('POST', '/api/auth/verify-email', {
    bearer,
    json: { request, code, password, ...json },
    ...options,
  });
}

export async function withAddress(service: Service, guest: Guest, json: object = {}) {
  const granted = await registered(service);
  return { ...granted, answer: await prove(service, guest.access_token, byCode(granted), json) };
}

export async function withPasskey(guest: Guest, headers: Record<string, string> = {}): Promise<Answer> {
  return keep(guest, await created(guest, await authenticator()), {}, headers);
}

export async function refreshed(
  service: Service,
  { refresh_token }: Pick<Tokens, 'refresh_token'>,
): Promise<Answer> {
  return service.call('POST', '/api/auth/refresh', {
    json: { refresh_token },
    headers: { 'Idempotency-Key': crypto.randomUUID() },
  });
}

export type UserRow = {
  readonly id: string;
  readonly email: string | null;
  readonly name: string;
  readonly is_guest: boolean;
  readonly has_password: boolean;
  readonly passkey_count: number;
};

export async function userOf(service: Service, id: string): Promise<UserRow | undefined> {
  const [row] = await rows<UserRow>(
    service,
    sql`select id, email, name, is_guest, password_hash is not null as has_password, passkey_count from users where id = ${id}`,
  );
  return row;
}

export function rows<Row = unknown>(
  { dependencies }: Service,
  query: ReturnType<typeof sql>,
): Promise<Row[]> {
  return dependencies.database.query<Row>(query, { repeatable: true });
}

export async function eventsOf(guest: Pick<Person, 'call'>): Promise<string[]> {
  const { body } = await guest.call('GET', '/api/users/me/security-events');
  return body.data.map(({ kind }: { kind: string }) => kind);
}
