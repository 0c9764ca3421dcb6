// People who have just been mailed a link and a code, and what they do with them.

import { type Answer, codeIn, linkIn, mailsTo, newAddress, password, type Service } from '../service.ts';
import { insertUsers } from './tables.ts';

export const otherPassword = 'velvet sparrow tunnel mint';

export type Granted = { readonly email: string; readonly token: string; readonly code: string };

/** Somebody who forgot the password, made without the cost of hashing one. */
export async function forgetful(service: Service): Promise<Granted> {
  const email = newAddress();
  await insertUsers(service, [email]);
  return forgot(service, email);
}

export async function forgot(service: Service, email: string): Promise<Granted> {
  const { length } = await mailsTo(email);
  await service.call('POST', '/api/auth/forgot-password', { json: { email } });
  return grantedTo(email, length + 1);
}

export async function registered(service: Service, email = newAddress()): Promise<Granted> {
  await service.call('POST', '/api/auth/register', { json: { email, password, name: 'Ada' } });
  return grantedTo(email, 1);
}

/** Link and code of the newest mail to somebody who got so many. */
export async function grantedTo(email: string, count: number): Promise<Granted> {
  const mail = (await mailsTo(email, count)).at(-1);
  return { email, token: linkIn(mail).searchParams.get('token') ?? '', code: codeIn(mail) };
}

type Presented = { readonly token: string } | { readonly email: string; readonly code: string };

export function verify(service: Service, presented: Presented): Promise<Answer> {
  return service.call('POST', '/api/auth/verify-email', { json: presented });
}

export function reset(service: Service, presented: Presented, newPassword = otherPassword): Promise<Answer> {
  return service.call('POST', '/api/auth/reset-password', { json: { ...presented, password: newPassword } });
}

/** Six digits, others than these. */
export function wrongCode(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

export const byLink = ({ token }: Granted) => ({ token });
export const byCode = ({ email, code }: Granted) => ({ email, code });
