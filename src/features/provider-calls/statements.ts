// The statements about the queue of calls to identity providers.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { type ProviderCallKind, queuedProviderCall } from '../../database/provider-calls.ts';

export type DueCall = {
  readonly id: string;
  readonly kind: ProviderCallKind;
  readonly identity_id: string;
  readonly client_id: string;
  readonly secret: string;
  readonly attempts: number;
  readonly expires_at: string;
};

/**
 * Claims calls that are due, oldest first, each for one attempt; also those whose time is up. A claim is the moment before which
 * nobody else takes the call, so one whose isolate died runs out by itself.
 */
export function claimDueCalls(
  database: Database,
  { now, limit, claimSeconds }: { now: Date; limit: number; claimSeconds: number },
): Promise<DueCall[]> {
  return database.query<DueCall>(
    sql`
      with due as (
        select id from provider_calls where due_at <= ${now.toISOString()}
        order by due_at limit ${limit}
        for update skip locked
      )
      update provider_calls c
      set attempts = attempts + 1, due_at = ${new Date(now.getTime() + claimSeconds * 1000).toISOString()}
      from due where c.id = due.id
      returning c.id, c.kind, c.identity_id, c.client_id, c.secret, c.attempts, c.expires_at`,
    { repeatable: false },
  );
}

/** The secret is forgotten. The row stays until it is purged, so that a repeat of the request that caused it causes no other. */
const finishing = sql.raw(`secret = '', due_at = 'infinity'`);

export async function finishCall(database: Database, id: string): Promise<void> {
  await database.query(sql`update provider_calls set ${finishing} where id = ${id}`, { repeatable: true });
}

export async function postponeCall(database: Database, id: string, dueAt: Date): Promise<void> {
  await database.query(
    sql`update provider_calls set due_at = ${dueAt.toISOString()} where id = ${id} and secret <> ''`,
    { repeatable: true },
  );
}

/**
 * Keeps the refresh token that a code was redeemed for, in place of an older one, and finishes the call. `gone`: the identity
 * was deleted meanwhile, so that the token is to be revoked. `another`: the code was of somebody else.
 *
 * The older one is not revoked: that would take the new one as well, and Apple would tell us that the person has withdrawn.
 */
export async function keepRefreshToken(
  database: Database,
  kept: {
    readonly call: DueCall;
    readonly refreshToken: string;
    readonly issuer: string;
    readonly subject: string;
    /** Of the call that revokes it, should it come to that. */
    readonly revocationId: string;
    readonly now: Date;
  },
): Promise<'kept' | 'gone' | 'another'> {
  const { call, refreshToken, issuer, subject } = kept;
  const [row] = await database.query<{ outcome: 'kept' | 'gone' | 'another' }>(
    sql`
      with identity as (
        -- Whoever deletes it locks it first: either they see the token, or it is seen here that the identity is gone.
        select i.id, i.subject = ${subject} as is_theirs from identities i where i.id = ${call.identity_id} for no key update
      ),
      kept as (
        update identities i set refresh_token = ${refreshToken}, client_id = ${call.client_id}
        from identity where i.id = identity.id and identity.is_theirs
      ),
      ${queuedProviderCall({
        as: 'revocation',
        kind: 'apple-revoke',
        of: sql`
          select ${kept.revocationId}::uuid as id, ${call.identity_id}::uuid as identity_id, ${call.client_id} as client_id,
            ${refreshToken} as secret
          where not exists (select from identity) and not exists (
            -- Another row: the snapshot still has this one, where its deletion was waited for.
            select from identities o
            where o.issuer = ${issuer} and o.subject = ${subject} and o.removed_at is null and o.id <> ${call.identity_id}
          )`,
        now: kept.now,
      })},
      finished as (update provider_calls set ${finishing} where id = ${call.id})
      select case when i.is_theirs then 'kept' when i.id is not null then 'another' else 'gone' end as outcome
      from (select) one left join identity i on true`,
    { repeatable: true },
  );
  return row?.outcome ?? 'gone';
}
