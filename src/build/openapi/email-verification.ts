// Mailed links and codes, and passwords, as the document describes them.

import { PasswordChange } from '../../features/account/change-password.ts';
import { Forgotten } from '../../features/email/forgot-password.ts';
import { Resend } from '../../features/email/resend.ts';
import { Reset } from '../../features/email/reset-password.ts';
import { Undo } from '../../features/email/undo-change.ts';
import { Verification } from '../../features/email/verify.ts';
import { accepted } from './accounts.ts';
import { type Feature, noted } from './describe.ts';
import { issued } from './sessions.ts';

const oneGrant =
  'Hold either `token`, from the link, or `code`, from the mail, with the `request` that asked for it. Link and code are one ' +
  'grant: using either spends both, and every other grant of the address. A code may be typed with spaces. A wrong one is ' +
  '`invalid-code` with `attempts_left`; after five the `request` is dead, and what it was for has to be asked for anew.';

noted(Verification, { description: oneGrant });
noted(Reset, { description: oneGrant });

const byLink = { token: 'b3BhcXVlLXJhbmRvbS10b2tlbi1mcm9tLXRoZS1saW5r' };
const byCode = { request: 'k3JX…sealed', code: '314 159' };
const address = { ada: { email: 'ada@example.com' } };
const next = 'replace me with other words of your own';

export const emailVerification: Feature = {
  tag: {
    name: 'Mails and passwords',
    description:
      'Verifying an address, and choosing another password. Links open a page of this service for people without the ' +
      'app; an app that handles the link takes `token` out of it and posts it here. A `GET` of a link changes nothing.',
  },
  schemas: { Verification, Resend, Forgotten, Reset, Undo, PasswordChange },
  operations: {
    'POST /api/auth/verify-email': {
      id: 'verifyEmail',
      summary: 'Verify an e-mail address',
      description:
        `Makes the account of a registration, with the \`password\` that is chosen here and, by link alone, the \`name\`; ` +
        `with \`sign_in\` the answer holds tokens. Or confirms a change of address, which takes neither: by code from within ` +
        `the session that asked for it, with its access token. ${oneGrant}`,
      access: 'maybe-access-token',
      body: {
        schema: Verification,
        examples: {
          byLink: { ...byLink, name: 'Ada', password: next },
          byCode: { ...byCode, password: next, sign_in: true },
          changeOfAddress: byLink,
        },
      },
      answers: { 200: issued('Verified, and signed in.'), 204: { description: 'Verified.' } },
      problems: ['invalid-token', 'invalid-code', 'refresh-superseded', 'weak-password', 'too-many-requests'],
    },
    'POST /api/auth/resend-verification': {
      id: 'resendVerification',
      summary: 'Send the verification again',
      description:
        'A new link and code for a `request`; the earlier ones go on working until one is used. The answer is the same for any address.',
      access: 'anybody',
      body: { schema: Resend, examples: { ask: { request: 'k3JX…sealed' } } },
      answers: { 202: accepted('If the request waits, a mail is on its way.') },
      problems: ['invalid-token', 'too-many-requests'],
    },
    'POST /api/auth/forgot-password': {
      id: 'forgotPassword',
      summary: 'Ask for a password reset',
      description:
        'Sends a link and a code, good for 15 minutes, if somebody has the address. The answer is the same for any.',
      access: 'anybody',
      body: { schema: Forgotten, examples: address },
      answers: { 202: accepted('If somebody has the address, a mail is on its way.') },
      problems: ['too-many-requests'],
    },
    'POST /api/auth/reset-password': {
      id: 'resetPassword',
      summary: 'Reset the password',
      description: `Sets a new password and ends every session. A refused password does not spend the grant. ${oneGrant}`,
      access: 'anybody',
      body: {
        schema: Reset,
        examples: { byLink: { ...byLink, password: next }, byCode: { ...byCode, password: next } },
      },
      answers: { 204: { description: 'Set. Log in with it.' } },
      problems: ['invalid-token', 'invalid-code', 'weak-password', 'too-many-requests'],
    },
    'POST /api/auth/undo-email-change': {
      id: 'undoEmailChange',
      summary: 'Take a change of the e-mail address back',
      description:
        'With the token of the link in the mail to the old address, for 7 days, whatever came after: that address is back, ' +
        'every session ends, no device is known any more, and the password does not work until the reset that is mailed.',
      access: 'anybody',
      body: { schema: Undo, examples: { byLink } },
      answers: { 204: { description: 'Undone. A mail with a reset is on its way.' } },
      problems: ['invalid-token', 'too-many-requests'],
    },
    'POST /api/auth/change-password': {
      id: 'changePassword',
      summary: 'Change the password',
      description:
        'Ends every session, the one that calls too, and begins a new one in its place: store its tokens as after a ' +
        'login. So a copy of the old tokens is worth nothing. It ends when the old one would have ended at last. Answered ' +
        'the way that the caller came: in cookies to a cookie. The owner gets a mail.\n\nWith the `Idempotency-Key` that ' +
        'is stored beside the tokens, a lost answer costs nothing: for 24 hours, and until the new session is first ' +
        'refreshed, the same call or a `refresh` of the old newest token, each with that key, answers with the new session. ' +
        'A key that a refresh has spent changes nothing (`409 refresh-superseded`): refresh with it, and then ask again.',
      access: 'access-token',
      parameters: ['Idempotency-Key'],
      body: {
        schema: PasswordChange,
        examples: { change: { current_password: 'replace me with words of your own', new_password: next } },
      },
      answers: { 200: issued('Changed: a new session has begun.') },
      problems: ['invalid-credentials', 'refresh-superseded', 'weak-password', 'too-many-requests'],
    },
  },
};
