// Shows what the statements about posts cost on a million rows, by Postgres's own plans: `npx node test/bench/posts-plans.ts`.

import type { Database } from '../../src/database/client.ts';
import {
  changePost,
  createPost,
  listPosts,
  readPost,
  removePost,
} from '../../src/features/posts/statements.ts';
import { type Statements, showPlans } from './plans.ts';

const rows = 1_000_000;
const people = 10_000;

// UUIDv7s, one second apart.
const firstMillisecond = 1_700_000_000_000;
const hex = (number: number) => number.toString(16).padStart(12, '0');
const idOf = (n: number) => `${hex(firstMillisecond + n * 1000)}70008000${hex(n)}`;

const userId = idOf(0);
const caller = { userId, sessionId: userId, now: new Date() };

/** A table `made` of UUIDv7s as above, with their numbers. */
const ids = (from: number, to: number) => `
  from generate_series(${from}, ${to}::bigint) n cross join lateral (
    select (lpad(to_hex(${firstMillisecond} + n * 1000), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid
  ) made (id)`;

const fill = `
  insert into users (id, email, email_verified_at, password_hash, name, created_at, updated_at)
  select id, 'person-' || n || '@example.test', now(), '', 'Ada', now(), now() ${ids(0, people - 1)};

  insert into sessions (id, user_id, rotated_at, expires_at, absolute_expires_at, created_at)
  select id, id, now(), now() + interval '1 day', now() + interval '1 day', now() from users;

  insert into posts (id, author_id, title, content, creation_key_hash, created_at, updated_at)
  select made.id, users.id, 'Post number ' || n, repeat('Every light keeps its own rhythm. ', 6), made.id, now(), now()
  ${ids(1, rows)} join users on users.email = 'person-' || n % ${people} || '@example.test'`;

const draft = { title: 'A new post', content: 'Text.', image: null };
const middle = { ...caller, id: idOf(rows / 2), ifMatch: ['1'], ifNoneMatch: [] };
const page = (before: string) => (database: Database) =>
  listPosts(database, { ...caller, before, limit: 11 });

const statements: Statements = {
  'list, first page': page('f'.repeat(32)),
  'list, page in the middle': page(idOf(rows / 2)),
  'list, last page': page(idOf(11)),
  show: (database) => readPost(database, middle),
  create: (database) => createPost(database, { ...caller, ...draft, id: idOf(rows + 1), keyHash: 'new' }),
  'create, a repeat': (database) =>
    createPost(database, {
      ...caller,
      title: `Post number ${rows / 2}`,
      content: 'Every light keeps its own rhythm. '.repeat(6),
      image: null,
      id: idOf(rows + 1),
      keyHash: idOf(rows / 2).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    }),
  change: (database) => changePost(database, { ...middle, ...draft }),
  remove: (database) => removePost(database, middle),
};

await showPlans({ name: 'latchkey_posts_plans', fill, statements });
