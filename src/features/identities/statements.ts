// The statements that add and remove an identity of a provider. Both lock the user's row first: it counts the identities, and the
// calls of one user go one after the other.

import { sql } from 'drizzle-orm/sql/sql';
import { noticedFactorChange } from '../../authentication/factor-notice.ts';
import { type CodeToRedeem, queuedRedemption } from '../../authentication/provider-code.ts';
import { type ShownIdentity, usedIdentity } from '../../authentication/shown-identity.ts';
import { type Database, DatabaseError } from '../../database/client.ts';
import { idempotentCall, wasMadeBy } from '../../database/idempotent-calls.ts';
import type { EventContext } from '../../database/security-events.ts';
import { maximumIdentities, removedFactorKeptSeconds } from '../../lifetimes.ts';
import { activeCaller, type Caller, lockedOwner } from '../../sessions/active-caller.ts';
import { upgradedGuest } from '../../sessions/guests.ts';
import { type OwnIdentity, ownIdentity } from '../../sessions/own-identities.ts';
import { waysIn } from '../../sessions/ways-in.ts';

type Changed = Caller & EventContext & { readonly mailId: string };

/** A security event and a mail. @param identity a common table expression of one or none, beside `counted`, its user. */
function noticed(kind: 'identity-added' | 'identity-removed', identity: string, change: Changed) {
  const { level, sessionId } = change;
  return noticedFactorChange({
    ...change,
    kind,
    of: sql`
      select counted.id as user_id, ${sessionId}::uuid as session_id, counted.email, ${level?.acr ?? null}::text as acr,
        jsonb_build_object('name', i.provider) as details
      from counted, ${sql.raw(identity)} i`,
  });
}

export type AddedIdentity =
  | ({ readonly outcome: 'there' } & OwnIdentity)
  | { readonly outcome: 'spent' | 'taken' | 'too-many' | 'caller-ended' | 'overtaken' };

export type Addition = Changed & {
  readonly identity: ShownIdentity;
  readonly code: CodeToRedeem | undefined;
  readonly newId: string;
  readonly callHash: string | null;
  /** Of the event, where it makes a guest somebody. */
  readonly upgradeId: string;
};

/** How often it is run again, each time because the identity became somebody's at that very moment. */
const overtakings = 3;

/** What is theirs already is left as it is, and nobody is told. A refusal spends nothing. A guest is somebody from then on. */
export async function addIdentity(database: Database, addition: Addition): Promise<AddedIdentity> {
  for (let times = 0; ; times += 1) {
    const added = await tryToAdd(database, addition);
    // The same call may have come twice at once. READ COMMITTED: the second waited for what it did not see, and is no guest's any more.
    const isToBeSeen = added.outcome === 'caller-ended' && addition.level?.guest && times === 0;
    if ((added.outcome !== 'overtaken' && !isToBeSeen) || times === overtakings) return added;
  }
}

