// What else a mail is asked for with, and what is done with its link and code: registrations, changes of address, undoing one.

import { byLink, type Granted, grantedTo, type Presented } from '../mail/granted.ts';
import {
  type Answer,
  linkIn,
  mailsTo,
  newAddress,
  password,
  type ReceivedMail,
  type Service,
} from '../service.ts';
import type { Person } from './people.ts';

export const tokenIn = (mail: ReceivedMail | undefined): string =>
  linkIn(mail).searchParams.get('token') ?? '';

export const register = (service: Service, email: string, more: object = {}): Promise<Answer> =>
  service.call('POST', '/api/auth/register', { json: { email, name: 'Ada', ...more } });

/** Another mail for a request, by its handle. */
export async function resend(service: Service, { email, request }: Granted): Promise<Granted> {
  const { length } = await mailsTo(email);
  await service.call('POST', '/api/auth/resend-verification', { json: { request } });
  return { ...(await grantedTo(email, length + 1)), request };
}

/** Asks for another address. */
export const askFor = (person: Person, newEmail: string): Promise<Answer> =>
  person.call('POST', '/api/users/me/email', { json: { new_email: newEmail, password } });

/** Likewise, and reads the mail that confirms it. */
export async function changing(person: Person, newEmail = newAddress()): Promise<Granted> {
  const { length } = await mailsTo(newEmail);
  const { status, text, body } = await askFor(person, newEmail);
  if (status !== 202) throw new Error(`asked: ${status} ${text}`);
  return { ...(await grantedTo(newEmail, length + 1)), request: body.request };
}

/** Confirms a change of address: with a bearer, or as whoever has the link. */
export const confirm = (caller: Pick<Service, 'call'>, presented: Presented): Promise<Answer> =>
  caller.call('POST', '/api/auth/verify-email', { json: presented });

/** Changes the address. @returns the token of the link with which the old one has it back. */
export async function changed(person: Person, from: string, to = newAddress()): Promise<string> {
  const answer = await confirm(person, byLink(await changing(person, to)));
  if (answer.status !== 204) throw new Error(`confirmed: ${answer.status} ${answer.text}`);
  return tokenIn(await newest(from, 'was changed'));
}

/** The newest mail with such a subject. */
export async function newest(email: string, subject: string): Promise<ReceivedMail | undefined> {
  return (await mailsTo(email)).findLast((mail) => mail.subject.includes(subject));
}

export const undo = (
  service: Service,
  token: string,
  headers: Record<string, string> = {},
  code: { readonly totp?: string; readonly recovery_code?: string } = {},
) => service.call('POST', '/api/auth/undo-email-change', { json: { token, ...code }, headers });
