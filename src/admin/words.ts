// The service's names in words: what is in its answers is for programs.

import type { SecurityEventKind } from '../database/security-events.ts';
import type { MailKind } from '../mail/letters.ts';

export const eventKinds: Readonly<Record<SecurityEventKind, string>> = {
  'signed-in': 'Signed in',
  'sign-in-failed': 'Sign-in failed',
  'sign-in-refused': 'Sign-in refused: disabled',
  'second-factor-required': 'Second factor asked for',
  'second-factor-failed': 'Second factor wrong',
  reauthenticated: 'Signed in again',
  'signed-out': 'Signed out',
  'signed-out-everywhere': 'Signed out everywhere',
  'session-revoked': 'Session ended by its user',
  'refresh-token-reused': 'Refresh token reused: theft',
  'refresh-superseded': 'Refresh superseded',
  'refreshed-from-another-network': 'Refreshed from another network',
  'device-key-bound': 'Device key bound',
  'device-key-refused': 'Device key missing or wrong',
  'email-verified': 'Address proven',
  'guest-upgraded': 'Guest became a user',
  'email-change-requested': 'Change of address asked for',
  'email-changed': 'Address changed',
  'email-change-undone': 'Change undone',
  'password-changed': 'Password changed',
  'password-reset': 'Password reset',
  'totp-added': 'Second factor turned on',
  'totp-removed': 'Second factor turned off',
  'recovery-codes-renewed': 'New recovery codes',
  'passkey-added': 'Passkey added',
  'passkey-removed': 'Passkey removed',
  'identity-added': 'Identity added',
  'identity-removed': 'Identity removed',
  'consent-revoked': 'Consent withdrawn at the provider',
  'relay-disabled': 'Relay address switched off',
  'relay-enabled': 'Relay address switched on',
  'account-disabled': 'Account disabled',
  'account-enabled': 'Account enabled',
  'sessions-ended': 'Sessions ended by an operator',
  'reset-sent': 'Reset sent by an operator',
  'app-metadata-changed': 'app_metadata changed',
  'mail-retried': 'Mail sent again',
  'account-deleted': 'Account deleted',
  'role-changed': 'Role changed',
};

const mailKinds: Readonly<Record<MailKind, string>> = {
  'verify-email': 'Confirm your address',
  'address-taken': 'Address has an account',
  'confirm-new-email': 'Confirm the new address',
  'email-change-requested': 'Change of address asked for',
  'email-changed': 'Address changed',
  'email-change-undone': 'Change undone',
  'reset-password': 'New password',
  'password-changed': 'Password changed',
  'new-sign-in': 'New device signed in',
  'session-stopped': 'Session stopped: theft',
  'device-key-refused': 'Copied token refused',
  'sign-in-code': 'Code for signing in',
  'totp-added': 'Second factor turned on',
  'totp-removed': 'Second factor turned off',
  'recovery-codes-renewed': 'New recovery codes',
  'passkey-added': 'Passkey added',
  'passkey-removed': 'Passkey removed',
  'identity-added': 'Identity added',
  'identity-removed': 'Identity removed',
  'account-deleted': 'Account deleted',
  'apple-account-deleted': 'Account deleted, by Apple',
};

const pausedFor: Readonly<Record<string, string>> = {
  strangers: 'Unknown devices',
  device: 'A known device',
  session: 'A session, asked for the password again',
};

const methods: Readonly<Record<string, string>> = {
  pwd: 'password',
  otp: 'code',
  hwk: 'passkey',
  swk: 'passkey',
  fed: 'provider',
};

/** A name that is newer than this page is shown as it is. */
const word = (words: Readonly<Record<string, string>>, name: string): string =>
  words[name] ?? name.replaceAll('-', ' ');

export const eventWord = (kind: string): string => word(eventKinds, kind);
export const mailWord = (kind: string): string => word(mailKinds, kind);
export const pauseWord = (of: string): string => word(pausedFor, of);

/** How a session was signed in, as `amr` says it. */
export const methodWords = (amr: readonly string[]): string =>
  [...new Set(amr.flatMap((name) => methods[name] ?? []))].join(' and ');

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Headless)?Chrome\//, 'Chrome'],
  [/\bFirefox\//, 'Firefox'],
  [/\bSafari\//, 'Safari'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bLinux\b/, 'Linux'],
];

/** `Firefox, Windows`; of a program that is no browser, what it calls itself. */
export function agentWord(agent: string): string {
  const found = [browsers, systems].flatMap(
    (list) => list.find(([pattern]) => pattern.test(agent))?.[1] ?? [],
  );
  const short = found.length > 0 ? found.join(', ') : agent;
  return short.length > 60 ? `${short.slice(0, 59)}…` : short;
}

export const counted = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString()} ${number === 1 ? one : many}`;