async function tryToAdd(database: Database, addition: Addition): Promise<AddedIdentity> {
  const { identity, callHash, now } = addition;
  const { provider, issuer, subject, clientId } = identity;
  const time = sql`${now.toISOString()}::timestamptz`;
  const wasMade = sql`exists (select from identities i where i.user_id = u.id and ${wasMadeBy(addition, { row: 'i' })})`;
  const method = { amr: identity.amr, acr: 'aal1', idp: provider } as const;
  try {
    const [row] = await database.query<AddedIdentity>(
      sql`
        with ${activeCaller(addition)},
        ${lockedOwner(addition, sql`u.identity_count, u.is_guest`, wasMade)},
        -- Whose it is, and who can still have it back.
        held as (
          select i.*, i.removed_at is null as is_active from identities i
          where i.issuer = ${issuer} and i.subject = ${subject} and (i.removed_at is null or i.expires_at > ${time})
        ),
        own as (select h.* from held h join owner on owner.id = h.user_id where h.is_active),
        decision as (
          select case
              when exists (select from held h where h.user_id <> owner.id) then 'taken'
              when owner.identity_count >= ${maximumIdentities} and not exists (select from own) then 'too-many'
              else 'there'
            end as outcome
          from owner
        ),
        admitted as (select from decision where outcome = 'there'),
        ${usedIdentity('admitted', identity, { call: callHash ?? addition.eventId, now })},
        ${idempotentCall({ ...addition, onlyIf: sql`exists (select from unspent)` })},
        created as (
          insert into identities as i (id, user_id, provider, issuer, subject, client_id, created_at)
          select call.id, owner.id, ${provider}, ${issuer}, ${subject}, ${clientId}, ${time}
          from owner, call where not exists (select from own)
          -- The repeat of a call that made one, which was removed since: it stays removed.
          on conflict (id) do update set id = excluded.id where i.user_id = excluded.user_id
          -- Of a row that was there no version is new (PostgreSQL, "System Columns").
          returning i.*, i.xmax = 0 as is_new
        ),
        counted as (
          update users u
          set identity_count = u.identity_count + 1, factors_version = u.factors_version + 1, is_guest = false
          from created where u.id = created.user_id and created.is_new
          returning u.id, u.email
        ),
        upgraded as (select counted.id as user_id from counted, owner where owner.is_guest),
        ${upgradedGuest({
          ...addition,
          of: 'upgraded',
          goingOn: addition.sessionId,
          shown: method,
          eventId: addition.upgradeId,
        })},
        ${noticed('identity-added', 'created', addition)},
        answered as (
          select id, provider, created_at, last_used_at from own where exists (select from unspent)
          union all
          select id, provider, created_at, last_used_at from created
        ),
        ${queuedRedemption(sql`select id as identity_id from answered`, addition.code, now)}
        select case
            when owner.id is null then 'caller-ended'
            when d.outcome = 'there' and i.id is null then 'spent'
            else d.outcome
          end as outcome, ${ownIdentity}
        from caller left join owner on true left join decision d on true left join answered i on true`,
      { repeatable: true },
    );
    return row ?? { outcome: 'caller-ended' };
  } catch (error) {
    // Another call has made it somebody's since this one looked.
    if (error instanceof DatabaseError && error.constraint === 'identities_issuer_subject_key')
      return { outcome: 'overtaken' };
    throw error;
  }
}

/** It is kept for as long as an undo can bring it back; nobody else can have it until then. */
export async function removeIdentity(
  database: Database,
  remove: Changed & { readonly id: string; readonly byEmailCode: boolean },
): Promise<'removed' | 'last-way-in' | 'not-found' | 'caller-ended'> {
  const time = sql`${remove.now.toISOString()}::timestamptz`;
  const [row] = await database.query<{ outcome: 'removed' | 'last-way-in' | 'not-found' }>(
    sql`
      with ${activeCaller(remove, { usersLevel: true })},
      ${lockedOwner(remove, sql`${waysIn(remove.byEmailCode)} as ways_in`)},
      target as (
        select i.id, owner.ways_in > 1 as is_allowed
        from identities i join owner on owner.id = i.user_id
        where i.id = ${remove.id} and i.removed_at is null
        for update of i
      ),
      removed as (
        update identities i
        set removed_at = ${time}, expires_at = ${time} + ${removedFactorKeptSeconds}::int * interval '1 second'
        from target where i.id = target.id and target.is_allowed
        returning i.user_id, i.provider
      ),
      counted as (
        update users u set identity_count = u.identity_count - 1, factors_version = u.factors_version + 1
        from removed where u.id = removed.user_id
        returning u.id, u.email
      ),
      ${noticed('identity-removed', 'removed', remove)}
      select case
          when target.id is null then 'not-found' when target.is_allowed then 'removed' else 'last-way-in'
        end as outcome
      from owner left join target on true`,
    { repeatable: false },
  );
  return row?.outcome ?? 'caller-ended';
}
