// What the database holds, read past the service.

import { sql } from 'drizzle-orm/sql/sql';
import { hashToken } from '../../src/tokens/one-time.ts';
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

/** The queue's rows for the person with this address, oldest first. */
export function queued(service: Service, email: string): Promise<MailRow[]> {
  return service.dependencies.database.query<MailRow>(
    sql`select m.* from mails m join users u on u.id = m.user_id where u.email = ${email} order by m.created_at, m.id`,
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

/** One of them. */
export async function newPerson(service: Service, email = newAddress()): Promise<{ email: string }> {
  await insertUsers(service, [email]);
  return { email };
}

/** The link of a mail that nobody had to send. */
export async function insertResetGrant({ clock, dependencies }: Service, email: string): Promise<string> {
  const token = crypto.randomUUID();
  const tokenHash = await hashToken(token);
  await dependencies.database.query(
    sql`
      insert into email_grants (user_id, purpose, mail_id, email, token_hash, code_hash, expires_at)
      select id, 'reset-password', ${dependencies.newId()}, email, ${tokenHash}, '', ${clock.now.toISOString()}::timestamptz + interval '15 minutes'
      from users where email = ${email}`,
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
