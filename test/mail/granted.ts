// People who have just been mailed a link and a code, and what they do with them.

import { readGrant } from '../../src/authentication/read-grant.ts';
import { resetPassword } from '../../src/features/email/reset-statements.ts';
import { type Answer, codeIn, linkIn, mailsTo, newAddress, password, type Service } from '../service.ts';
import { insertUsers } from './tables.ts';

export const otherPassword = 'velvet sparrow tunnel mint';

/** `request` is the handle that the answer brought; link and code came by mail. */
export type Granted = {
  readonly email: string;
  readonly request: string;
  readonly token: string;
  readonly code: string;
};

/** Somebody who forgot the password, made without the cost of hashing one. */
export async function forgetful(service: Service): Promise<Granted> {
  const email = newAddress();
  await insertUsers(service, [email]);
  return forgot(service, email);
}

export async function forgot(service: Service, email: string): Promise<Granted> {
  return asked(service, '/api/auth/forgot-password', { email });
}

export async function registered(
  service: Service,
  email = newAddress(),
  more: object = {},
): Promise<Granted> {
  return asked(service, '/api/auth/register', { email, name: 'Ada', ...more });
}

/** Asks for a mail and reads it. */
async function asked(
  service: Service,
  path: string,
  json: { readonly email: string; readonly [field: string]: unknown },
): Promise<Granted> {
  const { length } = await mailsTo(json.email);
  const { body } = await service.call('POST', path, { json });
  return { ...(await grantedTo(json.email, length + 1)), request: body.request };
}

/** Link and code of the newest mail to somebody who got so many, without its handle. */
export async function grantedTo(email: string, count: number): Promise<Granted> {
  const mail = (await mailsTo(email, count)).at(-1);
  const token = linkIn(mail).searchParams.get('token') ?? '';
  return { email, request: '', token, code: codeIn(mail) };
}

export type Presented = { readonly token: string } | { readonly request: string; readonly code: string };

/** As whoever proves an address does it: the password is chosen now. */
export function verify(service: Service, presented: Presented, more: object = {}): Promise<Answer> {
  const json = { password, name: 'Ada', ...presented, ...more };
  return service.call('POST', '/api/auth/verify-email', { json });
}

export function reset(service: Service, presented: Presented, newPassword = otherPassword): Promise<Answer> {
  return service.call('POST', '/api/auth/reset-password', { json: { ...presented, password: newPassword } });
}

/** The statement of a reset itself: the hash before it would keep it apart from what it is to meet. */
export async function resetStatement(
  { clock, dependencies }: Service,
  presented: Presented,
): Promise<string | undefined> {
  const { database, newId, passwords } = dependencies;
  const grant = await readGrant(presented, ['reset-password'], dependencies);
  const verdict = await resetPassword(database, grant.presented, {
    callHash: newId(),
    deviceId: null,
    now: clock.now,
    use: newId(),
    passwordHash: passwords.decoy,
    origin: { userAgent: null, ip: null },
    mailId: newId(),
  });
  return verdict?.outcome;
}

/** Another code of the same length. */
export function wrongCode(code: string): string {
  return code.length > 8
    ? (code.startsWith('A') ? 'B' : 'A') + code.slice(1)
    : String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');
}

export const byLink = ({ token }: Granted) => ({ token });
export const byCode = ({ request, code }: Granted) => ({ request, code });
export const wrongly = ({ request, code }: Granted) => ({ request, code: wrongCode(code) });
