// What the database and the mailbox hold of one person, whatever a client was told.

import { sql } from 'drizzle-orm/sql/sql';
import { openHandle } from '../../src/authentication/request-handle.ts';
import { publicName } from '../../src/mail/mime.ts';
import { codeIn, linkIn, mailsTo, type ReceivedMail, type Service } from '../service.ts';

export type Truth = {
  readonly user: { readonly id: string; readonly email: string; readonly password_hash: string } | undefined;
  readonly sessions: readonly string[];
  /** Mails with a code that were asked for, by request. */
  readonly mails: readonly { readonly id: string; readonly request_id: string; readonly kind: string }[];
  /** Wrong codes that were counted. */
  readonly codeTries: number;
  /** Handles of requests that may still be used. */
  readonly alive: readonly string[];
  /** By request, the session that asked for another address. */
  readonly askedBy: ReadonlyMap<string, string | null>;
};

export async function truthOf(
  { dependencies, clock }: Service,
  addresses: readonly string[],
): Promise<Truth> {
  const { database } = dependencies;
  const hers = sql`any(${sql.param([...addresses])}::text[])`;
  const ask = <Row extends Record<string, unknown>>(statement: ReturnType<typeof sql>) =>
    database.query<Row>(statement, { repeatable: true });
  const [user] = await ask<NonNullable<Truth['user']>>(
    sql`select id, email, password_hash from users where email = ${hers}`,
  );
  const sessions = await ask<{ id: string }>(
    sql`select s.id from sessions s join users u on u.id = s.user_id and u.session_epoch = s.epoch
      where u.email = ${hers} and s.ended_at is null`,
  );
  const mails = await ask<Truth['mails'][number]>(
    sql`select m.id, m.request_id, m.kind from mails m join email_requests r on r.id = m.request_id
      where r.email = ${hers} order by m.created_at, m.id`,
  );
  const requests = await ask<{
    id: string;
    session_id: string | null;
    code_tries: number;
    is_alive: boolean;
  }>(
    sql`select id, session_id, code_tries, spent_at is null and expires_at > ${clock.now.toISOString()}::timestamptz and code_tries < 5
        and grant_epoch = coalesce((select d.grant_epoch from email_destinations d
          where d.address_hash = r.address_hash and d.counter = ''), grant_epoch)
        -- A change of address dies with the session that asked for it, and that with a change of the password.
        and (session_id is null or session_id = ${sql`any(${sql.param(sessions.map(({ id }) => id))}::uuid[])`}) as is_alive
      from email_requests r where email = ${hers}`,
  );
  return {
    user,
    sessions: sessions.map(({ id }) => id),
    mails,
    codeTries: requests.reduce((sum, { code_tries }) => sum + code_tries, 0),
    alive: requests.filter(({ is_alive }) => is_alive).map(({ id }) => id),
    askedBy: new Map(requests.map(({ id, session_id }) => [id, session_id])),
  };
}

/** The newest mail of a request: its code, and the token of its link. */
export async function secretsOf(
  service: Service,
  truth: Truth,
  { request, email }: { readonly request: string; readonly email: string },
): Promise<{ code: string; token: string; askedBy: string | null | undefined } | undefined> {
  const handle = await openHandle(request, service.dependencies);
  if (!handle || !truth.alive.includes(handle.requestId)) return undefined;
  const ids = truth.mails.filter((mail) => mail.request_id === handle.requestId).map(({ id }) => id);
  const names = await Promise.all(ids.map(publicName));
  const mail = (await mailsTo(email)).findLast((received) => names.some((name) => isNamed(received, name)));
  return mail && { code: codeIn(mail), token: tokenIn(mail), askedBy: truth.askedBy.get(handle.requestId) };
}

/** The token that undoes the newest change of an address. */
export async function undoTokenTo(email: string): Promise<string | undefined> {
  const mail = (await mailsTo(email)).findLast(({ text }) => text.includes('/undo-email-change?'));
  return mail && tokenIn(mail);
}

function isNamed({ headers }: ReceivedMail, name: string): boolean {
  return Object.entries(headers).some(
    ([field, value]) => /^message-id$/i.test(field) && value.includes(name),
  );
}

function tokenIn(mail: ReceivedMail): string {
  return linkIn(mail).searchParams.get('token') ?? '';
}
