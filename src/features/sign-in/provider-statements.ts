// The statement of a sign-in that an identity provider vouches for: it finds, joins or makes the account.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { addressOwner, madeAccount } from '../../authentication/account-by-address.ts';
import { addressHash } from '../../authentication/destinations.ts';
import { joinedIdentity } from '../../authentication/joined-identity.ts';
import { type CodeToRedeem, queuedRedemption } from '../../authentication/provider-code.ts';
import { isHeldForUndo } from '../../authentication/requested-mail.ts';
import type { StoredFactor } from '../../authentication/second-factor.ts';
import { type ShownIdentity, usedIdentity } from '../../authentication/shown-identity.ts';
import { type Database, DatabaseError } from '../../database/client.ts';
import { idempotentCallSeconds } from '../../lifetimes.ts';
import { activeCaller, type Caller } from '../../sessions/active-caller.ts';
import { upgradedGuest } from '../../sessions/guests.ts';
import type { ShownFactor } from '../../sessions/second-factor.ts';
import { provenUser } from '../../sessions/start.ts';
import type { SignInMethod } from '../../sessions/state.ts';
import { type AskingSignIn, completeSignInOrAsk, type SignInCall } from './complete-statements.ts';

/**
 * `taken`: the identity, or the address, is another account's, or another one's to have back. `caller-ended`: the guest whose token
 * came along is none any more. `overtaken`: something has changed at that moment; it has to be run again.
 */
export type ProviderSignIn = AskingSignIn<'taken' | 'caller-ended' | 'overtaken'>;

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
  /** The guest whose account is to become this person's. */
  readonly guest: Caller | undefined;
  readonly factor?: ShownFactor | undefined;
};

/**
 * @param overtakings how often it is run again, each time because somebody has changed the account, or made it, at that moment.
 *   Nothing is spent by a run that did not come to its end.
 */
export async function signInByProvider(
  database: Database,
  signIn: ProviderCall,
  overtakings: number,
): Promise<ProviderSignIn> {
  for (let times = 0; ; times += 1) {
    const result = await tryToSignIn(database, signIn).catch((error) => {
      // The identity or the address is somebody's by now: then it is seen.
      if (error instanceof DatabaseError && error.code === uniqueViolation)
        return { outcome: 'overtaken' } as const;
      throw error;
    });
    if (result.outcome !== 'overtaken' || times === overtakings) return result;
  }
}

const uniqueViolation = '23505';

function tryToSignIn(database: Database, signIn: ProviderCall): Promise<ProviderSignIn> {
  const { identity, now } = signIn;
  const method: SignInMethod = { amr: identity.amr, acr: 'aal1', idp: identity.provider };
  return completeSignInOrAsk<'taken' | 'caller-ended' | 'overtaken'>(database, signIn, {
    proven: sql`
      ${decided(signIn)},
      ${usedIdentity('entry', identity, { call: signIn.call ?? signIn.eventId, now })},
      ${knownAccount(signIn, method)},
      ${addressOwner('address_owner', sql`select e.email from entry e, unspent where e.how = 'join'`, method)},
      ${madeAccount(
        sql`select e.email, ${signIn.name}::text as name from entry e, unspent where e.how = 'new'`,
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
      )`,
    factor: signIn.factor,
    also: alsoDone(signIn),
    mails: sql`exists (select from join_queued)`,
    otherwise: sql`(select case when how in ('taken', 'caller-ended') then how when not exists (select from unspent) then 'refused'
      else 'overtaken' end from decision)`,
  });
}

