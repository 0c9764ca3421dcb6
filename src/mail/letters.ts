// The list of mail kinds. The queue takes its kinds from here, the composer and the tests what each one is.

import { accountDeleted } from './letters/account-deleted.ts';
import { addressTaken } from './letters/address-taken.ts';
import { appleAccountDeleted } from './letters/apple-account-deleted.ts';
import { confirmNewEmail } from './letters/confirm-new-email.ts';
import { deviceKeyRefused } from './letters/device-key-refused.ts';
import { emailChangeRequested } from './letters/email-change-requested.ts';
import { emailChangeUndone } from './letters/email-change-undone.ts';
import { emailChanged } from './letters/email-changed.ts';
import { factorLetters } from './letters/factor-changed.ts';
import { newSignIn } from './letters/new-sign-in.ts';
import { passwordChanged } from './letters/password-changed.ts';
import { resetPassword } from './letters/reset-password.ts';
import { sessionStopped } from './letters/session-stopped.ts';
import { signInCode } from './letters/sign-in-code.ts';
import { verifyEmail } from './letters/verify-email.ts';

export const letters = {
  'verify-email': verifyEmail,
  'reset-password': resetPassword,
  'sign-in-code': signInCode,
  'address-taken': addressTaken,
  'password-changed': passwordChanged,
  'email-change-requested': emailChangeRequested,
  'email-changed': emailChanged,
  'email-change-undone': emailChangeUndone,
  'account-deleted': accountDeleted,
  'apple-account-deleted': appleAccountDeleted,
  'confirm-new-email': confirmNewEmail,
  'session-stopped': sessionStopped,
  'device-key-refused': deviceKeyRefused,
  'new-sign-in': newSignIn,
  ...factorLetters,
};

export type MailKind = keyof typeof letters;

/** What the content of each kind needs. */
export type MailInputs = { readonly [Kind in MailKind]: Parameters<(typeof letters)[Kind]['content']>[0] };
