// Whose account an identity provider's word opens: the identity's, that of whoever has proven the address, a guest's, or a new one.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { addressOwner, madeAccount } from '../../authentication/account-by-address.ts';
import { addressHash } from '../../authentication/destinations.ts';
import type { CodeToRedeem } from '../../authentication/provider-code.ts';
import { isHeldForUndo } from '../../authentication/requested-mail.ts';
import { type ShownIdentity, usedIdentity } from '../../authentication/shown-identity.ts';
import { maximumIdentities } from '../../lifetimes.ts';
import { activeCaller, type Caller } from '../../sessions/active-caller.ts';
import type { ShownFactor } from '../../sessions/second-factor.ts';
import { provenUser } from '../../sessions/start.ts';
import type { SignInMethod } from '../../sessions/state.ts';
import type { SignInCall } from './complete-statements.ts';

export type ProviderCall = SignInCall & {
  readonly identity: ShownIdentity;
  /** Ids for the identity and the account, should they be new ones; and for the mail that tells of a join. */
  readonly identityId: string;
  readonly userId: string;
  readonly joinMailId: string;
  /** What the provider gave beside the ID token. */
  readonly code: CodeToRedeem | undefined;
  /** What the app says that its user is called. */
  readonly name: string | null;
  /** Of a new account. */
  readonly locale: string | null;
  /** The guest whose account is to become this person's. */
  readonly guest: Caller | undefined;
  readonly factor?: ShownFactor | undefined;
  /** Whether anybody whom the provider vouches for like this may have a new account. */
  readonly maySignUp: boolean;
};

/**
 * Common table expressions: `identity`, `decision` (`how`), `entry` (that row, where there is a way on), `unspent`, the accounts that each
 * way on finds or makes (`known`, `address_owner`, `made`, `upgraded`), and `proven` (`provenUser`) with `joining`.
 */
export function provenByProvider(signIn: ProviderCall, method: SignInMethod): SQL {
  const { identity, now } = signIn;
  return sql`
      ${decided(signIn)},
      ${usedIdentity('entry', identity, { call: signIn.call ?? signIn.eventId, now })},
      ${knownAccount(signIn, method)},
      ${addressOwner('address_owner', sql`select e.email from entry e, unspent where e.how = 'join'`, method)},
      ${madeAccount(
        sql`select e.email, ${signIn.name}::text as name, ${signIn.locale}::text as locale from entry e, unspent where e.how = 'new'`,
        {
          userId: signIn.userId,
          provider: identity.provider,
          identityCount: 1,
          method,
          now,
        },
      )},
      ${upgradedAccount(signIn, method)},
      proven as (
        select *, null::jsonb as joining from known
        union all
        -- Whoever is another account's by now, or has joined with another one of the provider's: it has to be looked at again.
        select o.*, ${joiningOf(signIn)} from address_owner o, entry e
        where o.user_id = e.owner_id and o.factors_version = e.owner_version
        union all
        select *, null from made
        union all
        select *, null from upgraded
      )`;
}

/** An expression beside them: the outcome where nobody is proven. */
export const refusedByProvider = sql`(select case when how in ('taken', 'too-many', 'caller-ended', 'closed') then how when not exists (select from unspent) then 'refused'
      else 'overtaken' end from decision)`;

