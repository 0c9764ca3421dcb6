// The statement of a sign-in that an identity provider vouches for.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { joinedIdentity } from '../../authentication/joined-identity.ts';
import { queuedRedemption } from '../../authentication/provider-code.ts';
import type { StoredFactor } from '../../authentication/second-factor.ts';
import type { ShownIdentity } from '../../authentication/shown-identity.ts';
import { type Database, DatabaseError } from '../../database/client.ts';
import { idempotentCallSeconds } from '../../lifetimes.ts';
import { upgradedGuest } from '../../sessions/guests.ts';
import type { SignInMethod } from '../../sessions/state.ts';
import { type AskingSignIn, completeSignInOrAsk } from './complete-statements.ts';
import { type ProviderCall, provenByProvider, refusedByProvider } from './provider-account-statements.ts';

/**
 * `taken`: the identity, or the address, is another account's, or another one's to have back. `too-many`: the account that it would join
 * has as many as it can have. `caller-ended`: the guest whose token
 * came along is none any more. `overtaken`: something has changed at that moment; it has to be run again.
 */
export type ProviderSignIn = AskingSignIn<ProviderRefusal>;

type ProviderRefusal = 'taken' | 'too-many' | 'caller-ended' | 'overtaken';

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
  const { identity } = signIn;
  const method: SignInMethod = { amr: identity.amr, acr: 'aal1', idp: identity.provider };
  return completeSignInOrAsk<ProviderRefusal>(database, signIn, {
    proven: provenByProvider(signIn, method),
    factor: signIn.factor,
    also: alsoDone(signIn),
    mails: sql`exists (select from join_queued)`,
    changed: sql`(select account from told)`,
    otherwise: refusedByProvider,
  });
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
      returning u as account
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