/** Common table expressions `identity`, `decision` (`how`, one row) and `entry`: that row, where there is a way on. */
function decided({ identity, guest, now }: ProviderCall): SQL {
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
      select u.id, u.factors_version, u.email_verified_at is not null as has_proven,
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
          when ${address} is not null and ${isHeldForUndo(addressHash(address), now)} then 'taken'
          -- No merge: neither of two accounts that were there is the other. An address that nobody has proven is in the way as well.
          when o.id is not null and ${guestId} is not null and (o.has_proven or ${isAuthoritative}::boolean) then 'taken'
          -- The provider has given the address to somebody else since (a recycled address), or has no authority over it.
          when o.has_proven and (o.has_another or not ${isAuthoritative}::boolean) then 'taken'
          when o.has_proven then 'join'
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
function upgradedAccount({ name, identity, guest, now }: ProviderCall, method: SignInMethod): SQL {
  if (!guest) return sql`upgraded as (select * from made where false)`;
  return sql`
    upgraded as (
      update users u
      set is_guest = false, email = e.email, email_verified_at = case when e.email is not null then ${now.toISOString()}::timestamptz end,
        name = case when u.name = '' then coalesce(${name}, '') else u.name end, provider = ${identity.provider},
        identity_count = u.identity_count + 1, factors_version = u.factors_version + 1, updated_at = ${now.toISOString()}
      from guest g, entry e, unspent where u.id = g.id and u.is_guest and e.how = 'upgrade'
      returning ${provenUser(method)}
    )`;
}

function joiningOf({ identityId, identity, code }: ProviderCall): SQL {
  const { provider, issuer, subject, clientId } = identity;
  return sql`${JSON.stringify({ id: identityId, provider, issuer, subject, client_id: clientId, code })}::jsonb`;
}

/** What a finished sign-in does beside: the identity becomes the account's, a guest's other sessions end, a name is taken over. */
function alsoDone(signIn: ProviderCall): SQL {
  const { joinMailId, identityId, origin, now, name, identity } = signIn;
  const { provider, issuer, subject, clientId } = identity;
  const time = sql`${now.toISOString()}::timestamptz`;
  return sql`
    ${joinedIdentity({
      eventId: joinMailId,
      mailId: joinMailId,
      origin,
      now,
      of: sql`select a.user_id, a.email, a.acr, p.joining from admitted a join proven p on p.joining is not null`,
    })},
    kept_identity as (
      insert into identities (id, user_id, provider, issuer, subject, client_id, created_at, last_used_at)
      select ${identityId}, a.user_id, ${provider}, ${issuer}, ${subject}, ${clientId}, ${time}, ${time}
      from admitted a, entry e where e.how in ('new', 'upgrade')
    ),
    told as (
      update users u
      set identity_count = u.identity_count + (select count(*)::int from joined),
        factors_version = u.factors_version + (select count(*)::int from joined),
        name = case when u.name = '' then coalesce(${name}, '') else u.name end
      from admitted a, entry e
      where u.id = a.user_id and e.how in ('known', 'join')
        and (exists (select from joined) or (u.name = '' and ${name}::text <> ''))
    ),
    ${queuedRedemption(
      sql`
        -- Where a second factor is owed it is theirs all the same.
        select i.id as identity_id from known k, identity i
        union all select ${identityId}::uuid from admitted a, entry e where e.how in ('new', 'upgrade')`,
      signIn.code,
      now,
    )}${
      signIn.guest
        ? sql`, ${upgradedGuest({ of: 'upgraded', goingOn: signIn.sessionId, eventId: joinMailId, origin, now })}`
        : sql``
    }`;
}

/** What a code is checked against: the second factor of the account that this identity, or its address, opens. */
export async function findProvidersUser(
  database: Database,
  { issuer, subject, email, isAuthoritative }: ShownIdentity,
  { call, now }: { readonly call: string; readonly now: Date },
): Promise<(StoredFactor & { readonly user_id: string; readonly is_repeated: boolean }) | undefined> {
  const [user] = await database.query<StoredFactor & { user_id: string; is_repeated: boolean }>(
    sql`
      with identity as (
        select user_id from identities where issuer = ${issuer} and subject = ${subject} and removed_at is null
      )
      select u.id as user_id, u.totp_id, t.secret as totp_secret, exists (
          select from idempotent_calls c
          where c.call_hash = ${call} and c.created_at > ${now.toISOString()}::timestamptz - ${idempotentCallSeconds}::int * interval '1 second'
        ) as is_repeated
      from users u left join totp_secrets t on t.id = u.totp_id
      where u.id = (select user_id from identity) or (
        not exists (select from identity) and ${isAuthoritative}::boolean and u.email = ${email} and u.email_verified_at is not null
      )`,
    { repeatable: true },
  );
  return user;
}
