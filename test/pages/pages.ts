// The pages as a browser asks for them, and mails with their links.

import { sql } from 'drizzle-orm/sql/sql';
import {
  type Answer,
  codeIn,
  linkIn,
  mailsTo,
  newAddress,
  newUser,
  password,
  type Service,
  signIn,
} from '../service.ts';

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

/** What the form of a registration's link asks for. */
export const chosen = { name: 'Ada', password };

/** Somebody who has just signed up. */
export async function signedUp(service: Service): Promise<Mailed> {
  const email = newAddress();
  await service.call('POST', '/api/auth/register', { json: { email, name: 'Ada' } });
  return mailed(email, 1);
}

/** Somebody who has proven the address and then forgotten the password. */
export async function forgetful(service: Service): Promise<Mailed> {
  const { email, token } = await signedUp(service);
  await service.call('POST', '/api/auth/verify-email', { json: { token, ...chosen } });
  await service.call('POST', '/api/auth/forgot-password', { json: { email } });
  return mailed(email, 2);
}

/** Somebody who has asked for another address; the mail went there. */
export async function changing(service: Service): Promise<Mailed & { readonly old: string }> {
  const { email: old } = await newUser(service);
  const { access_token: bearer } = await signIn(service, old);
  const email = newAddress();
  await service.call('POST', '/api/users/me/email', { bearer, json: { new_email: email, password } });
  return { ...(await mailed(email, 1)), old };
}

/** Somebody whose address is another now; the mail went to the old one. */
export async function moved(service: Service): Promise<{ email: string; token: string; path: string }> {
  const { old: email, token } = await changing(service);
  await service.call('POST', '/api/auth/verify-email', { json: { token } });
  const mail = (await mailsTo(email, 1)).find(({ subject }) => subject.includes('was changed'));
  const link = linkIn(mail);
  return { email, token: link.searchParams.get('token') ?? '', path: link.pathname + link.search };
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

/** Everything that a link could change for an address: accounts, requests, counts and events. */
export async function rowsOf(service: Service, email: string): Promise<unknown> {
  return service.dependencies.database.query(
    sql`
      select (select jsonb_agg(to_jsonb(u)) from users u where u.email = ${email}) as accounts,
        (select jsonb_agg(to_jsonb(r) order by r.id) from email_requests r where r.address_hash = asked.hash) as requests,
        (select jsonb_agg(to_jsonb(d) order by d.counter) from email_destinations d where d.address_hash = asked.hash) as counts,
        (select count(*) from security_events) as events
      from (select encode(sha256(convert_to(${email}, 'UTF8')), 'hex') as hash) asked`,
    { repeatable: true },
  );
}

/** What a reader sees, without what the style and the tags say. */
export function words(html: string): string {
  return html
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
