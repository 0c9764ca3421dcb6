// An identity of a provider joins an account that was there before: from then on it opens it.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { queuedProviderCall } from '../database/provider-calls.ts';
import type { EventContext } from '../database/security-events.ts';
import { maximumIdentities } from '../lifetimes.ts';
import { noticedFactorChange } from './factor-notice.ts';

/**
 * Common table expressions: `joined` (`id`, `user_id`), and its event, its mail and the call that redeems the provider's code, under names
 * that begin with `join_`. What counts the
 * identities of the user, and the changes of their factors, is for the statement to write: it may change that row for another reason.
 *
 * @param of a query that gives `user_id`, `email`, `acr` of the sign-in, and `joining` (jsonb: `id`, `provider`, `issuer`,
 *   `subject`, `client_id`, and `code` (authentication/provider-code.ts) where there is one); one row or none.
 */
export function joinedIdentity({
  of,
  ...event
}: EventContext & { readonly mailId: string; readonly of: SQL }): SQL {
  const time = sql`${event.now.toISOString()}::timestamptz`;
  return sql`
    joining as (${of}),
    joined as (
      insert into identities (id, user_id, provider, issuer, subject, client_id, created_at, last_used_at)
      select (j.joining ->> 'id')::uuid, j.user_id, j.joining ->> 'provider', j.joining ->> 'issuer', j.joining ->> 'subject',
        j.joining ->> 'client_id', ${time}, ${time}
      from joining j join users u on u.id = j.user_id where u.identity_count < ${maximumIdentities}
      -- Meanwhile it is another account's, or this call has been here before.
      on conflict do nothing
      returning id, user_id, provider
    ),
    ${queuedProviderCall({
      as: 'join_call',
      kind: 'apple-redeem',
      of: sql`
        select (c.code ->> 'id')::uuid as id, joined.id as identity_id, c.code ->> 'clientId' as client_id, c.code ->> 'secret' as secret
        from joined join joining j on j.user_id = joined.user_id cross join lateral (select j.joining -> 'code' as code) c
        where c.code is not null`,
      now: event.now,
    })},
    ${noticedFactorChange({
      ...event,
      as: 'join_',
      kind: 'identity-added',
      of: sql`
        select j.user_id, null::uuid as session_id, j.email, j.acr, jsonb_build_object('name', joined.provider) as details
        from joined join joining j on j.user_id = joined.user_id`,
    })}`;
}
