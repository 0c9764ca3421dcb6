// Changes of factors as the endpoints make them, in one statement each: the user's row, the factor's, and the notice.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { noticedFactorChange } from '../../src/authentication/factor-notice.ts';
import { oneTimePassword } from '../../src/factors/totp.ts';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import type { FactorChange } from '../../src/mail/letters/factor-changed.ts';
import { activeCaller, isOfEpoch } from '../../src/sessions/active-caller.ts';
import { sealTotpSecret } from '../../src/tokens/totp-secret.ts';
import { newest, tokenIn } from '../accounts/mailed.ts';
import type { Person } from '../accounts/people.ts';
import type { Service } from '../service.ts';

export const subjects: Record<FactorChange, string> = {
  'totp-added': 'sign-in was turned on',
  'totp-removed': 'sign-in was turned off',
  'recovery-codes-renewed': 'recovery codes were made',
  'passkey-added': 'passkey was added',
  'passkey-removed': 'passkey was removed',
  'identity-added': 'another service was added',
  'identity-removed': 'another service was removed',
};

/** How sure the session is that changes it, the factor's name, and the ids of a statement that is run again. */
type More = {
  readonly acr?: string;
  readonly name?: string;
  readonly ids?: { readonly mailId: string; readonly eventId: string };
};

type Change = More & {
  readonly kind: FactorChange;
  /** Further assignments to `u`. */
  readonly user?: SQL;
  /** Further parts of the statement, which read `changed`. */
  readonly parts?: SQL;
};

/** @returns the token of the link that undoes it; empty where the session had ended. */
export async function changeFactor(service: Service, person: Person, change: Change): Promise<string> {
  const { kind, acr = 'aal1', name = null, user = sql``, parts = sql`` } = change;
  const { database, newId, now } = service.dependencies;
  const caller = { sessionId: person.session_id, userId: person.id, now: now() };
  await database.query(
    sql`
      with ${activeCaller(caller)},
      before as (select u.id, u.totp_id from users u join caller on caller.user_id = u.id),
      changed as (
        update users u set factors_version = u.factors_version + 1 ${user} from caller, before
        where u.id = caller.user_id and ${isOfEpoch({ session: 'caller' })}
        returning u.id as user_id, u.email, before.totp_id as old_totp_id
      )${parts},
      ${noticedFactorChange({
        ...(change.ids ?? { mailId: newId(), eventId: newId() }),
        kind,
        of: sql`
          select user_id, ${person.session_id}::uuid as session_id, email, ${acr}::text as acr,
            jsonb_build_object('name', ${name}::text) as details
          from changed`,
        origin: { userAgent: 'Browser of Ada', ip: '192.0.2.7' },
        now: now(),
      })}
      select 1`,
    { repeatable: true },
  );
  await deliverWaitingMails(service.dependencies);
  const [owner] = await database.query<{ email: string }>(
    sql`select email from users where id = ${person.id}`,
    { repeatable: true },
  );
  const mail = await newest(owner?.email ?? '', subjects[kind]);
  return mail ? tokenIn(mail) : '';
}

export type Totp = { readonly id: string; readonly seed: Uint8Array; code(at?: Date): Promise<string> };

const time = ({ clock }: Service, seconds = 0): SQL =>
  sql`${new Date(clock.now.getTime() + seconds * 1000).toISOString()}::timestamptz`;

const eightDays = 8 * 24 * 60 * 60;

export async function turnOnTotp(
  service: Service,
  person: Person,
  more: More = {},
): Promise<{ totp: Totp; undo: string }> {
  const { dataKeys, newId } = service.dependencies;
  const [id, secret, seed] = [newId(), new Uint8Array(20), new Uint8Array(16)];
  crypto.getRandomValues(secret);
  crypto.getRandomValues(seed);
  const sealed = await sealTotpSecret(dataKeys, { userId: person.id, totp: secret, recovery: seed });
  const undo = await changeFactor(service, person, {
    ...more,
    kind: 'totp-added',
    user: sql`, totp_id = ${id}::uuid`,
    parts: sql`,
      replaced as (
        update totp_secrets t set removed_at = ${time(service)}, expires_at = ${time(service, eightDays)}
        from changed c where t.id = c.old_totp_id
      ),
      enrolled as (
        insert into totp_secrets (id, user_id, session_id, secret, created_at, confirmed_at)
        select ${id}, user_id, ${person.session_id}, ${sealed}, ${time(service)}, ${time(service)} from changed
      )`,
  });
  const code = (at = service.clock.now) => oneTimePassword(secret, Math.floor(at.getTime() / 30_000));
  return { totp: { id, seed, code }, undo };
}

export const turnOffTotp = (service: Service, person: Person, more: More = {}): Promise<string> =>
  changeFactor(service, person, {
    ...more,
    kind: 'totp-removed',
    user: sql`, totp_id = null`,
    parts: sql`,
      removed as (
        update totp_secrets t set removed_at = ${time(service)}, expires_at = ${time(service, eightDays)}
        from changed c where t.id = c.old_totp_id
      )`,
  });

export async function addPasskey(
  service: Service,
  person: Person,
  more: More = {},
): Promise<{ id: string; undo: string }> {
  const id = service.dependencies.newId();
  const undo = await changeFactor(service, person, {
    ...more,
    kind: 'passkey-added',
    user: sql`, passkey_count = u.passkey_count + 1`,
    parts: sql`,
      added as (
        insert into passkeys (id, user_id, credential_id, public_key, rp_id, backup_eligible, backed_up, transports, aaguid, name, created_at)
        select ${id}, user_id, ${id}, '{}', 'app.example.test', true, true, '{}', ${id}, ${more.name ?? 'Key'}, ${time(service)} from changed
      )`,
  });
  return { id, undo };
}

export const removePasskey = (service: Service, person: Person, id: string, more: More = {}) =>
  changeFactor(service, person, {
    ...more,
    kind: 'passkey-removed',
    user: sql`, passkey_count = u.passkey_count - 1`,
    parts: sql`,
      removed as (
        update passkeys p set removed_at = ${time(service)}, expires_at = ${time(service, eightDays)}
        from changed c where p.user_id = c.user_id and p.id = ${id}
      )`,
  });

export type Factors = {
  readonly totp_id: string | null;
  readonly passkey_count: number;
  readonly factors_version: number;
  readonly has_password: boolean;
  /** What is on by its own row. */
  readonly secrets: readonly string[];
  readonly passkeys: readonly string[];
};

export async function factorsOf(service: Service, { id }: { readonly id: string }): Promise<Factors> {
  const [factors] = await service.dependencies.database.query<Factors>(
    sql`
      select u.totp_id, u.passkey_count, u.factors_version, u.password_hash is not null as has_password,
        array(select t.id::text from totp_secrets t where t.user_id = u.id and t.removed_at is null and t.confirmed_at is not null) as secrets,
        array(select p.id::text from passkeys p where p.user_id = u.id and p.removed_at is null order by p.id) as passkeys
      from users u where u.id = ${id}`,
    { repeatable: true },
  );
  if (!factors) throw new Error('nobody');
  return factors;
}

/** What the user's row counts, and the rows themselves. */
export const on = (totp: Totp | undefined, ...passkeys: readonly string[]) => ({
  totp_id: totp?.id ?? null,
  secrets: totp ? [totp.id] : [],
  passkey_count: passkeys.length,
  passkeys: [...passkeys].sort(),
});
