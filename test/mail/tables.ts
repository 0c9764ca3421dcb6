// What the database holds, read past the service.

import { sql } from 'drizzle-orm/sql/sql';
import { addressHash } from '../../src/authentication/destinations.ts';
import { digestOf } from '../../src/encoding.ts';
import { newAddress, type Service } from '../service.ts';

/** Of `password` in service.ts, at a cost that a test can afford many times. */
export const cheapHash =
  '$argon2id$v=19$m=8,t=1,p=1$c2FsdCBvZiB0aGUgdGVzdA$OyZ3hebKcGTzU3Yz16doobYCp69HXfGsAcf0t5c5E8k';

export type MailRow = {
  id: string;
  kind: string;
  details: Record<string, unknown>;
  attempts: number;
  created_at: string;
  due_at: string;
  sent_at: string | null;
  failed_at: string | null;
};

/** The queue's rows for this address, or the person who has it, oldest first. */
export function queued(service: Service, email: string): Promise<MailRow[]> {
  return service.dependencies.database.query<MailRow>(
    sql`
      select m.* from mails m left join users u on u.id = m.user_id left join email_requests r on r.id = m.request_id
      where coalesce(m.recipient, r.email, u.email) = ${email} or u.email = ${email} order by m.created_at, m.id`,
    { repeatable: true },
  );
}

/** People who verified and whose password is `password`, made without the cost of hashing it. */
export async function insertUsers(service: Service, emails: readonly string[]): Promise<void> {
  const now = service.clock.now.toISOString();
  const people = emails.map((email) => ({ id: service.dependencies.newId(), email }));
  await service.dependencies.database.query(
    sql`
      insert into users (id, email, email_verified_at, password_hash, name, created_at, updated_at)
      select p.id, p.email, ${now}::timestamptz, ${cheapHash}, 'Ada', ${now}::timestamptz, ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(people)}::jsonb) as p(id uuid, email text)`,
    { repeatable: false },
  );
}

/** Somebody who came with an import and has not proven the address. */
export async function insertImported(service: Service, email: string, role = 'user'): Promise<void> {
  await insertUsers(service, [email]);
  await service.dependencies.database.query(
    sql`update users set email_verified_at = null, role = ${role} where email = ${email}`,
    { repeatable: true },
  );
}

/** One of them. */
export async function newPerson(service: Service, email = newAddress()): Promise<{ email: string }> {
  await insertUsers(service, [email]);
  return { email };
}

/** The token of a link that nobody had to mail. */
export async function insertResetGrant({ clock, dependencies }: Service, email: string): Promise<string> {
  const token = `p${crypto.randomUUID().replaceAll('-', '').padEnd(43, 'A')}`;
  const [requestId, now] = [dependencies.newId(), clock.now.toISOString()];
  await dependencies.database.query(
    sql`
      with request as (
        insert into email_requests (id, purpose, address_hash, email, user_id, grant_epoch, created_at, expires_at)
        select ${requestId}, 'reset-password', hash, u.email, u.id, coalesce((
            select d.grant_epoch from email_destinations d where d.address_hash = hash and d.counter = ''
          ), 0), ${now}::timestamptz, ${now}::timestamptz + interval '15 minutes'
        from users u cross join lateral (select ${addressHash(sql`u.email`)} as hash) h where u.email = ${email}
        returning id, expires_at
      )
      insert into mailed_grants (mail_id, request_id, token_hash, code_hash, expires_at)
      select ${dependencies.newId()}, id, ${await digestOf(token)}, '', expires_at from request`,
    { repeatable: false },
  );
  return token;
}

/** Every row of every table as text, one string a row, that begins with the table's name. */
export async function dump(service: Service): Promise<string[]> {
  const { database } = service.dependencies;
  const tables = await database.query<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
    { repeatable: true },
  );
  const rows = await Promise.all(
    tables.map(({ name }) =>
      database.query<{ row: string }>(
        sql`select ${name}::text || ' ' || t::text as row from ${sql.identifier(name)} t`,
        { repeatable: true },
      ),
    ),
  );
  return rows.flat().map(({ row }) => row);
}

/** Its rows that hold one of the words, but for the outbox: that keeps ids of somebody who is gone, since other systems are told of it. */
export async function rowsWith(service: Service, words: readonly string[]): Promise<string[]> {
  const rows = await dump(service);
  return rows.filter((row) => !row.startsWith('outbox ') && words.some((word) => row.includes(word)));
}
