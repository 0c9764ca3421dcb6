// Asking for a code to sign in with, and using it.

import { sql } from 'drizzle-orm/sql/sql';
import { wrongCode } from '../mail/granted.ts';
import { startOwnService } from '../mail/own-service.ts';
import { type Answer, codeIn, mailsTo, newAddress, type Service, startService } from '../service.ts';

const switchedOn = { EMAIL_CODES: 'true' };

export const start = (changed: Record<string, unknown> = {}): Promise<Service> =>
  startService({ ...switchedOn, ...changed });

/** With a queue of its own. */
export const startOwn = (): Promise<Service> => startOwnService(switchedOn);

export const newKey = () => ({ 'Idempotency-Key': crypto.randomUUID() });

export type Mailed = { readonly email: string; readonly request: string; readonly code: string };

export const ask = (
  service: Service,
  email: string,
  more: object = {},
  headers: Record<string, string> = {},
): Promise<Answer> => service.call('POST', '/api/auth/email-code', { json: { email, ...more }, headers });

/** Asks and reads the mail. */
export async function mailed(service: Service, email = newAddress(), more: object = {}): Promise<Mailed> {
  const { length } = await mailsTo(email);
  const { body } = await ask(service, email, more);
  return { email, request: body.request, code: codeIn((await mailsTo(email, length + 1)).at(-1)) };
}

export const use = (
  service: Pick<Service, 'call'>,
  { request, code }: Pick<Mailed, 'request' | 'code'>,
  more: object = {},
  headers: Record<string, string> = {},
): Promise<Answer> =>
  service.call('POST', '/api/auth/login/email-code', { json: { request, code, ...more }, headers });

export const mistyped = ({ request, code }: Mailed) => ({ request, code: wrongCode(code) });

/** All that the database has of whoever has the address. */
export async function accountOf(service: Service, email: string) {
  const rows = await service.dependencies.database.query<{
    readonly id: string;
    readonly email_verified_at: string | null;
    readonly password_hash: string | null;
    readonly name: string;
    readonly photo: string | null;
    readonly role: string;
    readonly failed_sign_ins: number;
    readonly live_sessions: number;
  }>(
    sql`
      select u.*, (
        select count(*)::int from sessions s where s.user_id = u.id and s.ended_at is null and s.epoch = u.session_epoch
      ) as live_sessions
      from users u where u.email = ${email}`,
    { repeatable: true },
  );
  return rows[0];
}

/** What the security log of whoever has the address says, oldest first. */
export async function eventsOf(service: Service, email: string): Promise<string[]> {
  const rows = await service.dependencies.database.query<{ kind: string }>(
    sql`select e.kind from security_events e join users u on u.id = e.user_id where u.email = ${email} order by e.created_at, e.id`,
    { repeatable: true },
  );
  return rows.map(({ kind }) => kind);
}
