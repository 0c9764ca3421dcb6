// Transactional outbox of calls to identity providers: a call is queued by the statement that causes it. Only Apple has such
// calls: its code is redeemed for a refresh token, and with that it is told that the account is deleted (TN3194).

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { appleCodeSeconds, revocationTriedSeconds } from '../lifetimes.ts';

export type ProviderCallKind = 'apple-redeem' | 'apple-revoke';

/** How long it is tried. */
const triedSeconds: Readonly<Record<ProviderCallKind, number>> = {
  'apple-redeem': appleCodeSeconds,
  'apple-revoke': revocationTriedSeconds,
};

/**
 * A common table expression `provider_call` (`id`): the calls. Run again with the same ids it queues nothing more, also where
 * they were made meanwhile: a code that is redeemed twice may void what it brought (RFC 6749, section 4.1.2).
 *
 * @param of a query that gives `id` (of the call), `identity_id`, `client_id` and `secret` (tokens/identity-secret.ts).
 */
export function queuedProviderCall({
  as = 'provider_call',
  kind,
  of,
  now,
}: {
  readonly as?: string;
  readonly kind: ProviderCallKind;
  readonly of: SQL;
  readonly now: Date;
}): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  return sql`
    ${sql.raw(as)} as (
      insert into provider_calls (id, kind, identity_id, client_id, secret, created_at, due_at, expires_at)
      select c.id, ${kind}, c.identity_id, c.client_id, c.secret, ${time}, ${time},
        ${time} + ${triedSeconds[kind]}::int * interval '1 second'
      from (${of}) c
      on conflict (id) do nothing
      returning id
    )`;
}

/**
 * Common table expressions `last_tokens` and `revocation`: whoever deletes these identities queues that the providers' tokens
 * are revoked. It has to come before they are gone: the part that deletes them asks for `after('revocation')`.
 *
 * To revoke one token takes from the person every token of the app ("and associated user authorizations"). So none is revoked
 * where the same identity is still somebody's: it was removed and added again.
 *
 * @param of a query that gives the `id`s of identities; the rows of their users are locked, or their own.
 */
export function revokedProviderTokens(of: SQL, now: Date): SQL {
  return sql`
    last_tokens as (
      -- READ COMMITTED: a token that was kept at this moment is read from the locked row.
      select i.id, i.issuer, i.subject, i.client_id, i.refresh_token
      from identities i where i.id in (${of}) order by i.id for update
    ),
    ${queuedProviderCall({
      as: 'revocation',
      kind: 'apple-revoke',
      of: sql`
        select gen_random_uuid() as id, l.id as identity_id, l.client_id, l.refresh_token as secret
        from last_tokens l
        where l.refresh_token is not null and not exists (
          select from identities o
          where o.issuer = l.issuer and o.subject = l.subject and o.removed_at is null and o.id not in (select id from last_tokens)
        )`,
      now,
    })}`;
}
