// Asking for mails at an address, and what was counted for it.

import { sql } from 'drizzle-orm/sql/sql';
import { addressHash } from '../../src/authentication/destinations.ts';
import { readGrant } from '../../src/authentication/read-grant.ts';
import { verifyRegistration } from '../../src/features/email/verification-statements.ts';
import { type Presented, registered, verify } from '../mail/granted.ts';
import { type Answer, newAddress, type Service } from '../service.ts';

export type Ask = (
  service: Service,
  email: string,
  more?: object,
  headers?: Record<string, string>,
) => Promise<Answer>;

export const register: Ask = (service, email, more, headers = {}) =>
  service.call('POST', '/api/auth/register', { json: { email, name: 'Ada', ...more }, headers });

export const forget: Ask = (service, email, more, headers = {}) =>
  service.call('POST', '/api/auth/forgot-password', { json: { email, ...more }, headers });

/** Leaves what is queued in the queue, so that a test reads it there and waits for no mail. */
export function answerAndDie(service: Service): void {
  const { transport } = service;
  service.transport = (input, init) =>
    String(init?.body).includes('for update skip locked')
      ? Promise.reject(new Error('this isolate is dead'))
      : transport(input, init);
}

/** By whom it was asked for: how many mails and wrong codes are counted for an address. */
export async function countedFor(
  service: Service,
  email: string,
): Promise<Record<string, { mails: number; wrong: number }>> {
  const rows = await service.dependencies.database.query<{ counter: string; mails: number; wrong: number }>(
    sql`
      select counter, mails, wrong_codes as wrong from email_destinations
      where address_hash = ${addressHash(email)} and counter <> ''`,
    { repeatable: true },
  );
  return Object.fromEntries(rows.map(({ counter, ...counts }) => [counter, counts]));
}

/** Somebody who registered here, with what this device is known by. */
export async function knownPerson(service: Service): Promise<{ email: string; known_device: string }> {
  const email = newAddress();
  const { token } = await registered(service, email);
  const { body } = await verify(service, { token }, { sign_in: true });
  return { email, known_device: body.known_device };
}

/** The statement of a proof itself: the hash before it would keep it apart from what it is to meet. */
export async function verifyStatement(
  { clock, dependencies }: Service,
  presented: Presented,
): Promise<string | undefined> {
  const { database, newId, passwords } = dependencies;
  const grant = await readGrant(presented, ['register'], dependencies);
  const verdict = await verifyRegistration(
    database,
    grant.presented,
    { callHash: newId(), deviceId: null, now: clock.now, use: newId(), signUp: ['%'] },
    {
      userId: newId(),
      passwordHash: passwords.decoy,
      name: 'Ada',
      photo: null,
      locale: null,
      keepsMetadata: false,
      start: undefined,
      origin: { userAgent: null, ip: null },
    },
  );
  return verdict?.outcome;
}
