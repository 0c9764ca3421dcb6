// Why a session has ended, as problems and events say it.

import type { Ended } from './end.ts';

const shown: Readonly<Record<Ended, string>> = {
  logout: 'signed-out',
  'logout-all': 'signed-out-everywhere',
  revoked: 'revoked',
  reuse: 'reused',
  'password-changed': 'password-changed',
  'password-reset': 'password-reset',
  'email-change-undone': 'email-change-undone',
  upgraded: 'upgraded',
  'account-deleted': 'account-deleted',
  'consent-revoked': 'consent-revoked',
  disabled: 'disabled',
  expired: 'expired',
};

/** An operator may have written any reason into the revocation list. */
export function shownReason(reason: string): string {
  return (shown as Readonly<Record<string, string>>)[reason] ?? 'revoked';
}
