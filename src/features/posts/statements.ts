// The statements about posts. Each begins with who calls, and decides and says what it decided in one round trip.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { type Database, DatabaseError } from '../../database/client.ts';
import { activeCaller, type Caller } from '../../sessions/active-caller.ts';

/** A post as the API shows it; RFC 3339 times. */
export type Post = {
  readonly id: string;
  readonly title: string;
  readonly content: string;
  readonly image: string | null;
  readonly author_id: string;
  readonly created_at: string;
  readonly updated_at: string;
};

/** With the number of its changes, which is its entity tag. */
export type VersionedPost = Post & { readonly version: number };

const shown = sql`p.id, p.title, p.content, p.image, p.author_id, p.created_at, p.updated_at`;

/**
 * Creates a post, or finds the one that the same author's call with the same key created before.
 *
 * `on conflict` looks at the key before the title is looked at, but two calls that look at once see neither: so the
 * author's row is locked first, and the calls of one author go one after the other. (It also keeps the author from
 * being deleted meanwhile.) A title that another author takes at the same moment is left to the unique constraint.
 *
 * Repeatable, since the second run finds what the first created.
 */
export async function createPost(
  database: Database,
  create: Caller & {
    readonly id: string;
    readonly title: string;
    readonly content: string;
    readonly image: string | null;
    readonly keyHash: string;
  },
): Promise<
  | ({ readonly outcome: 'created' } & VersionedPost)
  | { readonly outcome: 'key-reused' | 'title-taken' | 'caller-ended' }
> {
  const now = create.now.toISOString();
  return decided(
    database.query<{ outcome: 'created' } & VersionedPost>(
      sql`
        with ${activeCaller(create)},
        author as (
          select u.id from users u join caller on caller.user_id = u.id for no key update of u
        ),
        created as (
          insert into posts as p (id, author_id, title, content, image, creation_key_hash, created_at, updated_at)
          select ${create.id}, id, ${create.title}, ${create.content}, ${create.image}, ${create.keyHash}, ${now}, ${now}
          from author
          on conflict (author_id, creation_key_hash) do update set creation_key_hash = excluded.creation_key_hash
          -- Another body under a used key is refused, as far as the post still shows what the first body was.
          where p.version > 1
            or (p.title, p.content, p.image) is not distinct from (excluded.title, excluded.content, excluded.image)
          returning ${shown}, p.version
        )
        select case when p.id is null then 'key-reused' else 'created' end as outcome, ${shown}, p.version
        from author left join created p on true`,
      { repeatable: true },
    ),
  );
}

/** Up to `limit` posts that are older than `before`, newest first; nothing when the caller's session has ended. */
export async function listPosts(
  database: Database,
  list: Caller & { readonly before: string; readonly limit: number },
): Promise<Post[] | undefined> {
  const rows = await database.query<Post | { id: null }>(
    sql`
      with ${activeCaller(list)}
      select ${shown}
      from caller left join (
        select * from posts where id < ${list.before} order by id desc limit ${list.limit}
      ) p on true
      order by p.id desc`,
    { repeatable: true },
  );
  // A caller who lives and finds no posts is a row without one.
  return rows.length === 0 ? undefined : rows.filter((row) => row.id !== null);
}

export async function readPost(
  database: Database,
  read: Caller & { readonly id: string },
): Promise<
  ({ readonly outcome: 'found' } & VersionedPost) | { readonly outcome: 'not-found' | 'caller-ended' }
> {
  const [row] = await database.query<{ outcome: 'found' } & VersionedPost>(
    sql`
      with ${activeCaller(read)}
      select case when p.id is null then 'not-found' else 'found' end as outcome, ${shown}, p.version
      from caller left join posts p on p.id = ${read.id}`,
    { repeatable: true },
  );
  return row ?? { outcome: 'caller-ended' };
}

/** Which post, and the entity tags of which one is to be its own (null where any will do) and none may be. */
type Target = Caller & {
  readonly id: string;
  readonly ifMatch: readonly string[] | null;
  readonly ifNoneMatch: readonly string[] | '*';
};

type Refused = { readonly outcome: 'not-found' | 'not-the-author' | 'precondition-failed' | 'caller-ended' };

/** Changes the fields that are given. Not repeatable: the first run changes what the second would compare. */
export async function changePost(
  database: Database,
  change: Target & {
    readonly title: string | undefined;
    readonly content: string | undefined;
    readonly image: string | null | undefined;
  },
): Promise<
  ({ readonly outcome: 'allowed' } & VersionedPost) | { readonly outcome: 'title-taken' } | Refused
> {
  return decided(
    database.query<{ outcome: 'allowed' } & VersionedPost>(
      sql`
        with ${activeCaller(change)},
        ${judgedTarget(change)},
        changed as (
          update posts p set
            title = coalesce(${change.title ?? null}, p.title),
            content = coalesce(${change.content ?? null}, p.content),
            image = case when ${change.image === undefined} then p.image else ${change.image ?? null} end,
            version = p.version + 1,
            updated_at = ${change.now.toISOString()}
          from target t where p.id = t.id and t.outcome = 'allowed'
          returning ${shown}, p.version
        )
        select coalesce(t.outcome, 'not-found') as outcome, ${shown}, p.version
        from caller left join target t on true left join changed p on true`,
      { repeatable: false },
    ),
  );
}

/** Not repeatable: the second run would not find what the first removed. */
export async function removePost(
  database: Database,
  remove: Target,
): Promise<{ readonly outcome: 'allowed' } | Refused> {
  const [row] = await database.query<{ outcome: 'allowed' } | Refused>(
    sql`
      with ${activeCaller(remove)},
      ${judgedTarget(remove)},
      removed as (
        delete from posts p using target t where p.id = t.id and t.outcome = 'allowed'
      )
      select coalesce(t.outcome, 'not-found') as outcome from caller left join target t on true`,
    { repeatable: false },
  );
  return row ?? { outcome: 'caller-ended' };
}

/**
 * A common table expression `target`: the post and whether the caller may touch it. It holds the row's lock, so what
 * it says is true until the statement ends: READ COMMITTED re-reads the row that it waited for.
 */
function judgedTarget({ id, ifMatch, ifNoneMatch }: Target): SQL {
  // RFC 9110, section 13.2.2: both are looked at, If-Match first; section 13.1.2: `*` is whatever there is.
  const isUnwanted =
    ifNoneMatch === '*' ? sql`true` : sql`p.version::text = any(${sql.param(ifNoneMatch)}::text[])`;
  return sql`
    target as (
      select p.id, case
        when p.author_id <> caller.user_id and caller.role <> 'admin' then 'not-the-author'
        when not p.version::text = any(${sql.param(ifMatch)}::text[]) or ${isUnwanted} then 'precondition-failed'
        else 'allowed'
      end as outcome
      from posts p, caller where p.id = ${id}
      for no key update of p
    )`;
}

/** The one row of a statement that the unique constraint on titles may refuse. */
async function decided<Row>(
  rows: Promise<Row[]>,
): Promise<Row | { readonly outcome: 'title-taken' | 'caller-ended' }> {
  try {
    return (await rows)[0] ?? { outcome: 'caller-ended' };
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === 'posts_title_key')
      return { outcome: 'title-taken' };
    throw error;
  }
}
