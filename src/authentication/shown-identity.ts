// Checks an ID token of an identity provider. That token and nonce are unused, the statement decides.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Dependencies } from '../context.ts';
import { Problem } from '../problems.ts';

/** Somebody for whom a provider vouched. */
export type ShownIdentity = {
  readonly provider: string;
  /** The provider's first issuer: `issuer` and `subject` are the identity. */
  readonly issuer: string;
  readonly subject: string;
  /** Lower case. Null where the provider has not verified one. */
  readonly email: string | null;
  /** Whether the provider's word proves `email`: it runs the mailbox. */
  readonly isAuthoritative: boolean;
  /** As the provider has it; the app's own goes before it. */
  readonly name: string | null;
  /** Registered names alone (RFC 8176). */
  readonly amr: readonly string[];
  /** Whom it was issued to. */
  readonly clientId: string;
  /** Otherwise it is only good for the repeat of the call that used it. */
  readonly isFresh: boolean;
  /** What it uses up: the ID token, and the nonce where there is one. */
  readonly uses: readonly { readonly hash: string; readonly keptUntil: Date }[];
};

/**
 * @param needs `nonce`: also where the provider's is optional.
 * @throws Problem `way-not-enabled`, `id-token-not-accepted`, or `service-unavailable` where the provider's keys are not to be had.
 */
export async function shownIdentity(
  { config }: Pick<Dependencies, 'config' | 'dataKeys' | 'now'>,
  providerName: string,
  _given: { readonly id_token: string; readonly nonce?: string | undefined },
  _needs: { readonly nonce: boolean } = { nonce: false },
): Promise<ShownIdentity> {
  if (!config.identityProviders.has(providerName)) throw new Problem('way-not-enabled');
  throw new Problem('id-token-not-accepted');
}

/**
 * A common table expression `unspent`: one row where this call may use ID token and nonce, which is the first one, or a repeat of
 * the one that spent them. Of two at once the second waits for the first.
 *
 * @param of the name of a common table expression without whose row nothing is spent.
 * @param call what only a repeat has as well: the hash of its Idempotency-Key, or an id of its own where it has none.
 */
export function usedIdentity(
  of: string,
  { uses, isFresh }: Pick<ShownIdentity, 'uses' | 'isFresh'>,
  { call, now }: { readonly call: string; readonly now: Date },
): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  const rows = sql.join(
    uses.map(({ hash, keptUntil }) => sql`(${hash}::text, ${keptUntil.toISOString()}::timestamptz)`),
    sql`, `,
  );
  const spentBefore = sql`from spent_challenges c join shown s on s.hash = c.challenge_hash where c.expires_at > ${time}`;
  return sql`
    shown (hash, kept_until) as (values ${rows}),
    spent as (
      insert into spent_challenges as c (challenge_hash, spent_call, expires_at)
      select s.hash, ${call}::text, s.kept_until from shown s
      where exists (select from ${sql.raw(of)})
        -- Where one was used by another call, the other is not spent either.
        and not exists (select ${spentBefore} and c.spent_call <> ${call}::text)
        and (${isFresh}::boolean or ${uses.length}::int = (select count(*) ${spentBefore} and c.spent_call = ${call}::text))
      -- Whoever shows the same locks them in the same order.
      order by s.hash
      on conflict (challenge_hash) do update set spent_call = excluded.spent_call
      where c.spent_call = excluded.spent_call
      returning 1
    ),
    unspent as (select 1 as unspent where (select count(*) from spent) = ${uses.length}::int)`;
}
