// The statement of a change of the password, without the two hashes around it: in a race nothing else is of interest.

import { digestOf } from '../../src/encoding.ts';
import {
  changePassword,
  type PasswordChange,
} from '../../src/features/account/change-password-statements.ts';
import type { Service } from '../service.ts';

/** Of the account's first password. */
export async function changeStatement(
  { dependencies, clock }: Service,
  session: { readonly sessionId: string; readonly userId: string },
  key?: string,
): Promise<PasswordChange> {
  const { database, config, newId } = dependencies;
  return changePassword(database, {
    ...session,
    passwordVersion: 0,
    passwordHash: 'another',
    keyHash: key === undefined ? null : await digestOf(key),
    network: null,
    refreshTokenSeconds: config.refreshTokenSeconds,
    newSessionId: newId(),
    newDeviceId: newId(),
    now: clock.now,
    origin: { userAgent: null, ip: null },
    eventId: newId(),
    mailId: newId(),
    roleClaim: 'role',
  });
}
