// What a mail is asked for with, the link and the code that it brings, and what is done with them.

import {
  type Answer,
  codeIn,
  linkIn,
  mailsTo,
  newAddress,
  password,
  type ReceivedMail,
  type Service,
} from '../service.ts';
import type { Person } from './people.ts';

export type Mailed = {
  readonly email: string;
  /** The handle of the request. */
  readonly request: string;
  readonly token: string;
  readonly code: string;
};

/** Asks by a call that is answered with a handle, and reads the mail that comes of it. */
async function mailed(email: string, ask: () => Promise<Answer>): Promise<Mailed> {
  const { length } = await mailsTo(email);
  const answer = await ask();
  if (answer.status !== 202) throw new Error(`asked: ${answer.status} ${answer.text}`);
  return { email, request: answer.body.request, ...(await grantTo(email, length + 1)) };
}

/** Link and code of the newest mail to somebody who got so many. */
export async function grantTo(email: string, count: number) {
  const mail = (await mailsTo(email, count)).at(-1);
  return { token: tokenIn(mail), code: codeIn(mail) };
}

export const tokenIn = (mail: ReceivedMail | undefined): string =>
  linkIn(mail).searchParams.get('token') ?? '';

export const register = (service: Service, email: string, more: object = {}): Promise<Answer> =>
  service.call('POST', '/api/auth/register', { json: { email, name: 'Ada', ...more } });

export const registered = (service: Service, email = newAddress(), more: object = {}): Promise<Mailed> =>
  mailed(email, () => register(service, email, more));

export const forgot = (service: Service, email: string): Promise<Mailed> =>
  mailed(email, () => service.call('POST', '/api/auth/forgot-password', { json: { email } }));

export const resend = (service: Service, { email, request }: Mailed): Promise<Mailed> =>
  mailed(email, () => service.call('POST', '/api/auth/resend-verification', { json: { request } }));

/** Asks for another address. */
export const askFor = (person: Person, newEmail: string): Promise<Answer> =>
  person.call('POST', '/api/users/me/email', { json: { new_email: newEmail, password } });

export const changing = (person: Person, newEmail = newAddress()): Promise<Mailed> =>
  mailed(newEmail, () => askFor(person, newEmail));

export type Presented = { readonly token: string } | { readonly request: string; readonly code: string };

export const byLink = ({ token }: Mailed) => ({ token });
export const byCode = ({ request, code }: Mailed) => ({ request, code });

/** Proves the address of a registration, as its owner: with a password and a name of their choice. */
export const prove = (service: Service, presented: Presented, more: object = {}): Promise<Answer> =>
  service.call('POST', '/api/auth/verify-email', { json: { ...presented, password, name: 'Ada', ...more } });

/** Confirms a change of address: with a bearer, or as whoever has the link. */
export const confirm = (caller: Pick<Service, 'call'>, presented: Presented): Promise<Answer> =>
  caller.call('POST', '/api/auth/verify-email', { json: presented });

export const reset = (service: Service, presented: Presented, chosen: string): Promise<Answer> =>
  service.call('POST', '/api/auth/reset-password', { json: { ...presented, password: chosen } });

/** The newest mail with such a subject. */
export async function newest(email: string, subject: string): Promise<ReceivedMail | undefined> {
  return (await mailsTo(email)).findLast((mail) => mail.subject.includes(subject));
}

/** Changes the address. @returns the token of the link with which the old one has it back. */
export async function changed(person: Person, from: string, to = newAddress()): Promise<string> {
  const answer = await confirm(person, byLink(await changing(person, to)));
  if (answer.status !== 204) throw new Error(`confirmed: ${answer.status} ${answer.text}`);
  return tokenIn(await newest(from, 'was changed'));
}

export const undo = (service: Service, token: string, headers: Record<string, string> = {}) =>
  service.call('POST', '/api/auth/undo-email-change', { json: { token }, headers });

/** As many digits, others than these. */
export function wrongCode(code: string): string {
  return code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
}
