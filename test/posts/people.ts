// Who calls in the tests of posts, and what a post of theirs is made of.

import { sql } from 'drizzle-orm/sql/sql';
import { inject } from 'vitest';
import { insertUsers } from '../mail/tables.ts';
import {
  type Answer,
  type CallOptions,
  issuer,
  newAddress,
  type Service,
  signIn,
  startService,
} from '../service.ts';

/** A service with a database of its own, where nobody else's posts are and nobody else's queries. */
export async function startServiceAlone(): Promise<Service> {
  const name = `posts_${crypto.randomUUID().replaceAll('-', '')}`;
  const { dependencies } = await startService();
  await dependencies.database.query(sql.raw(`create database ${name} template latchkey_test_template`), {
    repeatable: false,
  });
  return startService({ DATABASE_URL: inject('databaseUrl').replace(/latchkey_test$/, name) });
}

export type Person = {
  readonly id: string;
  readonly bearer: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Creates a post and expects to. */
  post(more?: object): Promise<Answer>;
};

export async function newPerson(service: Service, role = 'user'): Promise<Person> {
  const email = newAddress();
  await insertUsers(service, [email]);
  const { database } = service.dependencies;
  const [user] = await database.query<{ id: string }>(sql`select id from users where email = ${email}`, {
    repeatable: true,
  });
  const { access_token: bearer } = await signIn(service, email);
  // After the sign-in, so that the token still says `user`.
  await database.query(sql`update users set role = ${role} where email = ${email}`, { repeatable: true });
  const call: Person['call'] = (method, path, options) => service.call(method, path, { bearer, ...options });
  return {
    id: user?.id ?? '',
    bearer,
    call,
    async post(more) {
      const answer = await call('POST', '/api/posts', { json: draft(more) });
      if (answer.status !== 201) throw new Error(`post: ${answer.status} ${answer.text}`);
      return answer;
    },
  };
}

export function draft(more: object = {}) {
  return { title: newTitle(), content: 'Every light keeps its own rhythm.', ...more };
}

export function pathOf({ body }: Answer): string {
  return `/api/posts/${body.id}`;
}

export function newTitle(): string {
  return `On lighthouses ${crypto.randomUUID()}`;
}

/** For `toMatchObject`. */
export function problem(status: number, name: string, more: object = {}) {
  return { status, body: { type: `${issuer}/problems/${name}`, ...more } };
}