/** Common table expressions `identity`, `decision` (`how`, one row) and `entry`: that row, where there is a way on. */
function decided({ identity, guest, maySignUp, now }: ProviderCall): SQL {
  const { issuer, subject, email, isAuthoritative } = identity;
  const time = sql`${now.toISOString()}::timestamptz`;
  const guestId = sql`${guest?.userId ?? null}::uuid`;
  const address = sql`${email}::text`;
  return sql`
    ${
      guest
        ? sql`${activeCaller(guest)}, guest as (select u.id from caller join users u on u.id = caller.user_id where u.is_guest)`
        : sql`guest as (select null::uuid as id where false)`
    },
    identity as (
      select i.id, i.user_id from identities i where i.issuer = ${issuer} and i.subject = ${subject} and i.removed_at is null
    ),
    owner as (
      select u.id, u.factors_version, u.email_verified_at is not null as has_proven, u.identity_count,
        exists (select from identities i where i.user_id = u.id and i.issuer = ${issuer} and i.removed_at is null) as has_another
      from users u where u.email = ${address}
    ),
    decision as (
      select case
          when i.user_id is not null then case when ${guestId} <> i.user_id then 'taken' else 'known' end
          -- Another account may have it back for as long as its removal can be undone.
          when exists (
            select from identities held
            where held.issuer = ${issuer} and held.subject = ${subject} and held.expires_at > ${time}
              and held.user_id is distinct from ${guestId}
          ) then 'taken'
          when ${guestId} is not null and not exists (select from guest) then 'caller-ended'
          when ${address} is not null and ${isHeldForUndo(addressHash(address), now, sql`o.id`)} then 'taken'
          -- No merge: neither of two accounts that were there is the other. An address that nobody has proven is in the way as well.
          when o.id is not null and ${guestId} is not null and (o.has_proven or ${isAuthoritative}::boolean) then 'taken'
          -- The provider has given the address to somebody else since (a recycled address), or has no authority over it.
          when o.has_proven and (o.has_another or not ${isAuthoritative}::boolean) then 'taken'
          when o.has_proven and o.identity_count >= ${maximumIdentities} then 'too-many'
          when o.has_proven then 'join'
          -- An imported account is there.
          when not ${maySignUp}::boolean and (o.id is null or not ${isAuthoritative}::boolean) then 'closed'
          when ${guestId} is not null then 'upgrade'
          else 'new'
        end as how,
        case when ${isAuthoritative}::boolean then ${address} end as email, o.id as owner_id, o.factors_version as owner_version
      from (values (1)) one left join identity i on true left join owner o on true
    ),
    entry as (select * from decision where how in ('known', 'join', 'new', 'upgrade'))`;
}

/** Common table expressions, the last one `known` (`provenUser`): the account that the identity opens, while it does. */
function knownAccount({ now }: ProviderCall, method: SignInMethod): SQL {
  return sql`
    account as (
      select ${provenUser(method)} from users u join identity i on i.user_id = u.id, entry e, unspent where e.how = 'known'
      for no key update of u
    ),
    known as (
      -- READ COMMITTED: whoever has removed it meanwhile held the lock of the user, and this sees it.
      update identities i set last_used_at = ${now.toISOString()}
      from identity, account a where i.id = identity.id and i.removed_at is null
      returning a.*
    )`;
}

/** A common table expression `upgraded` (`provenUser`): the guest's account, which is somebody's now. */
function upgradedAccount({ name, locale, identity, guest, now }: ProviderCall, method: SignInMethod): SQL {
  if (!guest) return sql`upgraded as (select * from made where false)`;
  return sql`
    upgraded as (
      update users u
      set is_guest = false, email = e.email, email_verified_at = case when e.email is not null then ${now.toISOString()}::timestamptz end,
        name = case when u.name = '' then coalesce(${name}, '') else u.name end, locale = coalesce(u.locale, ${locale}::text),
        provider = ${identity.provider}, identity_count = u.identity_count + 1, factors_version = u.factors_version + 1, updated_at = ${now.toISOString()}
      from guest g, entry e, unspent where u.id = g.id and u.is_guest and u.disabled_at is null and e.how = 'upgrade'
      returning ${provenUser(method)}
    )`;
}

function joiningOf({ identityId, identity, code }: ProviderCall): SQL {
  const { provider, issuer, subject, clientId } = identity;
  return sql`${JSON.stringify({ id: identityId, provider, issuer, subject, client_id: clientId, code })}::jsonb`;
}
