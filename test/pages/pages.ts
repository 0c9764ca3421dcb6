// The pages as a browser asks for them, and mails with their links.

import { sql } from 'drizzle-orm/sql/sql';
import { type Answer, codeIn, linkIn, mailsTo, newAddress, password, type Service } from '../service.ts';

/** As a browser sends it when somebody follows a link or presses a button. */
const headers = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

export const open = (service: Service, path: string, method = 'GET') =>
  service.call(method, path, { headers });

export const press = (service: Service, path: string, form: Record<string, string>, more: object = {}) =>
  service.call('POST', path, { body: new URLSearchParams(form), headers: { ...headers, ...more } });

export type Mailed = {
  readonly email: string;
  readonly token: string;
  readonly code: string;
  readonly path: string;
};

/** Somebody who has just signed up. */
export async function signedUp(service: Service): Promise<Mailed> {
  const email = newAddress();
  await service.call('POST', '/api/auth/register', { json: { email, password, name: 'Ada' } });
  return mailed(email, 1);
}

/** Somebody who has proven the address and then forgotten the password. */
export async function forgetful(service: Service): Promise<Mailed> {
  const { email, token } = await signedUp(service);
  await service.call('POST', '/api/auth/verify-email', { json: { token } });
  await service.call('POST', '/api/auth/forgot-password', { json: { email } });
  return mailed(email, 2);
}

async function mailed(email: string, count: number): Promise<Mailed> {
  const mail = (await mailsTo(email, count)).at(-1);
  const link = linkIn(mail);
  return {
    email,
    token: link.searchParams.get('token') ?? '',
    code: codeIn(mail),
    path: link.pathname + link.search,
  };
}

export const login = (service: Service, email: string, chosen = password): Promise<Answer> =>
  service.call('POST', '/api/auth/login', { json: { email, password: chosen } });

/** Everything that a link could change for an address. */
export async function rowsOf(service: Service, email: string): Promise<unknown> {
  return service.dependencies.database.query(
    sql`
      select to_jsonb(u) as account, (
        select jsonb_agg(to_jsonb(g) order by g.purpose) from email_grants g where g.user_id = u.id
      ) as grants, (
        select count(*) from security_events e where e.user_id = u.id
      ) as events
      from users u where u.email = ${email}`,
    { repeatable: true },
  );
}

/** What a reader sees, without what the style and the tags say. */
export function words(html: string): string {
  return html
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
