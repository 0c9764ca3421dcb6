// The statements that add and remove a passkey. Both lock the user's row first: it counts the passkeys, and the calls of one
// user go one after the other.

import { sql } from 'drizzle-orm/sql/sql';
import { noticedFactorChange } from '../../authentication/factor-notice.ts';
import { type OpenedChallenge, spentChallenge } from '../../authentication/passkey-challenge.ts';
import { type Database, DatabaseError } from '../../database/client.ts';
import { idempotentCall, wasMadeBy } from '../../database/idempotent-calls.ts';
import type { EventContext } from '../../database/security-events.ts';
import type { VerifiedRegistration } from '../../factors/passkey.ts';
import { maximumPasskeys, removedFactorKeptSeconds } from '../../lifetimes.ts';
import { activeCaller, type Caller, lockedOwner } from '../../sessions/active-caller.ts';
import { upgradedGuest } from '../../sessions/guests.ts';
import { waysIn } from '../../sessions/ways-in.ts';
import { type ShownPasskey, shownPasskey } from './statements.ts';

type Changed = Caller & EventContext & { readonly mailId: string };

/** A security event and a mail. @param passkey a common table expression of one passkey or none, beside `counted`, its user. */
function noticed(kind: 'passkey-added' | 'passkey-removed', passkey: string, change: Changed) {
  const { level, sessionId } = change;
  return noticedFactorChange({
    ...change,
    kind,
    of: sql`
      select counted.id as user_id, ${sessionId}::uuid as session_id, counted.email, ${level?.acr ?? null}::text as acr,
        jsonb_build_object('name', p.name) as details
      from counted, ${sql.raw(passkey)} p`,
  });
}

export type CreatedPasskey =
  | ({ readonly outcome: 'created' } & ShownPasskey)
  | { readonly outcome: 'challenge-spent' | 'taken' | 'too-many' | 'caller-ended' };

type Creation = Changed & {
  readonly newId: string;
  readonly callHash: string | null;
  readonly challenge: OpenedChallenge;
  readonly registration: VerifiedRegistration;
  readonly transports: readonly string[];
  readonly rpId: string;
  readonly name: string | undefined;
  /** Of the event, where it makes a guest somebody. */
  readonly upgradeId: string;
};

/**
 * Spends the challenge and keeps the passkey; a repeat of the call finds what the first made. A credential id belongs to one
 * user for ever, or somebody could register another one's with a key of their own. A guest is somebody from then on.
 */
export async function createPasskey(database: Database, create: Creation): Promise<CreatedPasskey> {
  const first = await tryToCreate(database, create);
  // The same call may have come twice at once. READ COMMITTED: the second waited for what it did not see, and is no guest's any more.
  const isToBeSeen = first.outcome === 'caller-ended' && create.level?.guest;
  return isToBeSeen ? await tryToCreate(database, create) : first;
}

async function tryToCreate(database: Database, create: Creation): Promise<CreatedPasskey> {
  const { registration, now } = create;
  const isLiving = sql`exists (select from owner)`;
  const wasMade = sql`exists (select from passkeys p where p.user_id = u.id and ${wasMadeBy(create, { row: 'p' })})`;
  try {
    const [row] = await database.query<CreatedPasskey>(
      sql`
        with ${activeCaller(create)},
        ${lockedOwner(create, sql`u.passkey_count, u.is_guest`, wasMade)},
        ${idempotentCall({ ...create, onlyIf: isLiving })},
        ${spentChallenge(create.challenge, sql`(select id from call)`, isLiving)},
        created as (
          insert into passkeys as p (id, user_id, credential_id, public_key, rp_id, sign_count, backup_eligible, backed_up,
            transports, aaguid, name, created_at)
          select call.id, owner.id, ${registration.credentialId}, ${JSON.stringify(registration.publicKey)}::jsonb,
            ${create.rpId}, ${registration.signCount}::bigint, ${registration.backupEligible}::boolean,
            ${registration.backedUp}::boolean, ${sql.param(create.transports)}::text[], ${registration.aaguid}::uuid,
            coalesce(${create.name ?? null}, ${defaultName(create)}), ${now.toISOString()}
          from owner, call, challenge
          where owner.passkey_count < ${maximumPasskeys} or call.is_repeat
          on conflict (credential_id) do update set credential_id = excluded.credential_id
          where p.id = excluded.id and p.user_id = excluded.user_id
          -- Of a row that was there no version is new (PostgreSQL, "System Columns").
          returning p.*, p.xmax = 0 as is_new
        ),
        counted as (
          update users u
          set is_guest = false, passkey_count = u.passkey_count + 1, factors_version = u.factors_version + 1
          from created where u.id = created.user_id and created.is_new
          returning u.id, u.email
        ),
        upgraded as (select counted.id as user_id from counted, owner where owner.is_guest),
        ${upgradedGuest({ ...create, of: 'upgraded', goingOn: create.sessionId, eventId: create.upgradeId })},
        ${noticed('passkey-added', 'created', create)}
        select case
            when p.id is not null then 'created'
            when owner.id is null then 'caller-ended'
            when challenge is null then 'challenge-spent'
            when owner.passkey_count >= ${maximumPasskeys} then 'too-many'
            else 'taken'
          end as outcome, ${shownPasskey}
        from caller left join owner on true left join challenge on true left join created p on true`,
      { repeatable: true },
    );
    return row ?? { outcome: 'caller-ended' };
  } catch (error) {
    // The repeat of a call that made none, after others.
    if (error instanceof DatabaseError && error.constraint === 'users_passkey_count')
      return { outcome: 'too-many' };
    throw error;
  }
}

/** What its user calls the device that made it. A security key that is plugged in or held to it is another one. */
function defaultName({ sessionId, transports }: { sessionId: string; transports: readonly string[] }) {
  const isApart = transports.length > 0 && !transports.includes('internal') && !transports.includes('hybrid');
  return isApart
    ? sql`'Security key'`
    : sql`(select coalesce(s.device_name, 'Passkey') from sessions s where s.id = ${sessionId})`;
}

/** It is kept for as long as an undo can bring it back. */
export async function removePasskey(
  database: Database,
  remove: Changed & { readonly id: string; readonly byEmailCode: boolean },
): Promise<'removed' | 'last-way-in' | 'not-found' | 'caller-ended'> {
  const time = sql`${remove.now.toISOString()}::timestamptz`;
  const [row] = await database.query<{ outcome: 'removed' | 'last-way-in' | 'not-found' }>(
    sql`
      with ${activeCaller(remove, { usersLevel: true })},
      ${lockedOwner(remove, sql`${waysIn(remove.byEmailCode)} as ways_in`)},
      target as (
        select p.id, owner.ways_in > 1 as is_allowed
        from passkeys p join owner on owner.id = p.user_id
        where p.id = ${remove.id} and p.removed_at is null
        for update of p
      ),
      removed as (
        update passkeys p
        set removed_at = ${time}, expires_at = ${time} + ${removedFactorKeptSeconds}::int * interval '1 second'
        from target where p.id = target.id and target.is_allowed
        returning p.user_id, p.name
      ),
      counted as (
        update users u set passkey_count = u.passkey_count - 1, factors_version = u.factors_version + 1
        from removed where u.id = removed.user_id
        returning u.id, u.email
      ),
      ${noticed('passkey-removed', 'removed', remove)}
      select case
          when target.id is null then 'not-found' when target.is_allowed then 'removed' else 'last-way-in'
        end as outcome
      from owner left join target on true`,
    { repeatable: false },
  );
  return row?.outcome ?? 'caller-ended';
}
