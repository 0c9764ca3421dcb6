// Signed-in people, and how they ask.

import { newPerson } from '../mail/tables.ts';
import { type Answer, type CallOptions, issuer, type Service, signIn, type Tokens } from '../service.ts';

export type Person = Tokens & {
  readonly id: string;
  readonly email: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
};

export async function signedIn(service: Service, email?: string): Promise<Person> {
  const person = await newPerson(service, email);
  return another(service, person.email);
}

/** One more session of somebody. */
export async function another(service: Service, email: string, more: object = {}): Promise<Person> {
  const tokens = await signIn(service, email, more);
  const bearer = tokens.access_token;
  const call: Person['call'] = (method, path, options) => service.call(method, path, { bearer, ...options });
  const { body } = await call('GET', '/api/users/me');
  return { ...tokens, id: body.id, email, call };
}

export function problem(status: number, name: string, more: object = {}): object {
  return { status, body: { type: `${issuer}/problems/${name}`, ...more } };
}
